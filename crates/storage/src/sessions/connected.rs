//! Which of many sessions and access tokens are still valid, and whether memberships have changed, in one query: for the check of
//! all open connections.

use std::sync::LazyLock;

use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, Dialect, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, in_list, in_values, params};

/// A valid session or access token, and the roles of its account as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidSession {
    pub id: SessionId,
    pub token: TokenHash,
    pub user_id: UserId,
    pub roles: String,
    pub is_bot: bool,
    pub has_second_factor: bool,
    /// When the account was created.
    pub create_at: Millis,
    /// The sum of [`guildhall_model::id::membership_digest`] over the channels and teams of the person.
    pub memberships_digest: i64,
}

impl FromRow for ValidSession {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            token: row.get(1)?,
            user_id: row.get(2)?,
            roles: row.get(3)?,
            is_bot: row.get(4)?,
            has_second_factor: row.get(5)?,
            create_at: row.get(6)?,
            memberships_digest: row.get::<i64>(7)? + row.get::<i64>(8)?,
        })
    }
}

const SESSIONS: &str = "FROM sessions s JOIN users u ON u.id = s.user_id \
    WHERE u.delete_at = 0 AND (s.expires_at = 0 OR s.expires_at > ?) AND (s.is_oauth = 0 OR ? = 1) AND s.id IN";

/// A bot's token is valid while its owner is active.
const ACCESS_TOKENS: &str = "FROM access_tokens s JOIN users u ON u.id = s.user_id \
    LEFT JOIN bots b ON b.user_id = u.id LEFT JOIN users o ON o.id = b.owner_id \
    WHERE u.delete_at = 0 AND s.is_active = 1 AND (s.expires_at = 0 OR s.expires_at > ?) AND (u.is_bot = 1 OR ? = 1) AND (u.is_bot = 0 OR o.id IS NULL OR (o.delete_at = 0 AND o.is_bot = 0)) AND s.id IN";

static ALL_BYTES: LazyLock<String> = LazyLock::new(|| (0..=255_u8).map(|byte| format!("{byte:02x}")).collect());

/// The columns of both.
fn columns(dialect: Dialect) -> String {
    let digest_of = |id: &str| match dialect {
        Dialect::Postgres => format!("SUM(256 + get_byte({id}, 15))"),
        Dialect::Mysql => format!("SUM(256 + ORD(SUBSTRING({id}, 16, 1)))"),
        // SQLite has no function for the number of a byte: its position among all bytes, counted from 1.
        Dialect::Sqlite => format!("SUM(255 + INSTR(X'{}', SUBSTR({id}, 16)))", *ALL_BYTES),
    };
    format!(
        "s.id, s.token_hash, u.id, u.roles, u.is_bot, u.has_second_factor, u.create_at, \
         (SELECT COALESCE({}, 0) FROM channel_members m WHERE m.user_id = u.id), \
         (SELECT COALESCE({}, 0) FROM team_members m WHERE m.user_id = u.id AND m.delete_at = 0)",
        digest_of("m.channel_id"),
        digest_of("m.team_id")
    )
}

/// What the settings allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The access tokens of people; those of bots always are.
    pub user_tokens: bool,
    /// The sessions of apps.
    pub oauth: bool,
}

/// Those of the sessions and access tokens that are valid at `now`.
pub async fn valid_among(
    db: &Reader,
    _server: Granted<Server>,
    ids: &[SessionId],
    now: Millis,
    accepted: Accepted,
) -> Result<Vec<ValidSession>> {
    let mut valid = Vec::with_capacity(ids.len());
    let columns = columns(db.dialect());
    for some in ids.chunks(MAX_IN_LIST) {
        let list = in_list(some.len());
        let mut values = params![now, accepted.oauth];
        values.extend(in_values(some.iter().copied()));
        values.extend(params![now, accepted.user_tokens]);
        values.extend(in_values(some.iter().copied()));
        let sql = format!("SELECT {columns} {SESSIONS} {list} UNION ALL SELECT {columns} {ACCESS_TOKENS} {list}");
        valid.extend(db.all::<ValidSession>(sql, values).await?);
    }
    Ok(valid)
}
