//! Inviting people by mail, many at once, with a result for each address.

use guildhall_model::codes::{context, invitations as codes, teams};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::invitation::{EMAILS_MAX, Invitation, MAIL_VALID_MS, MESSAGE_CHARS_MAX};
use guildhall_model::user::rules::normalize_name;
use guildhall_model::{Actor, Error, Event, Millis, Permission, Result};
use guildhall_storage::{Statement, invitations};

use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::invitations::Invitations;

/// Whom to invite, and to what.
#[derive(Debug, Clone, Default)]
pub struct MailInvitation {
    pub emails: Vec<String>,
    pub channels: Vec<ChannelId>,
    pub message: String,
    pub is_guest: bool,
    /// When the access of the guests ends; zero for never.
    pub guest_expires_at: Millis,
    /// The link of the mail logs the guest in, without a password. Ignored for members.
    pub is_magic_link: bool,
    /// Valid addresses are invited even if others are not; otherwise all are, or none.
    pub is_graceful: bool,
}

/// What became of one address.
#[derive(Debug)]
pub struct InvitedAddress {
    pub email: String,
    pub result: Result<()>,
}

impl Invitations<'_> {
    /// Sends each address a mail with a link that is valid for 48 hours, and once. The results are in the order of the addresses,
    /// each address once. An error, and no mail, for what concerns all of them.
    #[boxed]
    pub async fn invite_by_mail(&self, actor: &Actor, team: TeamId, request: MailInvitation) -> Result<Vec<InvitedAddress>> {
        let grant = self.team_to_invite_to(actor, team, request.is_guest).await?;
        self.check_request(&request)?;
        let channels = self.channels_to_invite_to(actor, team, &request.channels).await?;
        let mut invited: Vec<InvitedAddress> = Vec::with_capacity(request.emails.len());
        for email in &request.emails {
            let email = normalize_name(email);
            if !invited.iter().any(|other| other.email == email) {
                let result = self.check_address(&grant, Some(&channels), &email, request.is_guest).await;
                invited.push(InvitedAddress { email, result });
            }
        }
        if !request.is_graceful
            && let Some(failed) = invited.iter().position(|address| address.result.is_err())
        {
            invited.swap_remove(failed).result?;
        }
        let emails: Vec<&str> = invited.iter().filter(|address| address.result.is_ok()).map(|address| address.email.as_str()).collect();
        if !emails.is_empty() {
            self.count_invitations(actor.user_id, emails.len())?;
            let channels = channels.iter().map(|channel| channel.channel.id).collect();
            self.write_mail_invitations(&grant, actor, &request, &emails, channels).await?;
        }
        Ok(invited)
    }

    /// The team, if the actor may invite members or guests to it.
    pub(crate) async fn team_to_invite_to(&self, actor: &Actor, team: TeamId, is_guest: bool) -> Result<Writing<TeamGrant>> {
        let permission = if is_guest { Permission::InviteGuest } else { Permission::InviteUser };
        let grant = self.access.team(actor, team, permission).await?;
        if !is_guest && !self.access.has_team_permission(actor, &grant, Permission::AddUserToTeam) {
            return Err(context::PERMISSIONS.into());
        }
        if is_guest && !self.settings().guests.enabled {
            return Err(codes::GUESTS_DISABLED.into());
        }
        if grant.team.delete_at.is_zero() { Ok(grant) } else { Err(teams::ARCHIVED.into()) }
    }

    /// The invitations of guests to channels that the batch makes: of all addresses, or an error about the first that is rejected. The
    /// channels of the request are not looked at.
    pub(crate) async fn guests_of_new_channels(
        &self,
        actor: &Actor,
        team: TeamId,
        request: &MailInvitation,
    ) -> Result<MailInvitations, RejectedInvitation> {
        let grant = self.team_to_invite_to(actor, team, true).await?;
        self.check_request(request)?;
        let mut made = MailInvitations::default();
        for email in &request.emails {
            let email = normalize_name(email);
            if made.emails.contains(&email) {
                continue;
            }
            if let Err(error) = self.check_address(&grant, None, &email, true).await {
                return Err(RejectedInvitation { email: Some(email), error });
            }
            let invitation = self.mail_invitation((actor, &grant), request, &email, request.channels.clone());
            made.statements.push(invitations::insert(grant.write_id(), &invitation));
            made.events.push(Event::InvitationMailRequested { invitation_id: invitation.id, is_magic_link: request.is_magic_link });
            made.emails.push(email);
        }
        self.count_invitations(actor.user_id, made.emails.len())?;
        Ok(made)
    }

    fn mail_invitation(
        &self,
        (actor, grant): (&Actor, &Writing<TeamGrant>),
        request: &MailInvitation,
        email: &str,
        channels: Vec<ChannelId>,
    ) -> Invitation {
        let now = self.clock.now();
        Invitation {
            id: self.ids.next(),
            team_id: grant.team.id,
            email: email.to_owned(),
            is_guest: request.is_guest,
            channels,
            message: request.message.trim().to_owned(),
            created_by: actor.user_id,
            create_at: now,
            expires_at: earlier_end(now.plus_ms(MAIL_VALID_MS), request.guest_expires_at),
            uses_left: 1,
            guest_expires_at: request.guest_expires_at,
        }
    }

    fn check_request(&self, request: &MailInvitation) -> Result<()> {
        let settings = self.settings();
        if !settings.signup.email_invitations {
            return Err(codes::DISABLED.into());
        }
        if !settings.sends_mail() {
            return Err(codes::NOT_CONFIGURED.into());
        }
        if request.is_guest && request.is_magic_link && !settings.log_in.is_by_link(true) {
            return Err(codes::MAGIC_LINK_DISABLED.into());
        }
        if request.emails.is_empty() {
            return Err(codes::NO_ONE.into());
        }
        if request.emails.len() > EMAILS_MAX {
            return Err(codes::TOO_MANY_EMAILS.with("max", EMAILS_MAX));
        }
        if request.message.chars().count() > MESSAGE_CHARS_MAX {
            return Err(codes::MESSAGE_TOO_LONG.with("max", MESSAGE_CHARS_MAX));
        }
        self.check_guest_terms(request.is_guest, &request.channels, request.guest_expires_at)
    }

    /// Guests have a channel; only they have an end, and it is in the future.
    pub(super) fn check_guest_terms(&self, is_guest: bool, channels: &[ChannelId], guest_expires_at: Millis) -> Result<()> {
        if is_guest && channels.is_empty() {
            return Err(codes::NO_CHANNEL.into());
        }
        if guest_expires_at.is_zero() {
            return Ok(());
        }
        if !is_guest {
            return Err(codes::EXPIRY_OF_MEMBER.into());
        }
        if guest_expires_at > self.clock.now() { Ok(()) } else { Err(codes::EXPIRY_INVALID.into()) }
    }

    async fn write_mail_invitations(
        &self,
        grant: &Writing<TeamGrant>,
        actor: &Actor,
        request: &MailInvitation,
        emails: &[&str],
        channels: Vec<ChannelId>,
    ) -> Result<()> {
        let action = if request.is_guest { "invitations.invite_guests" } else { "invitations.invite_members" };
        let mut write = self.access.write(grant, action);
        write.detail("emails", emails.join(","));
        let is_magic_link = request.is_guest && request.is_magic_link;
        if is_magic_link {
            write.detail("guest_magic_link", true);
        }
        let mut events = Vec::with_capacity(emails.len());
        for email in emails {
            let invitation = self.mail_invitation((actor, grant), request, email, channels.clone());
            write.push(invitations::insert(grant.write_id(), &invitation));
            events.push(Event::InvitationMailRequested { invitation_id: invitation.id, is_magic_link });
        }
        write.commit(events).await?;
        self.counters.invitations_created.add(emails.len() as u64);
        Ok(())
    }
}

/// Why nobody was invited, and for which address where it is about one.
pub(crate) struct RejectedInvitation {
    pub email: Option<String>,
    pub error: Error,
}

impl From<Error> for RejectedInvitation {
    fn from(error: Error) -> Self {
        Self { email: None, error }
    }
}

/// Invitations by mail for a batch of another use case.
#[derive(Default)]
pub(crate) struct MailInvitations {
    pub emails: Vec<String>,
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
}

/// An invitation of guests ends with their access at the latest.
pub(super) fn earlier_end(end: Millis, guest_expires_at: Millis) -> Millis {
    if guest_expires_at.is_zero() { end } else { end.min(guest_expires_at) }
}
