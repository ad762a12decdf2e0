//! The end of personal access tokens: how late it may be, another secret before it comes, and telling their owners.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{AccessTokenId, SessionId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::Secret;
use guildhall_model::user::AccessToken;
use guildhall_model::{Actor, Error, Event, Events, Millis, Permission, Result};
use guildhall_storage::{Statement, sessions, users};

use crate::boxed;
use crate::sessions::Sessions;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The owner of a token is told when so many days are left.
const WARNED_DAYS: [i64; 3] = [1, 3, 7];
/// An expired token is listed as such for so long.
const LISTED_FOR_MS: i64 = 30 * DAY_MS;
const PAGE: i64 = 100;

/// A token whose owner is to be told.
pub(crate) struct ExpiringToken {
    pub token: AccessToken,
    /// At most so many days are left.
    pub days: i64,
    /// Who owns it: the account, or the owner of the bot.
    pub owner_id: UserId,
}

impl Sessions<'_> {
    /// Whether a new token of the account may end then; zero for never.
    pub(super) fn check_expiry(&self, expires_at: Millis, is_bot: bool) -> Result<()> {
        check_expiry(expires_at, self.clock.now(), if is_bot { 0 } else { self.settings().integrations.access_token_max_days })
    }

    /// Gives the token another secret; the old one is rejected at once. `expires_at` is zero for never, and `None` for the end that it
    /// has.
    #[boxed]
    pub async fn rotate_access_token(&self, actor: &Actor, id: AccessTokenId, expires_at: Option<Millis>) -> Result<(AccessToken, Secret)> {
        let (grant, token) = self.load_token(actor, id, Permission::CreateUserAccessToken).await?;
        let account = self.users().account(&grant, token.user_id).await?;
        if !account.is_bot && !self.settings().integrations.access_tokens {
            return Err(codes::TOKENS_DISABLED.into());
        }
        if !token.is_active {
            return Err(codes::TOKEN_NOT_ACTIVE.into());
        }
        let token = AccessToken { expires_at: expires_at.unwrap_or(token.expires_at), ..token };
        self.check_expiry(token.expires_at, account.is_bot)?;
        let secret = self.secrets.generate_token();
        let mut write = self.access.write(&grant, "access_tokens.rotate").recorded();
        // As for a new token.
        write.push(users::guard_roles(&account));
        write.push(sessions::rotate_access_token(grant.write_id(), id, secret.hash(), token.expires_at).or(codes::TOKEN_NOT_FOUND));
        write.detail("token_id", id);
        write.detail("expires_at", token.expires_at.0);
        let mut events = vec![revoked(token.user_id, id)];
        let mail = AccountMail::AccessTokenRotated { token_id: id };
        events.extend((!account.is_bot).then_some(Event::AccountMailRequested { user_id: token.user_id, mail }));
        write.commit(events).await?;
        Ok((token, secret))
    }

    /// How many tokens of people last longer than the setting allows now; 0 without one.
    #[boxed]
    pub async fn count_non_compliant_tokens(&self, actor: &Actor) -> Result<i64> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers)?;
        match self.latest_expiry() {
            Some(latest) => sessions::count_access_tokens_beyond(self.access.read(&grant), grant.server(), latest).await,
            None => Ok(0),
        }
    }

    /// Revokes them; returns how many.
    #[boxed]
    pub async fn revoke_non_compliant_tokens(&self, actor: &Actor) -> Result<usize> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let latest = self.latest_expiry().ok_or(codes::TOKENS_UNLIMITED)?;
        let mut count = 0;
        loop {
            let tokens = sessions::access_tokens_beyond(self.access.read(&grant), grant.server(), latest, PAGE).await?;
            if tokens.is_empty() {
                return Ok(count);
            }
            let ids: Vec<AccessTokenId> = tokens.iter().map(|(id, _)| *id).collect();
            let mut write = self.access.write(&grant, "access_tokens.revoke_non_compliant").recorded();
            write.extend(sessions::delete_access_tokens_by_ids(grant.write_server(), &ids));
            write.detail("tokens", ids.len());
            write.commit(tokens.iter().map(|(id, user)| revoked(*user, *id)).collect::<Vec<_>>()).await?;
            count += ids.len();
        }
    }

    fn latest_expiry(&self) -> Option<Millis> {
        let days = self.settings().integrations.access_token_max_days;
        (days > 0).then(|| self.clock.now().plus_ms(days.saturating_mul(DAY_MS)))
    }

    /// Some of the tokens whose owners are to be told now.
    pub(crate) async fn expiring_tokens(&self) -> Result<Vec<ExpiringToken>> {
        let grant = self.access.system("owners of access tokens are told before they end");
        let (db, now) = (self.access.read(&grant), self.clock.now());
        for days in WARNED_DAYS {
            let until = now.plus_ms(days * DAY_MS);
            let tokens = sessions::expiring_access_tokens(db, grant.server(), now, until, days, PAGE).await?;
            if tokens.is_empty() {
                continue;
            }
            let mut expiring = Vec::with_capacity(tokens.len());
            for token in tokens {
                let owner_id = users::bot_owner(db, token.user_id).await?.unwrap_or(token.user_id);
                expiring.push(ExpiringToken { token, days, owner_id });
            }
            return Ok(expiring);
        }
        Ok(Vec::new())
    }

    /// Remembers that the owner was told, and sends the mail. `condition` is a statement of the caller's lease.
    pub(crate) async fn warn_of_expiry(&self, ExpiringToken { token, days, owner_id }: &ExpiringToken, condition: Statement) -> Result<()> {
        let grant = self.access.system("owners of access tokens are told before they end").user_to_write(token.user_id);
        let mut write = self.access.write(&grant, "access_tokens.warn_of_expiry");
        write.push(condition);
        write.push(sessions::set_access_token_warned(grant.write_id(), token, *days));
        let mail = AccountMail::AccessTokenExpiring { token_id: token.id };
        match write.commit(Event::AccountMailRequested { user_id: *owner_id, mail }).await {
            // Its end was changed meanwhile.
            Err(error) if error.is(context::CONFLICT) => Ok(()),
            result => result,
        }
    }

    /// Deletes tokens that ended long ago.
    pub(crate) async fn sweep_access_tokens(&self, condition: Statement) -> Result<()> {
        let grant = self.access.system("expired access tokens are deleted");
        let mut write = self.access.write(&grant, "access_tokens.sweep");
        write.push(condition);
        write.push(sessions::delete_expired_access_tokens(grant.write_server(), self.clock.now().minus_ms(LISTED_FOR_MS)));
        write.commit(Events::none("they were rejected before")).await
    }
}

fn check_expiry(expires_at: Millis, now: Millis, max_days: i64) -> Result<()> {
    let with_days = |error: Error| error.with("days", max_days);
    match expires_at {
        Millis(..0) => Err(codes::TOKEN_EXPIRY_INVALID.into()),
        Millis(0) if max_days > 0 => Err(with_days(codes::TOKEN_EXPIRY_REQUIRED.into())),
        Millis(0) => Ok(()),
        expires_at if expires_at <= now => Err(codes::TOKEN_EXPIRY_PAST.into()),
        expires_at if max_days > 0 && expires_at > now.plus_ms(max_days.saturating_mul(DAY_MS)) => {
            Err(with_days(codes::TOKEN_EXPIRY_TOO_FAR.into()))
        }
        _ => Ok(()),
    }
}

/// The connections that were opened with the token are closed.
fn revoked(user_id: UserId, token: AccessTokenId) -> Event {
    Event::SessionRevoked { user_id, session_id: SessionId::from_bytes(*token.bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_token_is_within_the_limit() {
        let now = Millis(1_800_000_000_000);
        let id = |expires_at: i64, max_days: i64| check_expiry(Millis(expires_at), now, max_days).err().map(|error| error.code.id);
        let in_days = |days: i64| now.0 + days * DAY_MS;
        for (expires_at, max_days, expected) in [
            (0, 0, None),
            (i64::MAX, 0, None),
            (in_days(30), 30, None),
            (now.0 + 1, 30, None),
            (0, 30, Some(codes::TOKEN_EXPIRY_REQUIRED)),
            (in_days(30) + 1, 30, Some(codes::TOKEN_EXPIRY_TOO_FAR)),
            (i64::MAX, 3_650, Some(codes::TOKEN_EXPIRY_TOO_FAR)),
            (now.0, 0, Some(codes::TOKEN_EXPIRY_PAST)),
            (1, 30, Some(codes::TOKEN_EXPIRY_PAST)),
            (-1, 0, Some(codes::TOKEN_EXPIRY_INVALID)),
            (i64::MIN, 30, Some(codes::TOKEN_EXPIRY_INVALID)),
        ] {
            assert_eq!(id(expires_at, max_days), expected.map(|code| code.id), "{expires_at} {max_days}");
        }
    }
}
