//! Finds a session or an access token, with its account, by the hash of its secret.

use guildhall_model::Result;
use guildhall_model::ports::TokenHash;
use guildhall_model::user::User;

use crate::entity::Entity;
use crate::{DecodeError, FromRow, Reader, Row, params};

/// A session or an access token with its account.
struct Authentication<T>(T, User);

impl<T: Entity> FromRow for Authentication<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self(T::decode(row, 0)?, User::decode(row, T::COLUMNS.len())?))
    }
}

pub(super) async fn authenticate<T: Entity + Send + 'static>(db: &Reader, token: TokenHash) -> Result<Option<(T, User)>> {
    let sql = format!(
        "SELECT {}, {} FROM {} t JOIN users u ON u.id = t.user_id WHERE t.token_hash = ?",
        T::columns_of("t"),
        User::columns_of("u"),
        T::TABLE
    );
    Ok(db.optional::<Authentication<T>>(sql, params![token]).await?.map(|Authentication(thing, user)| (thing, user)))
}
