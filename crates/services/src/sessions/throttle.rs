//! How often logging in may fail: counted per account and per address, known and unknown accounts alike.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::id::UserId;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result, codes};
use moka::sync::Cache;
use parking_lot::Mutex;

const WINDOW_MS: i64 = 10 * 60 * 1_000;
/// Many people share an address (an office, a carrier): it may fail more often than one account.
const ADDRESS_FACTOR: u32 = 5;
const ENTRIES_MAX: u64 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Account(UserId),
    /// What somebody typed that is nobody's name, as its hash: the text may be a mistyped password.
    Unknown([u8; 32]),
    Address(IpAddr),
}

#[derive(Debug, Default)]
struct Count {
    failed: u32,
    since: Millis,
}

type Counts = Cache<Key, Arc<Mutex<Count>>>;

/// Kept in memory: a restart forgives.
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

/// An attempt that is counted as failed until it has succeeded: many at once cannot outrun the count.
#[derive(Default)]
pub struct Attempt {
    /// `None` where nothing is limited.
    account: Option<Arc<Mutex<Count>>>,
    address: Option<Arc<Mutex<Count>>>,
}

impl Throttle {
    /// Counts an attempt, or refuses it. `failures_max` of zero or less would lock everybody out, so it is one at least.
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
        let counted = count(&account, failures_max, now);
        let attempt = Attempt { account: Some(account), address };
        if let Err(error) = counted {
            give_back(attempt.address.as_deref());
            return Err(error);
        }
        Ok(attempt)
    }

    pub fn forgive(&self, user: UserId) {
        self.accounts.invalidate(&Key::Account(user));
    }
}

impl Attempt {
    pub fn succeeded(self) {
        if let Some(account) = &self.account {
            *account.lock() = Count::default();
        }
        give_back(self.address.as_deref());
    }

    /// It neither failed nor succeeded: the server was too busy to say.
    pub fn undecided(self) {
        give_back(self.account.as_deref());
        give_back(self.address.as_deref());
    }
}

fn give_back(counts: Option<&Mutex<Count>>) {
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

/// Whoever has one IPv6 address has the 64 bits below it.
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
    fn known_and_unknown_accounts_wait_after_the_same_number_of_failures() {
        let throttle = Throttle::default();
        for user in [Some(USER), None] {
            for _ in 0..3 {
                assert!(attempt(&throttle, user, "10.0.0.1", START).is_ok());
            }
            assert!(attempt(&throttle, user, "10.0.0.2", START).is_err_and(|e| e.is(codes::users::LOGIN_TOO_MANY)));
        }
    }

    #[test]
    fn the_window_passes_and_success_wipes_the_slate() {
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
    fn an_address_fails_for_many_accounts_before_it_waits() {
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
