//! Grants: the tokens that apps have fetched. The access token is a session, which has a row of its own.

use guildhall_model::codes::oauth as error_codes;
use guildhall_model::id::{OAuthAppId, OAuthGrantId, SessionId, UserId};
use guildhall_model::oauth::OAuthGrant;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Server, Statement, Write, in_list, in_values, params};

entity!(
    OAuthGrant,
    "oauth_grants",
    [id, app_id, user_id, session_id, code_hash, family_hash, refresh_hash, resource, create_at, refreshed_at, expires_at]
);

pub async fn by_code(db: &Reader, _server: Granted<Server>, code: TokenHash) -> Result<Option<OAuthGrant>> {
    db.optional(OAuthGrant::select("WHERE code_hash = ?"), params![code]).await
}

pub async fn by_family(db: &Reader, _server: Granted<Server>, family: TokenHash) -> Result<Option<OAuthGrant>> {
    db.optional(OAuthGrant::select("WHERE family_hash = ?"), params![family]).await
}

/// What a person has given to an app, the one that was refreshed last first.
pub async fn of_user(db: &Reader, user: Granted<UserId>, app: OAuthAppId) -> Result<Vec<OAuthGrant>> {
    let tail = "WHERE user_id = ? AND app_id = ? ORDER BY refreshed_at DESC, id";
    db.all(OAuthGrant::select(tail), params![user, app]).await
}

/// Some grants of an app, of all people.
pub async fn of_app(db: &Reader, _server: Granted<Server>, app: OAuthAppId, limit: i64) -> Result<Vec<OAuthGrant>> {
    db.all(OAuthGrant::select("WHERE app_id = ? ORDER BY id LIMIT ?"), params![app, limit]).await
}

/// Some grants that had expired by then, or whose app is deleted.
pub async fn expired(db: &Reader, _server: Granted<Server>, by: Millis, limit: i64) -> Result<Vec<OAuthGrant>> {
    let tail = "WHERE expires_at <= ? OR app_id NOT IN (SELECT id FROM oauth_apps) ORDER BY id LIMIT ?";
    db.all(OAuthGrant::select(tail), params![by, limit]).await
}

pub fn insert(user: Granted<UserId, Write>, grant: &OAuthGrant) -> Statement {
    grant.insert().bind(2, user).on_duplicate(error_codes::GRANT_USED)
}

/// Replaces the tokens of `old`, and fails the batch with `GRANT_USED` if they were replaced meanwhile.
pub fn refresh(user: Granted<UserId, Write>, old: &OAuthGrant, new: &OAuthGrant) -> Statement {
    let sql = "UPDATE oauth_grants SET session_id = ?, refresh_hash = ?, refreshed_at = ?, expires_at = ? \
        WHERE id = ? AND user_id = ? AND refresh_hash = ?";
    let values = params![new.session_id, new.refresh_hash, new.refreshed_at, new.expires_at, old.id, user, old.refresh_hash];
    Statement::new(sql, values).expect_rows(1).or(error_codes::GRANT_USED)
}

/// Deletes grants of any person, and the sessions that they have by then.
pub fn delete_with_sessions(_server: Granted<Server, Write>, ids: &[OAuthGrantId]) -> Vec<Statement> {
    let some = |some: &[OAuthGrantId]| {
        let list = in_list(some.len());
        let sessions = format!("DELETE FROM sessions WHERE id IN (SELECT session_id FROM oauth_grants WHERE id IN {list})");
        [
            Statement::new(sessions, in_values(some.iter().copied())),
            Statement::new(format!("DELETE FROM oauth_grants WHERE id IN {list}"), in_values(some.iter().copied())),
        ]
    };
    ids.chunks(MAX_IN_LIST).flat_map(some).collect()
}

/// Deletes what a person has given to an app, with the sessions.
pub fn delete(user: Granted<UserId, Write>, app: OAuthAppId) -> [Statement; 2] {
    let sessions = "DELETE FROM sessions WHERE id IN (SELECT session_id FROM oauth_grants WHERE user_id = ? AND app_id = ?)";
    [
        Statement::new(sessions, params![user, app]),
        Statement::new("DELETE FROM oauth_grants WHERE user_id = ? AND app_id = ?", params![user, app]),
    ]
}

/// The grant of a session, which ends with it.
pub fn delete_of_session(user: Granted<UserId, Write>, session: SessionId) -> Statement {
    Statement::new("DELETE FROM oauth_grants WHERE user_id = ? AND session_id = ?", params![user, session])
}

/// Without the sessions, which end with the other ones of the person.
pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_grants WHERE user_id = ?", params![user])
}

/// Deletes what all people have given to an app, with the sessions.
pub fn delete_of_app(_server: Granted<Server, Write>, app: OAuthAppId) -> [Statement; 2] {
    [
        Statement::new("DELETE FROM sessions WHERE id IN (SELECT session_id FROM oauth_grants WHERE app_id = ?)", params![app]),
        Statement::new("DELETE FROM oauth_grants WHERE app_id = ?", params![app]),
    ]
}

/// All of the server, without the sessions.
pub fn delete_all(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_grants", Vec::new())
}
