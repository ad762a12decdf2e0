//! Log-in, log-out, sessions and personal access tokens.

mod account_state;
mod authenticate;
mod device;
mod end_access;
mod failure_count;
mod invitation_log_in;
mod known_places;
mod list;
mod log_in;
mod log_in_limits;
mod log_out;
mod magic_link;
mod magic_link_log_in;
mod new_place_code;
mod passkey;
mod platform;
mod recheck;
mod second_factor;
mod throttle;
mod token_cache;
mod token_expiry;
mod tokens;

use crate::cache::CacheStatistics;
pub use authenticate::Authentication;
pub(crate) use end_access::{AccessEnd, EndedAccess, Membership};
pub use known_places::KNOWN_PLACE_DAYS;
pub use log_in::{LoginRequest, LoginResult};
pub use magic_link::MagicLinkOwner;
pub use passkey::PasskeyAnswer;
pub use recheck::{ConnectedSession, SessionCheck};
use throttle::Throttle;
use token_cache::TokenCache;
pub(crate) use token_expiry::ExpiringToken;

noun! {
    /// Logins, sessions and access tokens.
    sessions::Sessions, state: State, uses: [invitations::Invitations, passkeys::Passkeys, second_factors::SecondFactors, teams::Teams, users::Users]
}

/// Limit of sessions per user; a further log-in revokes the least recently used.
pub const SESSIONS_MAX: i64 = 500;
pub const DEVICE_ID_CHARS_MAX: usize = 512;
/// Limit of access tokens per user or bot.
pub const ACCESS_TOKENS_MAX: i64 = 500;

impl Sessions<'_> {
    /// Of the cache of authenticated tokens.
    pub(crate) fn cache_statistics(&self) -> CacheStatistics {
        self.state().token_cache.statistics()
    }
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) token_cache: TokenCache,
    pub(crate) throttle: Throttle,
}
