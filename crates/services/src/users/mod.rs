//! Accounts: making, finding, changing and closing them.

mod activate;
mod change;
mod create;
mod find;
mod get;
mod password;
mod picture;
mod roles;
mod seen;
mod update;

pub use create::NewUser;
pub use find::{Autocompleted, Order, SEARCH_LIMIT_MAX, Where};
pub use get::USER_IDS_MAX;
pub use picture::{PICTURE_BYTES_MAX, Picture};
pub use update::UserPatch;

noun! {
    /// Accounts.
    users::Users, uses: [audits::Audits, sessions::Sessions, teams::Teams]
}
