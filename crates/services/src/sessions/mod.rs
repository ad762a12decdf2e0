//! Log-in, log-out, sessions and personal access tokens.

mod authenticate;
mod device;
mod list;
mod log_in;
mod log_out;
mod platform;
mod throttle;
mod token_cache;
mod tokens;

pub use authenticate::Authentication;
pub use log_in::{LoginRequest, LoginResult};
use throttle::Throttle;
use token_cache::TokenCache;

noun! {
    /// Logins, sessions and access tokens.
    sessions::Sessions, state: State, uses: [audits::Audits, users::Users]
}

/// Limit of sessions per user; a further log-in revokes the least recently used.
pub const SESSIONS_MAX: i64 = 500;
pub const DEVICE_ID_CHARS_MAX: usize = 512;
/// Limit of access tokens per user or bot.
pub const ACCESS_TOKENS_MAX: i64 = 500;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) token_cache: TokenCache,
    pub(crate) throttle: Throttle,
}
