//! Roles: the built-in ones on a fresh server, reading them, and what each of them allows.

mod get;
mod load;
mod patch;

pub use get::ROLE_NAMES_MAX;

noun! {
    /// Roles and their permissions.
    roles::Roles, uses: [audits::Audits]
}
