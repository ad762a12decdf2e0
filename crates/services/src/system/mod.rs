//! The server itself: identity, settings, health, analytics and onboarding.

mod alert_channel;
mod analytics;
mod certificate;
mod health;
mod identity;
mod logs;
mod onboarding;
mod settings;
mod setup_code;

use std::sync::atomic::AtomicBool;

use guildhall_model::Millis;
use guildhall_model::settings::Settings;
use tokio::sync::OnceCell;

pub use analytics::AnalyticsValue;
pub use health::Health;
pub(crate) use identity::Identity;
pub use logs::LogFilter;

noun! {
    /// The server itself: identity, settings, health, analytics.
    system::System, state: State, uses: []
}

pub(crate) struct State {
    identity: OnceCell<Identity>,
    /// Never becomes false again.
    has_accounts: AtomicBool,
    /// From defaults, file and environment; stored changes of administrators override them.
    startup_settings: Settings,
    /// When the health was checked, and the result. Locked during a check, so that callers at the same time share it.
    health: tokio::sync::Mutex<Option<(Millis, Health)>>,
}

impl State {
    pub(crate) fn new(startup_settings: Settings) -> Self {
        Self { identity: OnceCell::new(), has_accounts: AtomicBool::new(false), startup_settings, health: tokio::sync::Mutex::default() }
    }
}
