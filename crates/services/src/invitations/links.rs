//! Links that invite whoever has them: made, listed and revoked. Not of Mattermost, whose one link for each team lasts until it
//! is renewed.

use guildhall_model::codes::{context, invitations as codes};
use guildhall_model::id::{ChannelId, InvitationId, TeamId};
use guildhall_model::invitation::{Invitation, LINK_VALID_MS, LINK_VALID_MS_MAX, USES_MAX};
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::invitations;

use super::invite::earlier_end;
use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::invitations::Invitations;

/// A link to make.
#[derive(Debug, Clone, Default)]
pub struct NewInvitationLink {
    pub channels: Vec<ChannelId>,
    pub is_guest: bool,
    /// Zero for a week from now.
    pub expires_at: Millis,
    /// How many people may come by it.
    pub max_uses: i64,
    /// When the access of the guests ends; zero for never.
    pub guest_expires_at: Millis,
}

/// A new link: only its maker gets the token.
#[derive(Debug, Clone)]
pub struct InvitationLink {
    pub invitation: Invitation,
    pub url: String,
}

impl Invitations<'_> {
    #[boxed]
    pub async fn create_invitation_link(&self, actor: &Actor, team: TeamId, new: NewInvitationLink) -> Result<InvitationLink> {
        let grant = self.team_to_invite_to(actor, team, new.is_guest).await?;
        let expires_at = self.check_link_terms(&new)?;
        let channels = self.channels_to_invite_to(actor, team, &new.channels).await?;
        self.count_invitations(actor.user_id, 1)?;
        let invitation = Invitation {
            id: self.ids.next(),
            team_id: team,
            email: String::new(),
            is_guest: new.is_guest,
            channels: channels.iter().map(|channel| channel.channel.id).collect(),
            message: String::new(),
            created_by: actor.user_id,
            create_at: self.clock.now(),
            expires_at,
            uses_left: new.max_uses,
            guest_expires_at: new.guest_expires_at,
        };
        self.write_link(&grant, invitation).await
    }

    /// When the link ends.
    pub(crate) fn check_link_terms(&self, new: &NewInvitationLink) -> Result<Millis> {
        let now = self.clock.now();
        let expires_at = if new.expires_at.is_zero() { now.plus_ms(LINK_VALID_MS) } else { new.expires_at };
        if expires_at <= now || expires_at > now.plus_ms(LINK_VALID_MS_MAX) {
            return Err(codes::EXPIRY_INVALID.into());
        }
        if !(1..=USES_MAX).contains(&new.max_uses) {
            return Err(codes::USES_INVALID.with("max", USES_MAX));
        }
        self.check_guest_terms(new.is_guest, &new.channels, new.guest_expires_at)?;
        if self.settings().site.url.is_empty() {
            return Err(codes::SITE_ADDRESS_MISSING.into());
        }
        Ok(earlier_end(expires_at, new.guest_expires_at))
    }

    async fn write_link(&self, grant: &Writing<TeamGrant>, invitation: Invitation) -> Result<InvitationLink> {
        let token = self.secrets.generate_token();
        let system = self.access.system("the token of a new invitation");
        let mut write = self.access.write(grant, "invitations.create_link");
        write.detail("invitation_id", invitation.id);
        write.detail("is_guest", invitation.is_guest);
        write.detail("uses", invitation.uses_left);
        write.push(invitations::insert(grant.write_id(), &invitation));
        write.extend(invitations::insert_token(system.write_server(), token.hash(), invitation.id));
        write.commit(Events::none("only its maker gets the link")).await?;
        self.counters.invitations_created.increment();
        let url = self.settings().site_link(&format!("/signup_user_complete/?t={}", token.expose()));
        Ok(InvitationLink { invitation, url })
    }

    /// Those of the team that can still be used, newest first: team administrators see all, others their own.
    #[boxed]
    pub async fn list_invitations(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Invitation>> {
        let grant = self.team_with_invitations(actor, team).await?;
        let creator = (!self.access.has_team_permission(actor, &grant, Permission::ManageTeam)).then_some(actor.user_id);
        invitations::pending(self.access.read(&grant), grant.id(), creator, self.clock.now(), limit, offset).await
    }

    /// Nobody comes by it any more. `NOT_FOUND` also for invitations of others, if the actor may not manage them.
    #[boxed]
    pub async fn revoke_invitation(&self, actor: &Actor, team: TeamId, id: InvitationId) -> Result<()> {
        let grant = self.team_with_invitations(actor, team).await?;
        let invitation = invitations::in_team(self.access.read(&grant), grant.id(), id).await?.ok_or(codes::NOT_FOUND)?;
        if invitation.created_by != actor.user_id && !self.access.has_team_permission(actor, &grant, Permission::ManageTeam) {
            return Err(codes::NOT_FOUND.into());
        }
        let mut write = self.access.write(&grant, "invitations.revoke");
        write.detail("invitation_id", id);
        write.detail("email", &invitation.email);
        write.push(invitations::delete(grant.write_id(), id));
        write.commit(Events::none("clients do not see invitations")).await
    }

    /// The team, if the actor may invite members or guests.
    async fn team_with_invitations(&self, actor: &Actor, team: TeamId) -> Result<Writing<TeamGrant>> {
        match self.access.team(actor, team, Permission::InviteUser).await {
            Err(error) if error.is(context::PERMISSIONS) => self.access.team(actor, team, Permission::InviteGuest).await,
            result => result,
        }
    }
}
