//! The server itself: what it is, how it is set, how it does.

mod health;
mod identity;

use std::sync::atomic::AtomicBool;

use tokio::sync::OnceCell;

pub use health::Health;
pub(crate) use identity::Identity;

/// What the server remembers of itself while it runs.
#[derive(Default)]
pub(crate) struct SystemState {
    identity: OnceCell<Identity>,
    /// Once somebody has an account, that stays so.
    has_accounts: AtomicBool,
}
