//! Coming by a guest link: with a new account, which has no password, or with the one that somebody has.

use std::net::IpAddr;

use guildhall_model::codes::{guest_links as codes, invitations as invitation_codes};
use guildhall_model::guest_link::GuestLink;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::ports::Secret;
use guildhall_model::{Actor, Error, Events, Result};
use guildhall_storage::{guest_links, invitations, team_members, users};

use super::token_hash;
use crate::access::Origin;
use crate::boxed;
use crate::guest_links::GuestLinks;
use crate::invitations::UsableInvitation;
use crate::sessions::{LoginRequest, LoginResult};

/// Characters of the name that a new guest enters.
const NAME_CHARS_MAX: usize = 64;

/// What whoever has the link sees before they enter anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestLinkInfo {
    pub team_name: String,
    pub channel_name: String,
    pub takes_password: bool,
    pub takes_code: bool,
}

/// What a new guest enters.
#[derive(Debug, Clone, Default)]
pub struct NewGuest {
    pub name: String,
    pub email: String,
    /// Of the link, if it takes one.
    pub password: String,
}

#[derive(Debug)]
pub enum JoinedByGuestLink {
    LoggedIn(Box<LoginResult>),
    /// A mail is on its way. With its code and this secret the guest logs in, and then comes by the link with the account.
    CodeSent(Secret),
}

/// Where somebody has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub team_id: TeamId,
    pub team_name: String,
    pub channel_id: ChannelId,
    pub channel_name: String,
}

impl GuestLinks<'_> {
    #[boxed]
    pub async fn guest_link_info(&self, token: &str, address: Option<IpAddr>) -> Result<GuestLinkInfo> {
        let attempt = self.sessions().begin_token_look_up(address)?;
        let (link, usable) = self.usable_link(token, None).await?;
        attempt.cancel();
        Ok(GuestLinkInfo {
            team_name: usable.team.display_name,
            channel_name: usable.channels.into_iter().next().map(|channel| channel.display_name).unwrap_or_default(),
            takes_password: link.takes_password(),
            takes_code: self.takes_code(&link),
        })
    }

    /// Makes an account and logs it in; where the link takes a code, the account is in no channel until its address is proven.
    #[boxed]
    pub async fn join_by_guest_link(&self, token: &str, guest: NewGuest, request: LoginRequest) -> Result<JoinedByGuestLink> {
        let (link, usable) = self.usable_link(token, None).await?;
        self.check_link_password(&link, &guest.password, &request).await?;
        let name = guest.name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        let takes_code = self.takes_code(&link);
        if takes_code {
            self.check_codes_are_available()?;
        }
        let user = self.users().create_guest(usable, name, &guest.email, request.address, takes_code).await.map_err(of_guest_link)?;
        if takes_code {
            return Ok(JoinedByGuestLink::CodeSent(self.sessions().request_magic_link(&user.email, request.address).await?));
        }
        Ok(JoinedByGuestLink::LoggedIn(Box::new(self.sessions().log_in_new_guest(user, request).await?)))
    }

    /// With the account that somebody is logged in with: a guest, or a member of the channel's team.
    #[boxed]
    pub async fn accept_guest_link(&self, actor: &Actor, token: &str, password: &str) -> Result<Destination> {
        let grant = self.access.system("a guest link authorizes its holder to join");
        let user = users::get(self.access.read(&grant), actor.user_id).await?.filter(|user| !user.is_bot).ok_or(codes::LINK_INVALID)?;
        let (link, usable) = self.usable_link(token, Some(user.id)).await?;
        let db = self.access.read(&grant);
        let team = grant.id(usable.team.id);
        if !invitations::is_used_by(db, team, usable.invitation.id, user.id).await? {
            let request = LoginRequest { address: actor.address, ..LoginRequest::default() };
            self.check_link_password(&link, password, &request).await?;
            if self.takes_code(&link) && !user.email_verified {
                return Err(codes::ADDRESS_NOT_VERIFIED.into());
            }
        }
        let member = team_members::get(db, team, user.id).await?;
        // Who may invite guests may not always add members to the team.
        if !user.is_guest() && member.is_none_or(|member| !member.delete_at.is_zero()) {
            return Err(codes::NOT_IN_TEAM.into());
        }
        self.teams().join_team_by_invitation(user.id, &usable).await.map_err(of_guest_link)?;
        let channel = usable.channels.into_iter().next().ok_or(codes::LINK_INVALID)?;
        Ok(Destination { team_id: usable.team.id, team_name: usable.team.name, channel_id: channel.id, channel_name: channel.name })
    }

    /// The link of the token, if somebody may come by it now: its maker must still be allowed to make it.
    async fn usable_link(&self, token: &str, user: Option<UserId>) -> Result<(GuestLink, UsableInvitation)> {
        let grant = self.access.system("a guest link authorizes its holder");
        let found = guest_links::by_token(self.access.read(&grant), grant.server(), token_hash(token)).await?;
        let link = found.ok_or(codes::LINK_INVALID)?;
        let usable = self.invitations().usable(&grant, link.invitation.clone(), user).await.map_err(of_guest_link)?;
        Ok((link, usable))
    }

    /// A code also where nobody may log in without a verified address.
    fn takes_code(&self, link: &GuestLink) -> bool {
        let settings = self.settings();
        link.terms.takes_code || settings.signup.require_verified_email && settings.sends_mail()
    }

    /// Wrong passwords make the next ones wait, as at a log-in to an account of the link.
    async fn check_link_password(&self, link: &GuestLink, password: &str, request: &LoginRequest) -> Result<()> {
        if !link.takes_password() {
            return Ok(());
        }
        let id = link.invitation.id;
        let attempt = self.sessions().begin_log_in(None, &format!("guest link {id}"), request).await?;
        match self.hasher.verify(password, Some(&link.terms.password_hash)).await {
            Ok(true) => {
                attempt.succeeded();
                Ok(())
            }
            Ok(false) => {
                let grant = self.access.system("the password of a guest link was wrong");
                let origin = Origin { address: request.address, ..Origin::default() };
                let mut write = self.access.write(&grant, "guest_links.wrong_password").recorded_as(origin);
                write.detail("guest_link_id", id);
                write.commit(Events::none("clients do not see failed log-ins")).await?;
                Err(codes::PASSWORD_WRONG.into())
            }
            Err(error) => {
                attempt.cancel();
                Err(error)
            }
        }
    }
}

/// The errors of invitations, in the words of guest links.
fn of_guest_link(error: Error) -> Error {
    match () {
        () if error.is(invitation_codes::LINK_INVALID) => codes::LINK_INVALID.with_source(error),
        () if error.is(invitation_codes::LINK_EXPIRED) => codes::LINK_EXPIRED.with_source(error),
        () => error,
    }
}
