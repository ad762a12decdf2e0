//! Which failures slow a log-in. Wrong passwords slow the next ones for the account from there, from that address and its neighbours,
//! and for the account from all new places. Where somebody has logged in before, only the failures there count: nobody elsewhere
//! can lock them out, and no neighbour either.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::codes::users as codes;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::settings::Limits;
use guildhall_model::{Millis, Result, client_network, neighbouring_network};
use parking_lot::Mutex;

use super::failure_count::{Counted, FailureCount, FailureLimit};

/// Many users share an address (an office, a carrier), so it has more failures than an account there.
const ADDRESS_FACTOR: u32 = 5;
/// The network around the address has more people still, and an account over all new places is tried by its owner, too.
const NETWORK_FACTOR: u32 = 10;
const ACCOUNT_FACTOR: u32 = 10;
/// Within this time, failures of an address or a network as many as its limit are forgiven: so many mistakes people make.
const FORGIVENESS_WINDOW_MS: i64 = 10 * 60 * 1_000;
/// The longest wait of an account at new places. Its owner waits at a new place, too, while others try.
const NEW_PLACES_WAIT_MS_MAX: i64 = 60 * 1_000;
/// Bounds the memory: about 20 MB at most.
const ENTRIES_MAX: u64 = 100_000;
const IDLE: Duration = Duration::from_secs(3 * 60 * 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Account {
    Known(UserId),
    /// The hash of a login id without an account. Not the text, which may be a mistyped password.
    Unknown([u8; 32]),
}

impl Account {
    pub fn new(user: Option<UserId>, login_id: &str) -> Self {
        user.map_or_else(|| Self::Unknown(*TokenHash::of(login_id).bytes()), Self::Known)
    }
}

/// What failures are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// An account where it has logged in before.
    KnownPlace(UserId, [u8; 32]),
    /// An account from a new place in this network; `None` for a client without an address.
    NewPlace(Account, Option<IpAddr>),
    /// An account over all new places.
    NewPlaces(Account),
    Address(IpAddr),
    Network(IpAddr),
    /// The password of one's own account within a session.
    OwnPassword(UserId, SessionId),
}

impl Key {
    fn user_id(&self) -> Option<UserId> {
        match *self {
            Self::KnownPlace(user, _) | Self::OwnPassword(user, _) => Some(user),
            Self::NewPlace(Account::Known(user), _) | Self::NewPlaces(Account::Known(user)) => Some(user),
            _ => None,
        }
    }
}

/// Counts, in memory only: a restart resets them.
pub(super) struct LogInLimits(Cache<Key, Arc<Mutex<FailureCount>>>);

impl Default for LogInLimits {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ENTRIES_MAX).time_to_idle(IDLE).support_invalidation_closures().build())
    }
}

/// A log-in that counts as failed until it succeeds, so that concurrent attempts cannot exceed a limit.
#[derive(Default)]
pub(super) struct CountedAttempt(Vec<(Arc<Mutex<FailureCount>>, Counted)>);

impl LogInLimits {
    /// Counts a log-in. `LOGIN_TOO_MANY` with the seconds to wait.
    pub fn begin(
        &self,
        account: Account,
        known_place: Option<TokenHash>,
        address: Option<IpAddr>,
        limits: &Limits,
        now: Millis,
    ) -> Result<CountedAttempt> {
        let own = limit(limits, 1);
        if let (Account::Known(user), Some(place)) = (account, known_place) {
            return self.count_all(&[(Key::KnownPlace(user, *place.bytes()), own)], now);
        }
        let new_places = FailureLimit { wait_ms_max: own.wait_ms_max.min(NEW_PLACES_WAIT_MS_MAX), ..limit(limits, ACCOUNT_FACTOR) };
        let mut keys = vec![(Key::NewPlace(account, address.map(neighbouring_network)), own), (Key::NewPlaces(account), new_places)];
        if let Some(address) = address {
            keys.push((Key::Address(client_network(address)), shared(limit(limits, ADDRESS_FACTOR))));
            keys.push((Key::Network(neighbouring_network(address)), shared(limit(limits, NETWORK_FACTOR))));
        }
        self.count_all(&keys, now)
    }

    /// Counts a check of the password of one's own account: whoever has the session must not guess it.
    pub fn begin_own_password(&self, user: UserId, session: SessionId, limits: &Limits, now: Millis) -> Result<CountedAttempt> {
        self.count_all(&[(Key::OwnPassword(user, session), limit(limits, 1))], now)
    }

    /// Forgets the failures of an account, at all places.
    pub fn reset_account(&self, user: UserId) {
        self.0.invalidate_entries_if(move |key, _| key.user_id() == Some(user));
    }

    /// Counts for all of them or for none.
    fn count_all(&self, keys: &[(Key, FailureLimit)], now: Millis) -> Result<CountedAttempt> {
        // Nothing is stored for who has to wait: rejected attempts cost little, and would displace the counts of others.
        let rest_ms = |(key, limit): &(Key, FailureLimit)| Some(self.0.get(key)?.lock().rest_ms(*limit, now));
        check_wait(keys.iter().filter_map(rest_ms).max().unwrap_or_default())?;
        let mut attempt = CountedAttempt::default();
        let mut longest_wait_ms = 0;
        for (key, limit) in keys {
            let failures = self.0.get_with(*key, Arc::default);
            let counted = failures.lock().add(*limit, now);
            match counted {
                Ok(counted) => attempt.0.push((failures, counted)),
                // Another attempt came in between.
                Err(wait_ms) => longest_wait_ms = longest_wait_ms.max(wait_ms),
            }
        }
        if let Err(error) = check_wait(longest_wait_ms) {
            attempt.cancel();
            return Err(error);
        }
        Ok(attempt)
    }
}

impl CountedAttempt {
    /// Forgets the failures of the account at this place. Those of the network and of other places stay, or whoever has one
    /// account could go on trying others.
    pub fn succeeded(self) {
        if let Some((of_account, _)) = self.0.first() {
            *of_account.lock() = FailureCount::default();
        }
        self.cancel();
    }

    /// Takes it back: it was no failure, or the password could not be checked because the server is busy.
    pub fn cancel(self) {
        for (failures, counted) in self.0 {
            failures.lock().take_back(counted);
        }
    }
}

fn check_wait(wait_ms: i64) -> Result<()> {
    if wait_ms <= 0 { Ok(()) } else { Err(codes::LOGIN_TOO_MANY.with("retry_after_seconds", (wait_ms + 999) / 1_000)) }
}

/// `failed_logins` below one counts as one, because zero would lock all users out.
fn limit(limits: &Limits, factor: u32) -> FailureLimit {
    FailureLimit {
        failures_max: limits.failed_logins.max(1).saturating_mul(factor),
        wait_ms_max: i64::from(limits.failed_login_wait_seconds_max) * 1_000,
        forgiven_every_ms: None,
    }
}

fn shared(limit: FailureLimit) -> FailureLimit {
    FailureLimit { forgiven_every_ms: Some(FORGIVENESS_WINDOW_MS / i64::from(limit.failures_max)), ..limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId::from_bytes([7; 16]);
    const BOB: UserId = UserId::from_bytes([8; 16]);
    const START: Millis = Millis(1_800_000_000_000);

    fn limits() -> Limits {
        Limits { failed_logins: 3, failed_login_wait_seconds_max: 900, ..Limits::default() }
    }

    fn home() -> TokenHash {
        TokenHash::of("home")
    }

    struct Trying {
        limits: LogInLimits,
        now: Millis,
    }

    impl Trying {
        fn new() -> Self {
            Self { limits: LogInLimits::default(), now: START }
        }

        fn begin(&self, user: Option<UserId>, place: Option<TokenHash>, address: &str) -> Result<CountedAttempt> {
            self.limits.begin(Account::new(user, "nobody"), place, Some(address.parse().unwrap()), &limits(), self.now)
        }

        fn fails(&self, user: Option<UserId>, address: &str) -> bool {
            self.begin(user, None, address).is_ok()
        }
    }

    /// How long somebody has to wait, in seconds.
    fn wait(result: Result<CountedAttempt>) -> Option<u64> {
        result.err().map(|error| {
            assert!(error.is(codes::LOGIN_TOO_MANY));
            error.retry_after_seconds().unwrap().parse().unwrap()
        })
    }

    #[test]
    fn known_and_unknown_accounts_wait_alike() {
        let waits = |user: Option<UserId>| {
            let mut trying = Trying::new();
            let mut waits = Vec::new();
            for _ in 0..12 {
                let rest = wait(trying.begin(user, None, "203.0.113.1")).unwrap_or_default();
                trying.now = trying.now.plus_ms(rest as i64 * 1_000);
                waits.push(rest);
                assert_eq!(rest > 0, rest > 0 && trying.fails(user, "203.0.113.1"));
            }
            waits
        };
        assert_eq!(waits(Some(ADA)), waits(None));
        assert_eq!(waits(None)[..7], [0, 0, 0, 1, 2, 4, 8]);
        let accepted_from_everywhere = |user: Option<UserId>| {
            let trying = Trying::new();
            (0..100).filter(|n| trying.fails(user, &format!("198.51.{n}.1"))).count()
        };
        assert_eq!([Some(ADA), None].map(accepted_from_everywhere), [30, 30]);
    }

    #[test]
    fn the_owner_gets_in_while_somebody_tries_elsewhere_or_next_to_them() {
        let trying = Trying::new();
        for n in 0..=255 {
            trying.fails(Some(ADA), &format!("203.0.113.{n}"));
            trying.fails(Some(ADA), &format!("198.51.{n}.1"));
        }
        assert!(wait(trying.begin(Some(ADA), None, "192.0.2.1")).is_some(), "a new place waits");
        for _ in 0..10 {
            trying.begin(Some(ADA), Some(home()), "203.0.113.9").unwrap().succeeded();
        }
        // Their own mistakes count.
        for _ in 0..3 {
            assert!(trying.begin(Some(ADA), Some(home()), "203.0.113.9").is_ok());
        }
        assert_eq!(wait(trying.begin(Some(ADA), Some(home()), "203.0.113.9")), Some(1));
    }

    #[test]
    fn another_address_of_the_same_network_does_not_help() {
        for address in [|n: u32| format!("203.0.113.{n}"), |n: u32| format!("2001:db8:7:7::{n:x}")] {
            let trying = Trying::new();
            assert_eq!((1..200).filter(|n| trying.fails(Some(ADA), &address(*n))).count(), 3);
        }
        let trying = Trying::new();
        let accepted = (0..500).filter(|n| trying.fails(Some(UserId::from_bytes([*n as u8; 16])), &format!("203.0.113.{}", n / 2 % 256)));
        assert_eq!(accepted.count(), 30, "a network has a limit over all accounts");
    }

    #[test]
    fn an_account_of_ones_own_does_not_help_to_try_others() {
        let trying = Trying::new();
        let mut accepted = 0;
        for _ in 0..100 {
            accepted += i32::from(trying.fails(Some(ADA), "203.0.113.1"));
            trying.begin(Some(BOB), Some(home()), "203.0.113.1").unwrap().succeeded();
            if let Ok(attempt) = trying.begin(Some(BOB), None, "203.0.113.1") {
                attempt.succeeded();
            }
        }
        assert_eq!(accepted, 3);
    }

    #[test]
    fn a_success_forgets_the_failures_there() {
        let trying = Trying::new();
        for _ in 0..2 {
            assert!(trying.fails(Some(ADA), "203.0.113.1"));
        }
        trying.begin(Some(ADA), None, "203.0.113.1").unwrap().succeeded();
        assert_eq!((0..5).filter(|_| trying.fails(Some(ADA), "203.0.113.1")).count(), 3);
        trying.limits.reset_account(BOB);
        assert!(!trying.fails(Some(ADA), "203.0.113.1"));
        trying.limits.reset_account(ADA);
        assert_eq!((0..5).filter(|_| trying.fails(Some(ADA), "203.0.113.1")).count(), 3);
    }

    #[test]
    fn attempts_at_the_same_moment_count_before_they_fail() {
        let trying = Trying::new();
        let attempts: Vec<CountedAttempt> = (0..3).map(|_| trying.begin(Some(ADA), None, "203.0.113.1").unwrap()).collect();
        assert_eq!(wait(trying.begin(Some(ADA), None, "203.0.113.1")), Some(1));
        attempts.into_iter().for_each(CountedAttempt::cancel);
        assert_eq!((0..5).filter(|_| trying.fails(Some(ADA), "203.0.113.1")).count(), 3, "what was canceled does not count");
    }

    #[test]
    fn rejected_attempts_do_not_make_the_wait_longer() {
        let mut trying = Trying::new();
        for _ in 0..3 {
            assert!(trying.fails(Some(ADA), "203.0.113.1"));
        }
        for _ in 0..1_000 {
            assert_eq!(wait(trying.begin(Some(ADA), None, "203.0.113.1")), Some(1));
        }
        trying.now = trying.now.plus_ms(1_000);
        assert!(trying.begin(Some(ADA), None, "203.0.113.1").is_ok());
    }

    #[test]
    fn who_has_to_wait_does_not_displace_the_counts_of_others() {
        let trying = Trying::new();
        let with_name = |name: String| {
            let account = Account::new(None, &name);
            trying.limits.begin(account, None, Some("203.0.113.1".parse().unwrap()), &limits(), trying.now).is_ok()
        };
        let accepted = (0..1_000).filter(|n| with_name(format!("name {n}"))).count();
        assert_eq!(accepted, 15, "an address has five times the failures of an account");
        let is_stored = |n: u32| trying.limits.0.contains_key(&Key::NewPlaces(Account::new(None, &format!("name {n}"))));
        assert_eq!((0..1_000).filter(|n| is_stored(*n)).count(), 15);
    }

    #[test]
    fn a_session_does_not_guess_its_password() {
        let limits = LogInLimits::default();
        let begin = |session: u8| limits.begin_own_password(ADA, SessionId::from_bytes([session; 16]), &self::limits(), START).is_ok();
        assert_eq!((0..9).filter(|_| begin(1)).count(), 3);
        assert!(begin(2));
    }
}
