//! The one way in which a user's access ends: a table of what each cause ends, and one function that adds all of it to the
//! batch of the change. Webhooks and commands need no row here: whether they may act is decided at each use
//! (`access/integration.rs`), as for public links.

use guildhall_model::id::{AccessTokenId, ChannelId, SessionId, TeamId, UserId};
use guildhall_model::role::Role;
use guildhall_model::user::User;
use guildhall_model::{Event, Permission, Result};
use guildhall_storage::oauth::{authorizations, codes, grants};
use guildhall_storage::{Granted, Statement, Write, bots, files, invitations, passkeys, sessions, users};

use crate::access::{Details, SystemGrant, UserGrant, Writing};
use crate::sessions::Sessions;

/// Bots of one owner that end at once. Further ones are rejected at their next use.
const BOTS_MAX: i64 = 1_000;

/// Why access ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessEnd {
    /// Users changed their own password, in this session.
    PasswordChanged(SessionId),
    /// Somebody else set the password.
    PasswordSet,
    SessionsRevoked,
    /// Users revoked all of their sessions but this one.
    OtherSessionsRevoked(SessionId),
    ConvertedToBot,
    /// A bot became a user: whoever owned it may know its tokens.
    ConvertedToUser,
    Deactivated,
    /// The user's roles do not include the right to have access tokens any more.
    TokenRightLost,
    BecameGuest,
    /// Somebody has proven that the address is theirs, and the account may have been made by somebody else.
    AddressProven,
    AdministrationLost,
    /// A bot was disabled; its access tokens are valid again when it is enabled.
    BotDisabled,
    /// A bot got an administrator's roles, and its owner, who may know its tokens, is no administrator.
    RaisedAboveOwner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SessionScope {
    None,
    /// All except the one that asked for it.
    Others(SessionId),
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BotScope {
    None,
    /// Those with an administrator's roles.
    Administrators,
    All,
}

/// What a cause ends. Connections end with their session or access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    /// With everything that apps were given: they have sessions, and get new ones.
    sessions: SessionScope,
    access_tokens: bool,
    public_links: bool,
    uploads: bool,
    /// The bots that the user owns.
    bots: BotScope,
    /// Those that the user has made.
    invitations: bool,
    /// Those of the account: others may have added them.
    passkeys: bool,
}

impl AccessEnd {
    const fn scope(self) -> Scope {
        const NOTHING: Scope = Scope {
            sessions: SessionScope::None,
            access_tokens: false,
            public_links: false,
            uploads: false,
            bots: BotScope::None,
            invitations: false,
            passkeys: false,
        };
        const CREDENTIALS: Scope = Scope { sessions: SessionScope::All, access_tokens: true, public_links: true, uploads: true, ..NOTHING };
        match self {
            Self::PasswordChanged(session) | Self::OtherSessionsRevoked(session) => {
                Scope { sessions: SessionScope::Others(session), ..NOTHING }
            }
            Self::PasswordSet | Self::SessionsRevoked | Self::ConvertedToUser => CREDENTIALS,
            Self::Deactivated => Scope { bots: BotScope::All, invitations: true, ..CREDENTIALS },
            Self::ConvertedToBot | Self::AddressProven => Scope { bots: BotScope::All, invitations: true, passkeys: true, ..CREDENTIALS },
            Self::TokenRightLost | Self::RaisedAboveOwner => Scope { access_tokens: true, ..NOTHING },
            Self::BotDisabled => Scope { sessions: SessionScope::All, ..NOTHING },
            Self::BecameGuest => Scope { public_links: true, bots: BotScope::All, invitations: true, ..NOTHING },
            Self::AdministrationLost => Scope { bots: BotScope::Administrators, ..NOTHING },
        }
    }
}

/// Statements and events for the batch of the change.
#[derive(Debug, Clone, Default)]
#[must_use = "access ends only with the batch that this is added to"]
pub(crate) struct EndedAccess {
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
}

/// Where a membership ends.
pub(crate) enum Membership {
    Channel(Granted<ChannelId, Write>),
    Team(Granted<TeamId, Write>),
}

impl Sessions<'_> {
    /// What ends for the user because of these causes, to be committed with the change itself.
    pub(crate) async fn end_access(&self, grant: &Writing<UserGrant>, causes: &[AccessEnd]) -> Result<EndedAccess> {
        let mut ended = EndedAccess::default();
        for scope in causes.iter().map(|cause| cause.scope()) {
            self.end_in_scope(grant, scope, &mut ended).await?;
        }
        Ok(ended)
    }

    async fn end_in_scope(&self, grant: &Writing<UserGrant>, scope: Scope, ended: &mut EndedAccess) -> Result<()> {
        let user_id = grant.user_id();
        if scope.access_tokens {
            let tokens = sessions::access_token_ids(self.access.read(grant), grant.id()).await?;
            ended
                .events
                .extend(tokens.into_iter().map(|id| Event::SessionRevoked { user_id, session_id: SessionId::from_bytes(*id.bytes()) }));
            ended.statements.push(sessions::delete_access_tokens_of_user(grant.write_id()));
        }
        if scope.sessions != SessionScope::None {
            // Apps have sessions as well, and get new ones with their refresh tokens.
            let id = grant.write_id();
            ended.statements.extend([
                users::lock(id),
                codes::delete_of_user(id),
                grants::delete_of_user(id),
                authorizations::delete_of_user(id),
            ]);
        }
        match scope.sessions {
            SessionScope::None => {}
            SessionScope::Others(kept) => {
                ended.events.extend(self.session_revocations(grant, Some(kept)).await?);
                ended.statements.push(sessions::delete_of_user(grant.write_id(), Some(kept)));
            }
            SessionScope::All => {
                ended.events.push(Event::AccessEnded { user_id });
                ended.statements.push(sessions::delete_of_user(grant.write_id(), None));
                ended.statements.extend(self.end_magic_links(grant));
            }
        }
        ended.statements.extend(scope.public_links.then(|| users::end_public_links(grant.write_id())));
        ended.statements.extend(scope.uploads.then(|| files::end_uploads(grant.write_id())));
        ended.statements.extend(scope.invitations.then(|| invitations::delete_of_creator(grant.write_id())));
        ended.statements.extend(scope.passkeys.then(|| passkeys::delete_of_user(grant.write_id())));
        if scope.bots != BotScope::None {
            self.end_bots(grant, scope.bots, ended).await?;
        }
        Ok(())
    }

    /// Disables bots of the user and deletes their credentials. They can be assigned to somebody else and enabled again.
    async fn end_bots(&self, owner: &Writing<UserGrant>, scope: BotScope, ended: &mut EndedAccess) -> Result<()> {
        let mut accounts = bots::accounts_of_owner(self.access.read(owner), owner.id(), BOTS_MAX).await?;
        accounts.retain(|bot| bot.is_active() && (scope == BotScope::All || self.access.administrates(&bot.roles)));
        if accounts.is_empty() {
            return Ok(());
        }
        let grant = self.access.system("bots end with their owner");
        let now = self.clock.now();
        let ids: Vec<UserId> = accounts.iter().map(|bot| bot.id).collect();
        ended.statements.extend(bots::end_access(grant.write_server(), &ids, now));
        for bot in &ids {
            let details = Details::default().with("user_id", bot).with("owner_id", owner.user_id());
            ended.statements.push(self.access.audit_record(owner.origin(), "bots.disable_with_owner", details));
        }
        for account in accounts {
            ended.events.extend(self.bot_end_events(&grant, account).await?);
        }
        tracing::warn!(owner = %owner.user_id(), bots = ids.len(), "bots were disabled because their owner's access ended");
        Ok(())
    }

    async fn bot_end_events(&self, grant: &Writing<SystemGrant>, mut account: User) -> Result<[Event; 3]> {
        let user_id = account.id;
        account.delete_at = self.clock.now();
        account.update_at = self.now_after(account.update_at);
        let updated = self.users().user_updated_event(&grant.user(user_id), account).await?;
        Ok([Event::AccountChanged { user_id }, Event::AccessEnded { user_id }, updated])
    }

    /// The access tokens of all users that lose the right to have them by this change of a role.
    pub(crate) async fn end_token_rights(&self, grant: &Writing<SystemGrant>, role: &Role) -> Result<EndedAccess> {
        let before = self.access.roles();
        let needed = Permission::CreateUserAccessToken;
        if role.permissions.contains(&needed) || !before.allows(&role.name, needed) {
            return Ok(EndedAccess::default());
        }
        let after = (*before).clone().with(&role.name, role.permissions.clone());
        let mut tokens = sessions::access_tokens_by_role(self.access.read(grant), grant.server(), &role.name).await?;
        tokens.retain(|(_, _, roles)| !after.allows(roles, needed));
        let ids: Vec<AccessTokenId> = tokens.iter().map(|(id, ..)| *id).collect();
        let revoked = |(id, user_id, _): &(AccessTokenId, UserId, String)| Event::SessionRevoked {
            user_id: *user_id,
            session_id: SessionId::from_bytes(*id.bytes()),
        };
        Ok(EndedAccess {
            statements: sessions::delete_access_tokens_by_ids(grant.write_server(), &ids),
            events: tokens.iter().map(revoked).collect(),
        })
    }

    /// What ends with a membership besides the membership itself: uploads to its channels.
    pub(crate) fn end_membership(&self, user: UserId, membership: &Membership) -> Statement {
        match membership {
            Membership::Channel(channel) => files::end_uploads_to_channel(*channel, user),
            Membership::Team(team) => files::end_uploads_to_team(*team, user),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId::from_bytes([1; 16]);

    /// The table in words: a change of it is a decision.
    #[test]
    fn each_cause_ends_what_it_must() {
        use AccessEnd::*;
        let rows = [
            (PasswordChanged(SESSION), "other sessions"),
            (OtherSessionsRevoked(SESSION), "other sessions"),
            (PasswordSet, "sessions tokens links uploads"),
            (SessionsRevoked, "sessions tokens links uploads"),
            (ConvertedToUser, "sessions tokens links uploads"),
            (ConvertedToBot, "sessions tokens links uploads bots invitations passkeys"),
            (Deactivated, "sessions tokens links uploads bots invitations"),
            (AddressProven, "sessions tokens links uploads bots invitations passkeys"),
            (TokenRightLost, "tokens"),
            (BotDisabled, "sessions"),
            (BecameGuest, "links bots invitations"),
            (AdministrationLost, "administrators' bots"),
            (RaisedAboveOwner, "tokens"),
        ];
        for (cause, expected) in rows {
            let scope = cause.scope();
            let sessions = match scope.sessions {
                SessionScope::None => "",
                SessionScope::Others(_) => "other sessions",
                SessionScope::All => "sessions",
            };
            let bots = match scope.bots {
                BotScope::None => "",
                BotScope::Administrators => "administrators' bots",
                BotScope::All => "bots",
            };
            let named = |is_ended, name| if is_ended { name } else { "" };
            let all = [
                sessions,
                named(scope.access_tokens, "tokens"),
                named(scope.public_links, "links"),
                named(scope.uploads, "uploads"),
                bots,
                named(scope.invitations, "invitations"),
                named(scope.passkeys, "passkeys"),
            ];
            let actual: Vec<&str> = all.into_iter().filter(|name| !name.is_empty()).collect();
            assert_eq!(actual.join(" "), expected, "{cause:?}");
        }
    }
}
