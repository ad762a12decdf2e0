//! Rate limits of requests: a token bucket per user or address, in memory.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::settings::Limits;
use parking_lot::RwLock;

/// The key of a bucket: the user of a valid session, else the address. Requests with an invalid token count for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sender {
    User(UserId),
    Address(IpAddr),
}

type Buckets = Option<DefaultKeyedRateLimiter<Sender>>;

/// Admits every request if the settings disable it.
pub struct Limiter(RwLock<(Limits, Buckets)>);

impl Limiter {
    pub fn new(limits: &Limits) -> Self {
        Self(RwLock::new((limits.clone(), Self::buckets(limits))))
    }

    /// Replaces the buckets by full ones if the limits have changed.
    pub fn configure(&self, limits: &Limits) {
        let mut current = self.0.write();
        if current.0 != *limits {
            *current = (limits.clone(), Self::buckets(limits));
        }
    }

    fn buckets(limits: &Limits) -> Buckets {
        let rate = NonZeroU32::new(limits.requests_per_second);
        let burst = NonZeroU32::new(limits.requests_burst);
        match (limits.enabled, rate, burst) {
            (true, Some(rate), Some(burst)) => Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))),
            _ => None,
        }
    }

    pub(crate) fn admit(&self, sender: Option<Sender>) -> Result<()> {
        match (&self.0.read().1, sender) {
            (Some(limiter), Some(sender)) if limiter.check_key(&sender).is_err() => Err(context::RATE_LIMITED.into()),
            _ => Ok(()),
        }
    }

    /// Removes the buckets that are full again; called periodically.
    pub fn sweep(&self) {
        if let Some(limiter) = &self.0.read().1 {
            limiter.retain_recent();
        }
    }
}
