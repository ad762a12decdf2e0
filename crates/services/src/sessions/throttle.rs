//! Limits failed log-ins, look-ups of unknown tokens, and sign-ups. Unknown accounts are limited like known ones, and
//! somebody who enters wrong passwords for an account does not lock its owner out at another address.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::codes::{context, users as codes};
use guildhall_model::error::Code;
use guildhall_model::id::UserId;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result, client_network};
use parking_lot::Mutex;

use crate::window_count::WindowCount;

const LOGIN_WINDOW_MS: i64 = 10 * 60 * 1_000;
const CODE_WINDOW_MS: i64 = 60 * 60 * 1_000;
const TOKEN_WINDOW_MS: i64 = 60 * 1_000;
const MAIL_REQUEST_WINDOW_MS: i64 = 60 * 60 * 1_000;
const SIGN_UP_WINDOW_MS: i64 = 60 * 60 * 1_000;
/// Many users share an address (an office, a carrier), so its limit is higher than that of an account at the address.
const ADDRESS_FACTOR: u32 = 5;
/// Requests for mails from one address within an hour.
const MAIL_REQUESTS_MAX: u32 = 50;
/// Bounds the passwords that are tried for an account from many addresses.
const ACCOUNT_FACTOR: u32 = 10;
const ENTRIES_MAX: u64 = 100_000;
/// How long an address is known after a log-in.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Account {
    Known(UserId),
    /// The hash of a login id without an account. Not the text, which may be a mistyped password.
    Unknown([u8; 32]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// An account at one address; `None` for a client without an address.
    AccountAt(Account, Option<IpAddr>),
    Account(Account),
    /// Codes of an account's second factor, from all addresses.
    Codes(UserId),
    Address(IpAddr),
    Tokens(IpAddr),
    SignUps(IpAddr),
    MailRequests(IpAddr),
}

/// Counts, in memory only: a restart resets them.
pub struct Throttle {
    counts: Cache<Key, Arc<Mutex<WindowCount>>>,
    /// Where an account has logged in from: wrong passwords from elsewhere do not count there.
    known: Cache<(Account, Option<IpAddr>), ()>,
}

impl Default for Throttle {
    fn default() -> Self {
        let idle = Duration::from_millis(2 * SIGN_UP_WINDOW_MS as u64);
        Self {
            counts: Cache::builder().max_capacity(ENTRIES_MAX).time_to_idle(idle).support_invalidation_closures().build(),
            known: Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(KNOWN_FOR).build(),
        }
    }
}

/// Something that counts as failed until it succeeds, so that concurrent attempts cannot exceed a limit.
#[derive(Default)]
pub struct Attempt {
    /// Empty when the limits are switched off.
    counts: Vec<Arc<Mutex<WindowCount>>>,
    known: Option<Known>,
}

/// What a successful log-in makes known.
struct Known {
    known: Cache<(Account, Option<IpAddr>), ()>,
    at: (Account, Option<IpAddr>),
}

impl Throttle {
    /// Counts a log-in; `LOGIN_TOO_MANY` above one of the limits. `failures_max` below one counts as one, because zero would
    /// lock all users out.
    pub fn begin(&self, user: Option<UserId>, login_id: &str, address: Option<IpAddr>, failures_max: u32, now: Millis) -> Result<Attempt> {
        let failures_max = failures_max.max(1);
        let account = user.map_or_else(|| Account::Unknown(*TokenHash::of(login_id).bytes()), Account::Known);
        let address = address.map(client_network);
        let at = (account, address);
        let mut limits = vec![(Key::AccountAt(account, address), failures_max)];
        limits.extend(address.map(|address| (Key::Address(address), failures_max.saturating_mul(ADDRESS_FACTOR))));
        if !self.known.contains_key(&at) {
            limits.push((Key::Account(account), failures_max.saturating_mul(ACCOUNT_FACTOR)));
        }
        let attempt = self.count_all(&limits, LOGIN_WINDOW_MS, now, codes::LOGIN_TOO_MANY)?;
        Ok(Attempt { known: Some(Known { known: self.known.clone(), at }), ..attempt })
    }

    /// Counts a code for the second factor of an account, from wherever it comes; `LOGIN_TOO_MANY` above the limit. There are only a
    /// million codes, and whoever gets here knows the password: nobody else can lock the owner out.
    pub fn begin_code(&self, user: UserId, failures_max: u32, now: Millis) -> Result<Attempt> {
        self.count_all(&[(Key::Codes(user), failures_max.max(1))], CODE_WINDOW_MS, now, codes::LOGIN_TOO_MANY)
    }

    /// Counts the look-up of a token that may be unknown; `RATE_LIMITED` above `unknown_max` within a minute.
    pub fn begin_look_up(&self, address: IpAddr, unknown_max: u32, now: Millis) -> Result<Attempt> {
        let limit = (Key::Tokens(client_network(address)), unknown_max.max(1));
        self.count_all(&[limit], TOKEN_WINDOW_MS, now, context::RATE_LIMITED)
    }

    /// Counts a sign-up; `RATE_LIMITED` above `sign_ups_max` within an hour.
    pub fn count_sign_up(&self, address: IpAddr, sign_ups_max: u32, now: Millis) -> Result<()> {
        let limit = (Key::SignUps(client_network(address)), sign_ups_max.max(1));
        self.count_all(&[limit], SIGN_UP_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Counts a request for a mail by somebody who is not logged in; `RATE_LIMITED` above the limit.
    pub fn count_mail_request(&self, address: IpAddr, now: Millis) -> Result<()> {
        let limit = (Key::MailRequests(client_network(address)), MAIL_REQUESTS_MAX);
        self.count_all(&[limit], MAIL_REQUEST_WINDOW_MS, now, context::RATE_LIMITED).map(|_| ())
    }

    /// Forgets the failures of an account, at all addresses.
    pub fn reset_account(&self, user: UserId) {
        let account = Account::Known(user);
        let is_of_account = move |key: &Key| match key {
            Key::Account(other) | Key::AccountAt(other, _) => *other == account,
            Key::Codes(other) => *other == user,
            _ => false,
        };
        self.counts.invalidate_entries_if(move |key, _| is_of_account(key));
    }

    fn count_all(&self, limits: &[(Key, u32)], window_ms: i64, now: Millis, code: Code) -> Result<Attempt> {
        let mut attempt = Attempt::default();
        for (key, failures_max) in limits {
            let counts = self.counts.get_with(*key, Arc::default);
            if counts.lock().add(*failures_max, window_ms, now).is_none() {
                attempt.cancel();
                return Err(code.into());
            }
            attempt.counts.push(counts);
        }
        Ok(attempt)
    }
}

impl Attempt {
    /// Forgets the failures at this address.
    pub fn succeeded(self) {
        if let Some(at_address) = self.counts.first() {
            at_address.lock().count = 1;
        }
        if let Some(Known { known, at }) = &self.known {
            known.insert(*at, ());
        }
        self.cancel();
    }

    /// Uncounts an attempt that was no failure, or whose password could not be checked because the server is busy.
    pub fn cancel(self) {
        for counts in self.counts {
            let mut counts = counts.lock();
            counts.count = counts.count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: UserId = UserId::from_bytes([7; 16]);
    const START: Millis = Millis(1_800_000_000_000);

    fn attempt(throttle: &Throttle, user: Option<UserId>, address: &str, at: Millis) -> Result<Attempt> {
        throttle.begin(user, "somebody", Some(address.parse().unwrap()), 3, at)
    }

    #[test]
    fn known_and_unknown_accounts_have_the_same_limit() {
        let throttle = Throttle::default();
        for user in [Some(USER), None] {
            for _ in 0..3 {
                assert!(attempt(&throttle, user, "10.0.0.1", START).is_ok());
            }
            assert!(attempt(&throttle, user, "10.0.0.1", START).is_err_and(|e| e.is(codes::LOGIN_TOO_MANY)));
        }
    }

    #[test]
    fn wrong_passwords_lock_nobody_out_elsewhere() {
        let throttle = Throttle::default();
        attempt(&throttle, Some(USER), "10.0.0.1", START).unwrap().succeeded();
        let failed = (0..100).filter(|n| attempt(&throttle, Some(USER), &format!("10.0.1.{n}"), START).is_ok()).count();
        assert_eq!(failed, 30, "an account has a limit over all addresses");
        assert!(attempt(&throttle, Some(USER), "10.0.0.2", START).is_err());
        assert!(attempt(&throttle, Some(USER), "10.0.0.1", START).is_ok(), "it logged in from here before");
    }

    #[test]
    fn the_count_is_reset_by_time_success_and_a_new_password() {
        let throttle = Throttle::default();
        let fail = |at: Millis| (0..5).filter(|_| attempt(&throttle, Some(USER), "10.0.0.1", at).is_ok()).count();
        assert_eq!(fail(START), 3);
        let later = START.plus_ms(LOGIN_WINDOW_MS);
        attempt(&throttle, Some(USER), "10.0.0.1", later).unwrap().succeeded();
        assert_eq!(fail(later), 3);
        throttle.reset_account(USER);
        assert_eq!(fail(later), 3);
        assert_eq!(fail(later), 0);
    }

    #[test]
    fn a_success_forgets_earlier_failures_and_not_those_under_way() {
        let throttle = Throttle::default();
        let attempts: Vec<Attempt> = (0..3).map(|_| attempt(&throttle, Some(USER), "10.0.0.1", START).unwrap()).collect();
        attempts.into_iter().for_each(Attempt::succeeded);
        assert_eq!((0..5).filter(|_| attempt(&throttle, Some(USER), "10.0.0.1", START).is_ok()).count(), 3);
    }

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
        assert!(attempt(&throttle, Some(USER), "10.0.0.1", START).is_ok(), "passwords are counted apart");
    }

    #[test]
    fn an_address_has_a_higher_limit_than_an_account() {
        let throttle = Throttle::default();
        let mut allowed = 0;
        for n in 0..100 {
            if throttle.begin(None, &format!("name{n}"), Some("2001:db8::1".parse().unwrap()), 3, START).is_ok() {
                allowed += 1;
            }
        }
        assert_eq!(allowed, 15);
        assert!(attempt(&throttle, Some(USER), "2001:db8::2", START).is_err());
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
        let signed_up = |address| (0..5).filter(|_| throttle.count_sign_up(address, 3, START).is_ok()).count();
        assert_eq!((signed_up(one), signed_up(other)), (3, 3));
    }
}
