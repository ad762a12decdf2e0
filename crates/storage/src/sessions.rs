//! Sessions and personal access tokens, found by the SHA-256 of their token.

use guildhall_model::Result;
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, Session, User};

use crate::entity::{Entity, entity};
use crate::{Database, DecodeError, FromRow, Row, params};

entity!(Session, "sessions", [id, user_id, create_at, expires_at, last_activity_at, device_id, roles, is_oauth, expired_notify, props]);
entity!(AccessToken, "access_tokens", [id, user_id, description, is_active, create_at]);

/// What a token opens, with the account behind it.
pub struct Opened<T>(pub T, pub User);

impl<T: Entity> FromRow for Opened<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self(T::decode(row, 0)?, User::decode(row, T::COLUMNS.len())?))
    }
}

async fn open<T: Entity + Send + 'static>(db: &Database, token: TokenHash) -> Result<Option<(T, User)>> {
    let sql = format!(
        "SELECT {}, {} FROM {} t JOIN users u ON u.id = t.user_id WHERE t.token_hash = ?",
        T::columns_of("t"),
        User::columns_of("u"),
        T::TABLE
    );
    Ok(db.optional::<Opened<T>>(sql, params![token]).await?.map(|Opened(thing, user)| (thing, user)))
}

pub async fn by_token(db: &Database, token: TokenHash) -> Result<Option<(Session, User)>> {
    open(db, token).await
}

pub async fn access_token_by_token(db: &Database, token: TokenHash) -> Result<Option<(AccessToken, User)>> {
    open(db, token).await
}
