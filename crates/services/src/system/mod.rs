//! The server itself: what it is, how it is set, how it does.

mod analytics;
mod health;
mod identity;
mod onboarding;
mod settings;

use std::sync::atomic::AtomicBool;

use guildhall_model::Millis;
use guildhall_model::settings::Settings;
use parking_lot::Mutex;
use tokio::sync::OnceCell;

pub use analytics::Figure;
pub use health::Health;
pub(crate) use identity::Identity;

noun! {
    /// The server itself: identity, settings, health, figures.
    system::System, state: State, uses: []
}

/// What the server remembers of itself while it runs.
pub(crate) struct State {
    identity: OnceCell<Identity>,
    /// Once somebody has an account, that stays so.
    has_accounts: AtomicBool,
    /// The settings that the server was started with; what administrators change lies above them.
    given: Settings,
    /// How much the files take, and when that was counted.
    file_bytes: Mutex<Option<(Millis, i64)>>,
}

impl State {
    pub(crate) fn new(given: Settings) -> Self {
        Self { identity: OnceCell::new(), has_accounts: AtomicBool::new(false), given, file_bytes: Mutex::default() }
    }
}
