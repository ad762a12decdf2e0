//! How much one sender may ask for: a bucket per person or address, kept in memory.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::settings::Limits;
use ipnet::IpNet;
use parking_lot::RwLock;

/// Whom a request counts for: a person once they are known, else the address. An invented token stays its address's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sender {
    User(UserId),
    Address(IpAddr),
}

/// Off when the settings say so.
pub struct Limiter(RwLock<Option<DefaultKeyedRateLimiter<Sender>>>);

impl Limiter {
    pub fn new(limits: &Limits) -> Self {
        Self(RwLock::new(Self::buckets(limits)))
    }

    /// Starts anew with other limits.
    pub fn configure(&self, limits: &Limits) {
        *self.0.write() = Self::buckets(limits);
    }

    fn buckets(limits: &Limits) -> Option<DefaultKeyedRateLimiter<Sender>> {
        let rate = NonZeroU32::new(limits.requests_per_second);
        let burst = NonZeroU32::new(limits.requests_burst);
        match (limits.enabled, rate, burst) {
            (true, Some(rate), Some(burst)) => Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))),
            _ => None,
        }
    }

    pub(crate) fn admit(&self, sender: Option<Sender>) -> Result<()> {
        match (&*self.0.read(), sender) {
            (Some(limiter), Some(sender)) if limiter.check_key(&sender).is_err() => Err(context::RATE_LIMITED.into()),
            _ => Ok(()),
        }
    }

    /// Forgets senders that have been quiet; called now and then.
    pub fn sweep(&self) {
        if let Some(limiter) = &*self.0.read() {
            limiter.retain_recent();
        }
    }
}

/// Addresses and networks, as the settings list them.
#[derive(Debug, Clone, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = String;

    /// Comma-separated; the error names the part that is neither an address nor a network.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parse = |part: &str| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).map_err(|_| part.to_owned());
        parts.map(parse).collect::<std::result::Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_addresses_or_ranges() {
        let networks: Networks = "10.0.0.0/8, 192.168.1.7,::1".parse().unwrap();
        for (address, inside) in [("10.9.8.7", true), ("192.168.1.7", true), ("192.168.1.8", false), ("::1", true)] {
            assert_eq!(networks.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert_eq!("10.0.0.0/8,proxy".parse::<Networks>().unwrap_err(), "proxy");
    }
}
