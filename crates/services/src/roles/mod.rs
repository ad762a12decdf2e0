//! Roles: inserting the built-in ones, reading roles, changing their permissions and resetting them.

mod get;
mod load;
mod patch;

pub use get::ROLE_NAMES_MAX;

noun! {
    /// Roles and their permissions.
    roles::Roles, uses: [sessions::Sessions]
}
