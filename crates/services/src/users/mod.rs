//! Accounts: creating, finding, changing and deactivating them.

mod activate;
mod change;
mod create;
mod create_guest;
mod find;
mod get;
mod guest;
mod guest_expiry;
mod offboard;
mod password;
mod picture;
mod reset_password;
mod roles;
mod update;
mod verify_email;
mod visibility;

pub use create::NewUser;
pub use find::{Order, SEARCH_LIMIT_MAX, UserAutocomplete, UserQuery};
pub use get::USER_IDS_MAX;
pub use picture::{PICTURE_BYTES_MAX, Picture};
pub use reset_password::PasswordResetLink;
pub use update::UserPatch;

noun! {
    /// Accounts.
    users::Users, uses: [invitations::Invitations, mail::Mail, sessions::Sessions, system::System, teams::Teams]
}
