//! Log-ins and what follows from them: sessions, their end, and personal access tokens.

mod authenticate;
mod device;
mod known;
mod list;
mod log_in;
mod log_out;
mod platform;
mod throttle;
mod tokens;

pub use authenticate::Authenticated;
use known::KnownTokens;
pub use log_in::{LogIn, LoggedIn};
use throttle::Throttle;

noun! {
    /// Logins, sessions and access tokens.
    sessions::Sessions, state: State, uses: [audits::Audits, users::Users]
}

/// Most sessions of one person; a further log-in ends those that were not used for the longest time.
pub const SESSIONS_MAX: i64 = 500;
pub const DEVICE_ID_MAX_CHARS: usize = 512;
/// Most access tokens of one person or bot.
pub const ACCESS_TOKENS_MAX: i64 = 500;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) known_tokens: KnownTokens,
    pub(crate) throttle: Throttle,
}
