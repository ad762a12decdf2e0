//! Invitations: the team's own link, mails, and links with an end.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::teams as codes;
use guildhall_model::id::{InvitationId, InviteId, TeamId};
use guildhall_model::{Actor, Millis, Permission};
use guildhall_services::invitations::{InvitedAddress, MailInvitation, NewInvitationLink};
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::error as wire_error;
use guildhall_wire::invitation::{self, GuestInvitations, InvitationLink, MemberInvitations};
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/teams/invite/{invite_id}", Gate::Public, get_team_invite_info)
        .post("/teams/members/invite", Gate::Session, add_team_member_from_invite)
        .post("/teams/{team_id}/invite/email", Gate::Session, invite_users_to_team)
        .post("/teams/{team_id}/invite-guests/email", Gate::Session, invite_guests_to_team)
        .delete("/teams/invites/email", Gate::System(Permission::InvalidateEmailInvite), invalidate_email_invites)
        .get("/teams/{team_id}/invitations", Gate::Session, get_invitations)
        .post("/teams/{team_id}/invitations", Gate::Session, create_invitation_link)
        .delete("/teams/{team_id}/invitations/{invitation_id}", Gate::Session, revoke_invitation)
}

async fn get_team_invite_info(State(app): State<App>, Path(invite): Path<InviteId>) -> ApiResult<Json<wire::TeamInviteInfo>> {
    Ok(Json(app.services.teams().get_team_invite_info(invite).await?.into()))
}

#[derive(Deserialize)]
struct InvitationQuery {
    #[serde(default, deserialize_with = "guildhall_wire::common::empty_is_none")]
    invite_id: Option<InviteId>,
    /// Of an invitation by mail, or of a link with an end.
    #[serde(default)]
    token: String,
}

async fn add_team_member_from_invite(
    State(app): State<App>,
    Me(me): Me,
    Query(query): Query<InvitationQuery>,
) -> ApiResult<Created<wire::TeamMember>> {
    if !query.token.is_empty() {
        return Ok(Created(app.services.invitations().join_team_by_token(&me, &query.token).await?.into()));
    }
    let invite = query.invite_id.ok_or(codes::INVITE_MISSING)?;
    Ok(Created(app.services.teams().add_team_member_from_invite(&me, invite).await?.into()))
}

#[derive(Deserialize)]
struct InviteQuery {
    /// With a result for each address, of which some may fail.
    #[serde(default)]
    graceful: bool,
    /// The links of the mails log guests in, without a password.
    #[serde(default)]
    guest_magic_link: bool,
}

async fn invite_users_to_team(
    State(app): State<App>,
    Me(me): Me,
    client: Client,
    Path(team): Path<TeamId>,
    Query(query): Query<InviteQuery>,
    Json(body): Json<MemberInvitations>,
) -> ApiResult<Response> {
    let request = match body {
        MemberInvitations::Emails(emails) => MailInvitation { emails, ..MailInvitation::default() },
        MemberInvitations::WithChannels { emails, channels, message } => MailInvitation {
            emails,
            channels: channels.unwrap_or_default(),
            message: message.unwrap_or_default(),
            ..MailInvitation::default()
        },
    };
    invite(&app, &me, &client, team, MailInvitation { is_graceful: query.graceful, ..request }).await
}

async fn invite_guests_to_team(
    State(app): State<App>,
    Me(me): Me,
    client: Client,
    Path(team): Path<TeamId>,
    Query(query): Query<InviteQuery>,
    Json(body): Json<GuestInvitations>,
) -> ApiResult<Response> {
    let request = MailInvitation {
        emails: body.emails,
        channels: body.channels,
        message: body.message,
        is_guest: true,
        guest_expires_at: Millis(body.guest_expires_at),
        is_magic_link: query.guest_magic_link,
        is_graceful: query.graceful,
    };
    invite(&app, &me, &client, team, request).await
}

async fn invite(app: &App, me: &Actor, client: &Client, team: TeamId, request: MailInvitation) -> ApiResult<Response> {
    let is_graceful = request.is_graceful;
    let invited = app.services.invitations().invite_by_mail(me, team, request).await?;
    if !is_graceful {
        return Ok(Json(OK).into_response());
    }
    let request_id = client.request_id.to_string();
    let to_wire = |InvitedAddress { email, result }: InvitedAddress| invitation::InvitedAddress {
        email,
        error: result.err().map(|error| wire_error::body(&error, &request_id)),
    };
    Ok(Json(invited.into_iter().map(to_wire).collect::<Vec<_>>()).into_response())
}

async fn invalidate_email_invites(State(app): State<App>, Me(me): Me) -> ApiResult<Json<StatusOk>> {
    app.services.invitations().invalidate_email_invites(&me).await?;
    Ok(Json(OK))
}

/// Not of Mattermost, like the following ones.
async fn get_invitations(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<invitation::Invitation>>> {
    let invitations = app.services.invitations().list_invitations(&me, team, page.per_page, page.offset()).await?;
    Ok(Json(invitations.into_iter().map(Into::into).collect()))
}

async fn create_invitation_link(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(body): Json<invitation::NewInvitationLink>,
) -> ApiResult<Created<InvitationLink>> {
    let new = NewInvitationLink {
        channels: body.channel_ids,
        is_guest: body.is_guest,
        expires_at: Millis(body.expires_at),
        max_uses: body.max_uses,
        guest_expires_at: Millis(body.guest_expires_at),
    };
    let created = app.services.invitations().create_invitation_link(&me, team, new).await?;
    Ok(Created(InvitationLink { invitation: created.invitation.into(), link: created.url }))
}

async fn revoke_invitation(
    State(app): State<App>,
    Me(me): Me,
    Path((team, invitation)): Path<(TeamId, InvitationId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.invitations().revoke_invitation(&me, team, invitation).await?;
    Ok(Json(OK))
}
