//! Links for guests of one channel. Not of Mattermost.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, InvitationId};
use guildhall_services::guest_links::{CreatedGuestLink, GuestLinkWithVisitors, JoinedByGuestLink, NewGuest, NewGuestLink};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::guest_link as wire;
use http::HeaderMap;

use super::log_in::LogInClient;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels/{channel_id}/guest_links", Gate::Session, create_guest_link)
        .get("/channels/{channel_id}/guest_links", Gate::Session, get_guest_links)
        .delete("/channels/{channel_id}/guest_links/{guest_link_id}", Gate::Session, revoke_guest_link)
        .post("/guest_links/info", Gate::Public, get_guest_link_info)
        .post("/guest_links/join", Gate::Public, join_by_guest_link)
        .post("/guest_links/accept", Gate::Session, accept_guest_link)
}

async fn create_guest_link(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<wire::NewGuestLink>,
) -> ApiResult<Created<wire::CreatedGuestLink>> {
    let new = NewGuestLink {
        expires_at: Millis(body.expires_at),
        max_people: body.max_people,
        guest_expires_at: Millis(body.guest_expires_at),
        password: body.password,
        takes_code: body.takes_code,
    };
    let created = app.services.guest_links().create_guest_link(&me, channel, new).await?;
    Ok(Created(created_link(created)))
}

pub(super) fn created_link(created: CreatedGuestLink) -> wire::CreatedGuestLink {
    let qr_code = STANDARD.encode(&created.qr_code.bytes);
    wire::CreatedGuestLink { guest_link: created.link.into(), link: created.url, qr_code }
}

async fn get_guest_links(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
) -> ApiResult<Json<Vec<wire::ListedGuestLink>>> {
    let links = app.services.guest_links().list_guest_links(&me, channel).await?;
    Ok(Json(links.into_iter().map(listed).collect()))
}

fn listed(GuestLinkWithVisitors { link, visitors }: GuestLinkWithVisitors) -> wire::ListedGuestLink {
    let people = visitors.into_iter().map(|visitor| wire::Visitor {
        user_id: visitor.user_id,
        username: visitor.username,
        first_name: visitor.first_name,
        last_name: visitor.last_name,
        create_at: visitor.create_at,
    });
    wire::ListedGuestLink { guest_link: link.into(), people: people.collect() }
}

async fn revoke_guest_link(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, link)): Path<(ChannelId, InvitationId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.guest_links().revoke_guest_link(&me, channel, link).await?;
    Ok(Json(OK))
}

/// What the page of a link shows before anything is entered.
async fn get_guest_link_info(
    State(app): State<App>,
    client: Client,
    Json(body): Json<wire::GuestLinkRef>,
) -> ApiResult<Json<wire::GuestLinkInfo>> {
    let info = app.services.guest_links().guest_link_info(&body.token, client.address).await?;
    Ok(Json(wire::GuestLinkInfo {
        team_name: info.team_name,
        channel_name: info.channel_name,
        takes_password: info.takes_password,
        takes_code: info.takes_code,
    }))
}

async fn join_by_guest_link(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<wire::JoinByGuestLink>,
) -> ApiResult<Response> {
    let client = LogInClient::new(&app, client, &headers);
    let request = client.request(String::new(), body.device_id);
    let guest = NewGuest { name: body.name, email: body.email, password: body.password };
    match app.services.guest_links().join_by_guest_link(&body.token, guest, request).await? {
        JoinedByGuestLink::LoggedIn(logged_in) => client.respond(&app, *logged_in).await,
        JoinedByGuestLink::CodeSent(request_token) => {
            Ok(Json(wire::CodeSent { request_token: request_token.expose().to_owned() }).into_response())
        }
    }
}

async fn accept_guest_link(
    State(app): State<App>,
    Me(me): Me,
    Json(body): Json<wire::AcceptGuestLink>,
) -> ApiResult<Json<wire::Destination>> {
    let destination = app.services.guest_links().accept_guest_link(&me, &body.token, &body.password).await?;
    Ok(Json(wire::Destination {
        team_id: destination.team_id,
        team_name: destination.team_name,
        channel_id: destination.channel_id,
        channel_name: destination.channel_name,
    }))
}
