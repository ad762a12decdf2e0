//! Coming by an invitation: with a new account (`users/create.rs`), or with the one that somebody has.

use guildhall_model::channel::Channel;
use guildhall_model::codes::invitations as codes;
use guildhall_model::id::UserId;
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::TokenHash;
use guildhall_model::team::{Team, TeamMember};
use guildhall_model::user::User;
use guildhall_model::{Actor, Error, Kind, Result};
use guildhall_storage::{Statement, guest_expiries, invitations, users};

use crate::access::{SystemGrant, Writing, actor_for};
use crate::boxed;
use crate::invitations::{Invitations, log_in_token_hash};

/// An invitation that admits somebody now.
pub(crate) struct UsableInvitation {
    pub invitation: Invitation,
    pub team: Team,
    /// Of the channels that it names, those to which its maker may still add people.
    pub channels: Vec<Channel>,
}

impl UsableInvitation {
    /// It is for this account: its address, and its kind.
    fn check_account(&self, user: &User) -> Result<()> {
        if self.invitation.is_by_mail() && self.invitation.email != user.email {
            return Err(codes::OTHER_ADDRESS.into());
        }
        if self.invitation.is_guest == user.is_guest() { Ok(()) } else { Err(codes::OTHER_KIND.into()) }
    }
}

impl Invitations<'_> {
    /// Joins the team of an invitation, and its channels, with the account that the actor has.
    #[boxed]
    pub async fn join_team_by_token(&self, actor: &Actor, token: &str) -> Result<TeamMember> {
        let grant = self.access.system("an invitation authorizes its holder to join");
        let user = users::get(self.access.read(&grant), actor.user_id).await?.ok_or(codes::LINK_INVALID)?;
        let usable = self.usable_invitation(token, Some(user.id)).await?;
        usable.check_account(&user)?;
        self.teams().join_team_by_invitation(user.id, &usable).await
    }

    /// The invitation of the token, if it can be used now: by `user` also a second time. Its maker must still be allowed to make it.
    pub(crate) async fn usable_invitation(&self, token: &str, user: Option<UserId>) -> Result<UsableInvitation> {
        let grant = self.access.system("an invitation authorizes its holder");
        let db = self.access.read(&grant);
        let found = invitations::by_token(db, grant.server(), TokenHash::of(token)).await?;
        self.usable(&grant, found.ok_or(codes::LINK_INVALID)?, user).await
    }

    /// The same for an invitation that was found in another way.
    pub(crate) async fn usable(
        &self,
        grant: &Writing<SystemGrant>,
        invitation: Invitation,
        user: Option<UserId>,
    ) -> Result<UsableInvitation> {
        if invitation.expires_at <= self.clock.now() {
            return Err(codes::LINK_EXPIRED.into());
        }
        let is_used_up = invitation.uses_left <= 0;
        if is_used_up && !self.is_used_by(grant, &invitation, user).await? {
            return Err(codes::LINK_INVALID.into());
        }
        self.with_rights_of_maker(grant, invitation).await
    }

    /// The invitation whose link logs in by this token, whether it can be used or not.
    pub(crate) async fn invitation_to_log_in(&self, grant: &SystemGrant, token: &str) -> Result<Option<Invitation>> {
        invitations::by_token(self.access.read(grant), grant.server(), log_in_token_hash(token)).await
    }

    /// The same as [`Self::usable`] for a log-in by its link, which is more than coming by it: not for who was removed since it was made.
    pub(crate) async fn usable_to_log_in(
        &self,
        grant: &Writing<SystemGrant>,
        invitation: Invitation,
        user: Option<&User>,
    ) -> Result<UsableInvitation> {
        let id = user.map(|user| user.id);
        if invitation.uses_left > 0 && self.is_used_by(grant, &invitation, id).await? {
            return Err(codes::LINK_INVALID.into());
        }
        let usable = self.usable(grant, invitation, id).await?;
        if let Some(user) = user {
            usable.check_account(user)?;
        }
        Ok(usable)
    }

    async fn is_used_by(&self, grant: &Writing<SystemGrant>, invitation: &Invitation, user: Option<UserId>) -> Result<bool> {
        let Some(user) = user else { return Ok(false) };
        invitations::is_used_by(self.access.read(grant), grant.id(invitation.team_id), invitation.id, user).await
    }

    /// What ended for its maker has ended for those who come by it, too.
    async fn with_rights_of_maker(&self, grant: &Writing<SystemGrant>, invitation: Invitation) -> Result<UsableInvitation> {
        let db = self.access.read(grant);
        let maker = users::get(db, invitation.created_by).await?.filter(User::is_active).ok_or(codes::LINK_INVALID)?;
        let maker = actor_for(&maker);
        let team = match self.team_to_invite_to(&maker, invitation.team_id, invitation.is_guest).await {
            Ok(grant) => grant.into_read_grant().team,
            Err(error) if is_rejection(&error) => return Err(codes::LINK_INVALID.with_source(error)),
            Err(error) => return Err(error),
        };
        let mut channels = Vec::with_capacity(invitation.channels.len());
        for id in &invitation.channels {
            match self.channel_to_invite_to(&maker, invitation.team_id, *id).await {
                Ok(grant) => channels.push(grant.into_read_grant().channel),
                Err(error) if is_rejection(&error) => {}
                Err(error) => return Err(error),
            }
        }
        // A guest without a channel would see nothing.
        if invitation.is_guest && channels.is_empty() {
            return Err(codes::LINK_INVALID.into());
        }
        Ok(UsableInvitation { invitation, team, channels })
    }

    /// For the batch in which the person comes: uses the invitation up by one, unless this person has done so before.
    pub(crate) async fn consume_invitation(
        &self,
        grant: &Writing<SystemGrant>,
        invitation: &Invitation,
        user: UserId,
    ) -> Result<Vec<Statement>> {
        if self.is_used_by(grant, invitation, Some(user)).await? {
            return Ok(Vec::new());
        }
        Ok(invitations::consume(grant.write_id(invitation.team_id), invitation.id, user, self.clock.now()).to_vec())
    }

    /// The same for a new account, whose access may have an end.
    pub(crate) fn consume_with_new_account(&self, grant: &Writing<SystemGrant>, invitation: &Invitation, user: UserId) -> Vec<Statement> {
        let mut statements = invitations::consume(grant.write_id(invitation.team_id), invitation.id, user, self.clock.now()).to_vec();
        statements.extend(self.end_of_guest(grant, invitation, user));
        statements
    }

    /// The same for an account that will come by the invitation later: the invitation can still be used.
    pub(crate) fn guard_with_new_account(&self, grant: &Writing<SystemGrant>, invitation: &Invitation, user: UserId) -> Vec<Statement> {
        let guard = invitations::guard_usable(grant.write_server(), invitation.id, self.clock.now(), codes::LINK_INVALID);
        std::iter::once(guard).chain(self.end_of_guest(grant, invitation, user)).collect()
    }

    fn end_of_guest(&self, grant: &Writing<SystemGrant>, invitation: &Invitation, user: UserId) -> Option<Statement> {
        let has_end = invitation.is_guest && !invitation.guest_expires_at.is_zero();
        has_end.then(|| guest_expiries::set(grant.write_id(user), invitation.guest_expires_at))
    }
}

/// What was asked for is not allowed or not there; anything else is a failure.
fn is_rejection(error: &Error) -> bool {
    matches!(error.code.kind, Kind::BadRequest | Kind::Forbidden | Kind::NotFound)
}
