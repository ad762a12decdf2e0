//! Proxies that forward requests and are not trusted: they are remembered, since behind them all clients seem to be one.

use std::net::IpAddr;

use guildhall_model::proxy::UntrustedProxy;
use guildhall_model::{AddressList, Millis, client_network};
use parking_lot::Mutex;

/// Of each of the two lists. What was seen last displaces what was not seen for longest.
const ENTRIES_MAX: usize = 16;
/// What was not seen for so long is forgotten.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Bounded. Only requests with a header of a proxy from an address that is not trusted take the lock.
#[derive(Debug)]
pub struct UntrustedProxies {
    private_networks: AddressList,
    /// Of private networks, and of the Internet: anybody there can send such a header, and must not displace the former.
    lists: Mutex<[Vec<UntrustedProxy>; 2]>,
}

impl Default for UntrustedProxies {
    fn default() -> Self {
        Self { private_networks: AddressList::private_networks(), lists: Mutex::default() }
    }
}

impl UntrustedProxies {
    /// Returns whether the address is new.
    pub(crate) fn note(&self, address: IpAddr, header: &'static str, now: Millis) -> bool {
        let is_private = self.is_private(address);
        let address = if is_private { address.to_canonical() } else { client_network(address) };
        let mut lists = self.lists.lock();
        let list = &mut lists[usize::from(!is_private)];
        if let Some(known) = list.iter_mut().find(|known| known.address == address) {
            (known.header, known.seen_at) = (header.to_owned(), now);
            known.requests = known.requests.saturating_add(1);
            return false;
        }
        if list.len() >= ENTRIES_MAX
            && let Some(oldest) = list.iter().enumerate().min_by_key(|(_, known)| known.seen_at).map(|(index, _)| index)
        {
            list.swap_remove(oldest);
        }
        list.push(UntrustedProxy { address, header: header.to_owned(), is_private, requests: 1, seen_at: now });
        true
    }

    pub(crate) fn is_private(&self, address: IpAddr) -> bool {
        self.private_networks.contains(address)
    }

    /// Those of the last day, those of private networks first, sorted by address.
    pub fn list(&self, now: Millis) -> Vec<UntrustedProxy> {
        let mut seen: Vec<UntrustedProxy> =
            self.lists.lock().iter().flatten().filter(|known| now.0 - known.seen_at.0 < KEPT_MS).cloned().collect();
        seen.sort_by_key(|known| (!known.is_private, known.address));
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(seen: &UntrustedProxies, now: i64) -> Vec<String> {
        seen.list(Millis(now)).iter().map(|known| known.address.to_string()).collect()
    }

    #[test]
    fn an_address_is_remembered_once_and_forgotten_after_a_day() {
        let seen = UntrustedProxies::default();
        let note = |address: &str, at| seen.note(address.parse().unwrap(), "x-forwarded-for", Millis(at));
        assert!(note("203.0.113.7", 1));
        assert!(note("::ffff:192.168.0.2", 2));
        assert!(!note("192.168.0.2", 3));
        assert_eq!(addresses(&seen, 4), ["192.168.0.2", "203.0.113.7"]);
        assert_eq!((seen.list(Millis(4))[0].requests, seen.list(Millis(4))[0].is_private), (2, true));
        assert_eq!(addresses(&seen, KEPT_MS + 2), ["192.168.0.2"]);
        assert_eq!(addresses(&seen, KEPT_MS + 3), [""; 0]);
    }

    #[test]
    fn strangers_cannot_fill_it_nor_displace_a_proxy_of_the_local_network() {
        let seen = UntrustedProxies::default();
        seen.note([192, 168, 0, 2].into(), "forwarded", Millis(1));
        for n in 0..10_000_u32 {
            seen.note(
                IpAddr::V6((0x2001_0db8_u128 << 96 | u128::from(n) << 64 | u128::from(n)).into()),
                "x-forwarded-for",
                Millis(2 + i64::from(n)),
            );
        }
        let list = seen.list(Millis(20_000));
        assert_eq!((list.len(), list[0].address.to_string().as_str()), (ENTRIES_MAX + 1, "192.168.0.2"));
        assert_eq!(list.iter().filter(|known| !known.is_private).map(|known| known.seen_at.0).min(), Some(10_002 - ENTRIES_MAX as i64));
    }
}
