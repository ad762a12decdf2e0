//! Accounts.

use guildhall_model::Result;
use guildhall_model::id::UserId;
use guildhall_model::user::User;

use crate::entity::{Entity, entity};
use crate::{Database, MAX_IN_LIST, in_list, in_values, params};

entity!(
    User,
    "users",
    [
        id,
        create_at,
        update_at,
        delete_at,
        username,
        email,
        email_verified,
        nickname,
        first_name,
        last_name,
        position,
        roles,
        notify_props,
        props,
        timezone,
        locale,
        last_password_update,
        last_picture_update,
        failed_attempts,
        is_bot
    ]
);

/// The account, deactivated ones too.
pub async fn get(db: &Database, id: UserId) -> Result<Option<User>> {
    db.optional(User::select("WHERE id = ?"), params![id]).await
}

/// Those of the accounts that exist, in no particular order.
pub async fn by_ids(db: &Database, ids: &[UserId]) -> Result<Vec<User>> {
    let mut users = Vec::with_capacity(ids.len());
    for ids in ids.chunks(MAX_IN_LIST) {
        users.extend(db.all::<User>(User::select(&format!("WHERE id IN {}", in_list(ids.len()))), in_values(ids)).await?);
    }
    Ok(users)
}
