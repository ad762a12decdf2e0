//! Limits failed log-ins per account and per address; unknown accounts are limited like known ones.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::id::UserId;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result, codes};
use moka::sync::Cache;
use parking_lot::Mutex;

const WINDOW_MS: i64 = 10 * 60 * 1_000;
/// Many users share an address (an office, a carrier), so its limit is higher than an account's.
const ADDRESS_FACTOR: u32 = 5;
const ENTRIES_MAX: u64 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Account(UserId),
    /// The hash of a login id without an account. Not the text, which may be a mistyped password.
    Unknown([u8; 32]),
    Address(IpAddr),
}

#[derive(Debug, Default)]
struct Count {
    failed: u32,
    since: Millis,
}

type Counts = Cache<Key, Arc<Mutex<Count>>>;

/// Failure counts, in memory only: a restart resets them.
pub struct Throttle {
    accounts: Counts,
    unknown: Counts,
    addresses: Counts,
}

impl Default for Throttle {
    fn default() -> Self {
        let counts = || Cache::builder().max_capacity(ENTRIES_MAX).time_to_idle(Duration::from_millis(2 * WINDOW_MS as u64)).build();
        Self { accounts: counts(), unknown: counts(), addresses: counts() }
    }
}

/// An attempt counts as failed until it succeeds, so that concurrent attempts cannot exceed the limit.
#[derive(Default)]
pub struct Attempt {
    /// `None` when the limit is switched off.
    account: Option<Arc<Mutex<Count>>>,
    address: Option<Arc<Mutex<Count>>>,
}

impl Throttle {
    /// Counts an attempt; `LOGIN_TOO_MANY` above the limit. `failures_max` below one counts as one, because zero would
    /// lock all users out.
    pub fn begin(&self, user: Option<UserId>, login_id: &str, address: Option<IpAddr>, failures_max: u32, now: Millis) -> Result<Attempt> {
        let failures_max = failures_max.max(1);
        let account = match user {
            Some(user) => self.accounts.get_with(Key::Account(user), Arc::default),
            None => self.unknown.get_with(Key::Unknown(*TokenHash::of(login_id).bytes()), Arc::default),
        };
        let address = address.map(|address| self.addresses.get_with(Key::Address(network_of(address)), Arc::default));
        if let Some(address) = &address {
            count(address, failures_max.saturating_mul(ADDRESS_FACTOR), now)?;
        }
        let result = count(&account, failures_max, now);
        let attempt = Attempt { account: Some(account), address };
        if let Err(error) = result {
            uncount(attempt.address.as_deref());
            return Err(error);
        }
        Ok(attempt)
    }

    pub fn reset_account(&self, user: UserId) {
        self.accounts.invalidate(&Key::Account(user));
    }
}

impl Attempt {
    pub fn succeeded(self) {
        if let Some(account) = &self.account {
            *account.lock() = Count::default();
        }
        uncount(self.address.as_deref());
    }

    /// Uncounts an attempt whose password could not be checked, for example because the server is busy.
    pub fn cancel(self) {
        uncount(self.account.as_deref());
        uncount(self.address.as_deref());
    }
}

fn uncount(counts: Option<&Mutex<Count>>) {
    if let Some(counts) = counts {
        let mut counts = counts.lock();
        counts.failed = counts.failed.saturating_sub(1);
    }
}

fn count(counts: &Mutex<Count>, failures_max: u32, now: Millis) -> Result<()> {
    let mut counts = counts.lock();
    if now.0 - counts.since.0 >= WINDOW_MS {
        *counts = Count { failed: 0, since: now };
    }
    if counts.failed >= failures_max {
        return Err(codes::users::LOGIN_TOO_MANY.into());
    }
    counts.failed += 1;
    Ok(())
}

/// An IPv6 client usually has a whole /64, so that is what is counted.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
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
            assert!(attempt(&throttle, user, "10.0.0.2", START).is_err_and(|e| e.is(codes::users::LOGIN_TOO_MANY)));
        }
    }

    #[test]
    fn the_count_is_reset_by_time_and_by_success() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            attempt(&throttle, Some(USER), "10.0.0.1", START).unwrap();
        }
        attempt(&throttle, Some(USER), "10.0.0.1", START.plus_ms(WINDOW_MS)).unwrap().succeeded();
        for _ in 0..3 {
            assert!(attempt(&throttle, Some(USER), "10.0.0.1", START.plus_ms(WINDOW_MS)).is_ok());
        }
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
}
