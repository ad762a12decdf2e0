//! Which of many sessions and access tokens are still valid, in one query: for the check of all open connections.

use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, in_list, in_values, params};

/// A valid session or access token, and the roles of its account as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidSession {
    pub id: SessionId,
    pub token: TokenHash,
    pub user_id: UserId,
    pub roles: String,
    pub is_bot: bool,
}

impl FromRow for ValidSession {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: row.get(0)?, token: row.get(1)?, user_id: row.get(2)?, roles: row.get(3)?, is_bot: row.get(4)? })
    }
}

const SESSIONS: &str = "SELECT s.id, s.token_hash, u.id, u.roles, u.is_bot FROM sessions s JOIN users u ON u.id = s.user_id \
    WHERE u.delete_at = 0 AND (s.expires_at = 0 OR s.expires_at > ?) AND s.id IN";

/// A bot's token is valid while its owner is active.
const ACCESS_TOKENS: &str = "SELECT t.id, t.token_hash, u.id, u.roles, u.is_bot FROM access_tokens t JOIN users u ON u.id = t.user_id \
    LEFT JOIN bots b ON b.user_id = u.id LEFT JOIN users o ON o.id = b.owner_id \
    WHERE u.delete_at = 0 AND t.is_active = 1 AND (u.is_bot = 1 OR ? = 1) AND (u.is_bot = 0 OR o.id IS NULL OR (o.delete_at = 0 AND o.is_bot = 0)) AND t.id IN";

/// Those of the sessions and access tokens that are valid at `now`. `are_user_tokens_accepted` is the setting for the
/// tokens of people.
pub async fn valid_among(
    db: &Reader,
    _server: Granted<Server>,
    ids: &[SessionId],
    now: Millis,
    are_user_tokens_accepted: bool,
) -> Result<Vec<ValidSession>> {
    let mut valid = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IN_LIST) {
        let list = in_list(some.len());
        let mut values = params![now];
        values.extend(in_values(some.iter().copied()));
        values.extend(params![are_user_tokens_accepted]);
        values.extend(in_values(some.iter().copied()));
        valid.extend(db.all::<ValidSession>(format!("{SESSIONS} {list} UNION ALL {ACCESS_TOKENS} {list}"), values).await?);
    }
    Ok(valid)
}
