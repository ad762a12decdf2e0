//! Making, listing and revoking guest links: for whoever may invite guests to the team and add people to the channel.

use guildhall_model::codes::{context, guest_links as codes};
use guildhall_model::guest_link::{GuestLink, GuestLinkTerms, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use guildhall_model::id::{ChannelId, InvitationId, TeamId};
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::{EncodedImage, Secret};
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::guest_links::{self, Visitor};
use guildhall_storage::{self as storage, Granted, invitations};

use super::token_hash;
use crate::access::{ChannelGrant, TeamGrant, Write, Writing};
use crate::boxed;
use crate::guest_links::GuestLinks;
use crate::invitations::NewInvitationLink;

/// Links of one channel that are listed.
const LISTED_MAX: i64 = 50;

/// A link to make.
#[derive(Debug, Clone, Default)]
pub struct NewGuestLink {
    /// Zero for a week from now.
    pub expires_at: Millis,
    pub max_people: i64,
    /// When the access of the guests ends; zero for never.
    pub guest_expires_at: Millis,
    /// That people enter who open the link; empty for none.
    pub password: String,
    pub takes_code: bool,
}

/// A link that is to be written, with its token.
pub(crate) struct PreparedGuestLink {
    pub created: CreatedGuestLink,
    token: Secret,
}

/// A new link: only its maker gets the address.
#[derive(Debug, Clone)]
pub struct CreatedGuestLink {
    pub link: GuestLink,
    pub url: String,
    pub qr_code: EncodedImage,
}

#[derive(Debug, Clone)]
pub struct GuestLinkWithVisitors {
    pub link: GuestLink,
    pub visitors: Vec<Visitor>,
}

impl GuestLinks<'_> {
    #[boxed]
    pub async fn create_guest_link(&self, actor: &Actor, channel: ChannelId, new: NewGuestLink) -> Result<CreatedGuestLink> {
        let (team, channel) = self.channel_for_guests(actor, channel).await?;
        let prepared = self.prepare_link(actor, team.team.id, channel.channel.id, &new).await?;
        let mut write = self.access.write(&channel, "guest_links.create").recorded();
        self.add_link(&mut write, (team.write_id(), channel.write_id()), &prepared);
        write.commit(Events::none("only its maker gets the link")).await?;
        self.counters.invitations_created.increment();
        Ok(prepared.created)
    }

    /// A link that is not written yet, of a channel that may be made in the same batch. The caller has checked who makes it.
    pub(crate) async fn prepare_link(
        &self,
        actor: &Actor,
        team: TeamId,
        channel: ChannelId,
        new: &NewGuestLink,
    ) -> Result<PreparedGuestLink> {
        let of_invitation = NewInvitationLink {
            channels: vec![channel],
            is_guest: true,
            expires_at: new.expires_at,
            max_uses: new.max_people,
            guest_expires_at: new.guest_expires_at,
        };
        let expires_at = self.invitations().check_link_terms(&of_invitation)?;
        if new.takes_code {
            self.check_codes_are_available()?;
        }
        let password_hash = self.hash_link_password(&new.password).await?;
        self.invitations().count_invitations(actor.user_id, 1)?;
        let invitation = Invitation {
            id: self.ids.next(),
            team_id: team,
            email: String::new(),
            is_guest: true,
            channels: of_invitation.channels,
            message: String::new(),
            created_by: actor.user_id,
            create_at: self.clock.now(),
            expires_at,
            uses_left: new.max_people,
            guest_expires_at: new.guest_expires_at,
        };
        let terms = GuestLinkTerms { channel_id: channel, password_hash, takes_code: new.takes_code };
        let token = self.secrets.generate_token();
        let url = self.settings().site_link(&format!("/guest_link?t={}", token.expose()));
        let qr_code = self.images.create_qr_code(actor.user_id, Secret::new(url.clone())).await?;
        let link = GuestLink { invitation, terms };
        Ok(PreparedGuestLink { created: CreatedGuestLink { link, url, qr_code }, token })
    }

    /// Adds it to the batch.
    pub(crate) fn add_link(
        &self,
        write: &mut Write<'_>,
        (team, channel): (Granted<TeamId, storage::Write>, Granted<ChannelId, storage::Write>),
        prepared: &PreparedGuestLink,
    ) {
        let system = self.access.system("the token of a new guest link");
        let (link, id) = (&prepared.created.link, prepared.created.link.invitation.id);
        write.detail("guest_link_id", id);
        write.detail("people", link.invitation.uses_left);
        write.detail("password", link.takes_password());
        write.detail("code", link.terms.takes_code);
        write.push(invitations::insert(team, &link.invitation));
        write.extend(invitations::insert_token(system.write_server(), token_hash(prepared.token.expose()), id));
        write.push(guest_links::insert(channel, id, &link.terms));
    }

    /// Those of the channel, newest first, and who has come by them. Expired and used ones are there for a week.
    #[boxed]
    pub async fn list_guest_links(&self, actor: &Actor, channel: ChannelId) -> Result<Vec<GuestLinkWithVisitors>> {
        let (_, grant) = self.channel_with_links(actor, channel).await?;
        let db = self.access.read(&grant);
        let mut links = Vec::new();
        for link in guest_links::of_channel(db, grant.id(), LISTED_MAX).await? {
            let visitors = guest_links::visitors(db, grant.id(), link.invitation.id).await?;
            links.push(GuestLinkWithVisitors { link, visitors });
        }
        Ok(links)
    }

    /// Nobody comes by it any more. Who has come stays.
    #[boxed]
    pub async fn revoke_guest_link(&self, actor: &Actor, channel: ChannelId, id: InvitationId) -> Result<()> {
        let (team, grant) = self.channel_with_links(actor, channel).await?;
        guest_links::get(self.access.read(&grant), grant.id(), id).await?.ok_or(codes::NOT_FOUND)?;
        let mut write = self.access.write(&grant, "guest_links.revoke").recorded();
        write.detail("guest_link_id", id);
        write.push(invitations::delete(team.write_id(), id));
        write.commit(Events::none("clients do not see invitations")).await
    }

    /// The channel, if the actor may make guest links for it.
    async fn channel_for_guests(&self, actor: &Actor, channel: ChannelId) -> Result<(Writing<TeamGrant>, Writing<ChannelGrant>)> {
        let team = self.team_of(actor, channel).await?;
        let team = self.invitations().team_to_invite_to(actor, team, true).await?;
        let channel = self.invitations().channel_to_invite_to(actor, team.team.id, channel).await?;
        Ok((team, channel))
    }

    /// The same for looking at them and revoking: also while no guests are invited, and in an archived channel.
    async fn channel_with_links(&self, actor: &Actor, channel: ChannelId) -> Result<(Writing<TeamGrant>, Writing<ChannelGrant>)> {
        let team = self.team_of(actor, channel).await?;
        let team = self.access.team(actor, team, Permission::InviteGuest).await?;
        let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
        Ok((team, self.access.channel_by_kind(actor, channel, public, private).await?))
    }

    /// `PERMISSIONS` for direct and group channels, which have none.
    async fn team_of(&self, actor: &Actor, channel: ChannelId) -> Result<TeamId> {
        let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
        let grant = self.access.channel_by_kind(actor, channel, public, private).await?;
        grant.channel.team_id.ok_or_else(|| context::PERMISSIONS.into())
    }

    async fn hash_link_password(&self, password: &str) -> Result<String> {
        if password.is_empty() {
            return Ok(String::new());
        }
        if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&password.chars().count()) {
            return Err(codes::PASSWORD_LENGTH.with("min", PASSWORD_CHARS_MIN).with("max", PASSWORD_CHARS_MAX));
        }
        self.hasher.hash(password).await
    }

    /// `CODE_NOT_AVAILABLE` where no guest can log in by a mail.
    pub(super) fn check_codes_are_available(&self) -> Result<()> {
        let settings = self.settings();
        let are_available = settings.sends_mail() && settings.log_in.is_by_link(true);
        if are_available { Ok(()) } else { Err(codes::CODE_NOT_AVAILABLE.into()) }
    }
}
