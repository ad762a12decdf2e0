//! Personal access tokens of users and bots. The secret is returned once, on creation.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{AccessTokenId, SessionId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::Secret;
use guildhall_model::user::AccessToken;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{sessions, users};

use super::ACCESS_TOKENS_MAX;
use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::sessions::Sessions;

const DESCRIPTION_CHARS_MAX: usize = 255;

impl Sessions<'_> {
    /// `expires_at` is zero for a token that does not expire.
    #[boxed]
    pub async fn create_access_token(
        &self,
        actor: &Actor,
        user: UserId,
        description: &str,
        expires_at: Millis,
    ) -> Result<(AccessToken, Secret)> {
        let grant = self.grant_for_tokens(actor, user, Permission::CreateUserAccessToken).await?;
        let account = self.users().account(&grant, user).await?;
        if !account.is_active() {
            return Err(context::INVALID_PARAM.with("name", "user_id"));
        }
        if !account.is_bot && !self.settings().integrations.access_tokens {
            return Err(codes::TOKENS_DISABLED.into());
        }
        let description = description.trim();
        if !(1..=DESCRIPTION_CHARS_MAX).contains(&description.chars().count()) {
            return Err(codes::TOKEN_DESCRIPTION.into());
        }
        self.check_expiry(expires_at, account.is_bot)?;
        if sessions::count_access_tokens(self.access.read(&grant), grant.id()).await? >= ACCESS_TOKENS_MAX {
            return Err(codes::TOKEN_LIMIT.into());
        }
        let secret = self.secrets.generate_token();
        let token = AccessToken {
            id: self.ids.next(),
            user_id: user,
            description: description.to_owned(),
            is_active: true,
            create_at: self.clock.now(),
            expires_at,
        };
        let mut write = self.access.write(&grant, "access_tokens.create").recorded();
        // Not committed if the account is deactivated or its roles are changed meanwhile, which ends its tokens.
        write.push(users::guard_roles(&account));
        write.push(sessions::insert_access_token(grant.write_id(), &token, secret.hash()));
        write.detail("token_id", token.id);
        write.detail("expires_at", token.expires_at.0);
        write.extend(usage::guard(Counted::AccessTokensOf(user), ACCESS_TOKENS_MAX, codes::TOKEN_LIMIT));
        let mail = AccountMail::AccessTokenCreated { token_id: token.id };
        let event = (!account.is_bot).then_some(Event::AccountMailRequested { user_id: user, mail });
        write.commit(event.into_iter().collect::<Vec<_>>()).await?;
        Ok((token, secret))
    }

    #[boxed]
    pub async fn access_token(&self, actor: &Actor, id: AccessTokenId) -> Result<AccessToken> {
        Ok(self.load_token(actor, id, Permission::ReadUserAccessToken).await?.1)
    }

    #[boxed]
    pub async fn access_tokens_of(&self, actor: &Actor, user: UserId, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
        let grant = self.grant_for_tokens(actor, user, Permission::ReadUserAccessToken).await?;
        sessions::access_tokens_of(self.access.read(&grant), grant.id(), limit, offset).await
    }

    #[boxed]
    pub async fn all_access_tokens(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        sessions::access_tokens(self.access.read(&grant), grant.server(), limit, offset).await
    }

    /// By a prefix of a username, or by the id of a token or of its owner.
    #[boxed]
    pub async fn search_access_tokens(&self, actor: &Actor, term: &str, limit: i64) -> Result<Vec<AccessToken>> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let db = self.access.read(&grant);
        if let (Ok(id), Ok(user)) = (term.parse(), term.parse()) {
            let mut tokens = sessions::access_tokens_of(db, grant.id(user), limit, 0).await?;
            tokens.extend(self.access.open(&grant, sessions::access_token(db, id).await?));
            return Ok(tokens);
        }
        sessions::search_access_tokens(db, grant.server(), term, limit).await
    }

    #[boxed]
    pub async fn revoke_access_token(&self, actor: &Actor, id: AccessTokenId) -> Result<()> {
        let (grant, token) = self.load_token(actor, id, Permission::RevokeUserAccessToken).await?;
        let mut write = self.access.write(&grant, "access_tokens.revoke").recorded();
        write.push(sessions::delete_access_token(grant.write_id(), id).or(codes::TOKEN_NOT_FOUND));
        write.detail("token_id", id);
        write.commit(revoked_event(&token)).await
    }

    #[boxed]
    pub async fn set_access_token_active(&self, actor: &Actor, id: AccessTokenId, is_active: bool) -> Result<()> {
        let permission = if is_active { Permission::CreateUserAccessToken } else { Permission::RevokeUserAccessToken };
        let (grant, token) = self.load_token(actor, id, permission).await?;
        let updated_event = || Event::SessionUpdated { user_id: token.user_id, session_id: session_id_of(&token) };
        let event = if is_active { updated_event() } else { revoked_event(&token) };
        let mut write = self.access.write(&grant, if is_active { "access_tokens.enable" } else { "access_tokens.disable" }).recorded();
        write.push(sessions::set_access_token_active(grant.write_id(), id, is_active).or(codes::TOKEN_NOT_FOUND));
        write.detail("token_id", id);
        write.commit(event).await
    }

    /// The token and a grant for its owner. Hidden and absent tokens give the same error, except to administrators.
    pub(super) async fn load_token(
        &self,
        actor: &Actor,
        id: AccessTokenId,
        permission: Permission,
    ) -> Result<(Writing<UserGrant>, AccessToken)> {
        let grant = self.access.system_permission_to_read(actor, permission)?;
        let token = sessions::access_token(self.access.read(&grant), id).await?;
        let token = self.access.open(&grant, token);
        let is_admin = self.access.has_system_permission(actor, Permission::ManageSystem);
        let token = token.ok_or(if is_admin { codes::TOKEN_NOT_FOUND } else { context::PERMISSIONS })?;
        Ok((self.grant_for_tokens(actor, token.user_id, permission).await?, token))
    }

    /// A grant for the tokens of oneself, of one's bots, or of others with `edit_other_users`.
    async fn grant_for_tokens(&self, actor: &Actor, user: UserId, permission: Permission) -> Result<Writing<UserGrant>> {
        self.access.check_system_permission(actor, permission)?;
        match self.access.manageable_bot(actor, user).await? {
            Some(bot) => Ok(bot),
            None => Ok(self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?.0),
        }
    }
}

/// The session id of connections that were opened with the token.
fn session_id_of(token: &AccessToken) -> SessionId {
    SessionId::from_bytes(*token.id.bytes())
}

fn revoked_event(token: &AccessToken) -> Event {
    Event::SessionRevoked { user_id: token.user_id, session_id: session_id_of(token) }
}
