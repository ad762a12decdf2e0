//! Limits failed log-ins (`log_in_limits.rs`), look-ups of unknown tokens, sign-ups and requests for mails.

use std::net::IpAddr;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::error::Code;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::settings::Limits;
use guildhall_model::{Millis, Result, client_network};

use super::log_in_limits::{Account, CountedAttempt, LogInLimits};
use crate::window_counts::{Counted, WindowCounts, WindowLimit};

const CODE_WINDOW_MS: i64 = 60 * 60 * 1_000;
const TOKEN_WINDOW_MS: i64 = 60 * 1_000;
const MAIL_REQUEST_WINDOW_MS: i64 = 60 * 60 * 1_000;
const SIGN_UP_WINDOW_MS: i64 = 60 * 60 * 1_000;
/// Apps that register themselves from one address within an hour.
const REGISTRATIONS_MAX: u32 = 20;
/// Requests for mails from one address within an hour.
const MAIL_REQUESTS_MAX: u32 = 50;
const CEREMONY_WINDOW_MS: i64 = 5 * 60 * 1_000;
/// Log-ins with a passkey that are begun from one network within that time: each is a row until it is answered.
const CEREMONIES_MAX: u32 = 300;
const ENTRIES_MAX: u64 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// Codes of an account's second factor, from all addresses.
    Codes(UserId),
    Tokens(IpAddr),
    SignUps(IpAddr),
    /// OAuth apps that register themselves.
    Registrations(IpAddr),
    MailRequests(IpAddr),
    Ceremonies(IpAddr),
}

/// Counts, in memory only: a restart resets them.
pub struct Throttle {
    log_ins: LogInLimits,
    counts: WindowCounts<Key>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { log_ins: LogInLimits::default(), counts: WindowCounts::new(ENTRIES_MAX, SIGN_UP_WINDOW_MS) }
    }
}

/// Something that counts as failed until it succeeds, so that concurrent attempts cannot exceed a limit.
#[derive(Default)]
pub struct Attempt {
    counted: Option<Counted>,
    /// Empty for what is no log-in, or when the limits are switched off.
    log_in: CountedAttempt,
}

impl Throttle {
    /// Counts a log-in; `LOGIN_TOO_MANY` while it has to wait.
    pub(super) fn begin_log_in(
        &self,
        account: Account,
        known_place: Option<TokenHash>,
        address: Option<IpAddr>,
        limits: &Limits,
        now: Millis,
    ) -> Result<Attempt> {
        let log_in = self.log_ins.begin(account, known_place, address, limits, now)?;
        Ok(Attempt { log_in, ..Attempt::default() })
    }

    /// Counts a check of the password of one's own account; `LOGIN_TOO_MANY` while it has to wait.
    pub fn begin_own_password(&self, user: UserId, session: SessionId, limits: &Limits, now: Millis) -> Result<Attempt> {
        let log_in = self.log_ins.begin_own_password(user, session, limits, now)?;
        Ok(Attempt { log_in, ..Attempt::default() })
    }

    /// Counts a code for the second factor of an account, from wherever it comes; `LOGIN_TOO_MANY` above the limit. There are only a
    /// million codes, and whoever gets here knows the password: nobody else can lock the owner out.
    pub fn begin_code(&self, user: UserId, failures_max: u32, now: Millis) -> Result<Attempt> {
        self.count(Key::Codes(user), failures_max, CODE_WINDOW_MS, now, codes::LOGIN_TOO_MANY)
    }

    /// Counts the look-up of a token that may be unknown; `RATE_LIMITED` above `unknown_max` within a minute.
    pub fn begin_look_up(&self, address: IpAddr, unknown_max: u32, now: Millis) -> Result<Attempt> {
        self.count(Key::Tokens(client_network(address)), unknown_max, TOKEN_WINDOW_MS, now, context::RATE_LIMITED)
    }

    /// Counts a sign-up; `RATE_LIMITED` above `sign_ups_max` within an hour.
    pub fn count_sign_up(&self, address: IpAddr, sign_ups_max: u32, now: Millis) -> Result<()> {
        let key = Key::SignUps(client_network(address));
        self.count(key, sign_ups_max, SIGN_UP_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Counts an app that registers itself; `RATE_LIMITED` above the limit.
    pub fn count_registration(&self, address: IpAddr, now: Millis) -> Result<()> {
        let key = Key::Registrations(client_network(address));
        self.count(key, REGISTRATIONS_MAX, SIGN_UP_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Counts a request for a mail by somebody who is not logged in; `RATE_LIMITED` above the limit.
    pub fn count_mail_request(&self, address: IpAddr, now: Millis) -> Result<()> {
        let key = Key::MailRequests(client_network(address));
        self.count(key, MAIL_REQUESTS_MAX, MAIL_REQUEST_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Counts the beginning of a log-in with a passkey; `RATE_LIMITED` above the limit.
    pub fn count_ceremony(&self, address: IpAddr, now: Millis) -> Result<()> {
        let key = Key::Ceremonies(client_network(address));
        self.count(key, CEREMONIES_MAX, CEREMONY_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Forgets the failures of an account, at all places.
    pub fn reset_account(&self, user: UserId) {
        self.log_ins.reset_account(user);
        self.counts.reset(&Key::Codes(user));
    }

    /// A limit below one counts as one, because zero would lock all users out.
    fn count(&self, key: Key, max: u32, window_ms: i64, now: Millis, code: Code) -> Result<Attempt> {
        let limit = WindowLimit { max: max.max(1), window_ms };
        let too_many = |rest_ms: i64| code.with("retry_after_seconds", (rest_ms.max(1) + 999) / 1_000);
        let counted = self.counts.add(key, 1, limit, now).map_err(too_many)?;
        Ok(Attempt { counted: Some(counted), ..Attempt::default() })
    }
}

impl Attempt {
    /// Forgets the failures here.
    pub fn succeeded(self) {
        self.log_in.succeeded();
        if let Some(counted) = self.counted {
            counted.take_all_back();
        }
    }

    /// Uncounts an attempt that was no failure, or whose password could not be checked because the server is busy.
    pub fn cancel(self) {
        self.log_in.cancel();
        if let Some(counted) = self.counted {
            counted.take_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: UserId = UserId::from_bytes([7; 16]);
    const START: Millis = Millis(1_800_000_000_000);

    #[test]
    fn codes_are_counted_for_the_account_and_its_owner_begins_again() {
        let throttle = Throttle::default();
        let begin = |at: Millis| throttle.begin_code(USER, 3, at);
        let fail = |at: Millis| (0..10).filter(|_| begin(at).is_ok()).count();
        assert_eq!((fail(START), fail(START.plus_ms(CODE_WINDOW_MS - 1)), fail(START.plus_ms(CODE_WINDOW_MS))), (3, 0, 3));
        throttle.reset_account(USER);
        assert!(begin(START).is_ok());
        begin(START).unwrap().succeeded();
        assert_eq!(fail(START), 3);
    }

    #[test]
    fn unknown_tokens_sign_ups_and_requests_for_mails_are_counted_by_address() {
        let throttle = Throttle::default();
        let (one, other): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        throttle.begin_look_up(one, 2, START).unwrap().succeeded();
        let unknown = |address, at| (0..5).filter(|_| throttle.begin_look_up(address, 2, at).is_ok()).count();
        assert_eq!((unknown(one, START), unknown(other, START), unknown(one, START)), (2, 2, 0));
        assert_eq!(unknown(one, START.plus_ms(TOKEN_WINDOW_MS)), 2);
        let asked = |address| (0..100).filter(|_| throttle.count_mail_request(address, START).is_ok()).count();
        assert_eq!((asked(one), asked(other)), (50, 50));
        let registered = |address| (0..100).filter(|_| throttle.count_registration(address, START).is_ok()).count();
        assert_eq!((registered(one), registered(other)), (20, 20));
        let begun = |address| (0..400).filter(|_| throttle.count_ceremony(address, START).is_ok()).count();
        assert_eq!((begun(one), begun(other)), (300, 300));
        let signed_up = |address| (0..5).filter(|_| throttle.count_sign_up(address, 3, START).is_ok()).count();
        assert_eq!((signed_up(one), signed_up(other)), (3, 3));
    }
}
