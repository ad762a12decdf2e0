//! Accounts.

use guildhall_model::user::User;

use crate::entity::entity;

entity!(
    User,
    "users",
    [
        id, create_at, update_at, delete_at, username, email, email_verified, nickname, first_name, last_name, position, roles, notify_props,
        props, timezone, locale, last_password_update, last_picture_update, failed_attempts, is_bot
    ]
);
