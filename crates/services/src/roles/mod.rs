//! Roles: the built-in ones on a fresh server, reading them, and what each of them allows.

mod get;
mod load;
mod patch;

pub use get::ROLE_NAMES_MAX;

noun! {
    /// Roles and their permissions.
    roles::Roles, state: State, uses: [audits::Audits]
}

#[derive(Default)]
pub(crate) struct State {
    /// One loads at a time: a slow look at yesterday's roles must not cover a quick one at today's.
    loading: tokio::sync::Mutex<()>,
}
