//! Limits of open connections: in total, for each address, and of those that have not sent a request yet. A client that
//! opens connections and sends nothing closes its own, not those of others.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guildhall_api::Peer;
use guildhall_model::{AddressList, client_network};
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Descriptors that connections never use: the database, files, outgoing calls, the local socket, and connections that are
/// being closed.
const RESERVED_MIN: usize = 64;

/// How many connections may be open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    pub total: usize,
    pub per_address: usize,
    /// Connections whose first request has not arrived.
    pub without_request: usize,
}

impl ConnectionLimits {
    /// For a process that may open this many descriptors. `per_address` is the configured limit; zero for half of all.
    pub fn new(descriptors: usize, per_address: usize) -> Self {
        let total = descriptors.saturating_sub((descriptors / 8).clamp(RESERVED_MIN, 4096)).max(16);
        let per_address = if per_address == 0 { total / 2 } else { per_address.min(total) };
        Self { total, per_address, without_request: (total / 4).max(8) }
    }
}

/// The open connections of all TCP listeners.
pub struct Connections {
    limits: ConnectionLimits,
    /// Not limited per address: all clients share these.
    trusted_proxies: AddressList,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    by_address: HashMap<IpAddr, usize>,
    next_id: u64,
    /// Connections without a request, the oldest first.
    without_request: BTreeMap<u64, Arc<Notify>>,
}

impl Connections {
    pub fn new(limits: ConnectionLimits, trusted_proxies: AddressList) -> Arc<Self> {
        Arc::new(Self { limits, trusted_proxies, state: Mutex::default() })
    }

    /// Counts an accepted connection; `None` if it must be closed at once. If too many connections have sent no request, the
    /// oldest of them is closed for it. The local socket is not limited.
    pub fn admit(self: &Arc<Self>, peer: &Peer) -> Option<Admission> {
        let limited = self.limited_address(peer);
        let mut state = self.state.lock();
        if !peer.is_local {
            if state.open >= self.limits.total + RESERVED_MIN / 2 {
                return None;
            }
            if limited.is_some_and(|address| state.is_full(address, self.limits)) {
                return None;
            }
            let is_full = state.open >= self.limits.total;
            if is_full || state.without_request.len() >= self.limits.without_request {
                match state.without_request.pop_first() {
                    Some((_, evict)) => evict.notify_one(),
                    None if is_full => return None,
                    None => {}
                }
            }
        }
        let id = state.next_id;
        state.next_id += 1;
        state.open += usize::from(!peer.is_local);
        if let Some(address) = limited {
            *state.by_address.entry(address).or_default() += 1;
        }
        let evict = Arc::new(Notify::new());
        if !peer.is_local {
            state.without_request.insert(id, Arc::clone(&evict));
        }
        drop(state);
        let has_request = AtomicBool::new(peer.is_local);
        let address = Mutex::new(limited);
        Some(Admission { connections: Arc::clone(self), id, address, is_counted: !peer.is_local, has_request, evict })
    }

    /// The address for which a connection counts; `None` for the local socket and for trusted proxies.
    fn limited_address(&self, peer: &Peer) -> Option<IpAddr> {
        let address = peer.address.map(|address| address.ip());
        address.filter(|address| !self.trusted_proxies.contains(*address)).map(client_network)
    }
}

impl State {
    fn is_full(&self, address: IpAddr, limits: ConnectionLimits) -> bool {
        self.by_address.get(&address).is_some_and(|count| *count >= limits.per_address)
    }

    fn end_counting(&mut self, address: IpAddr) {
        if let Some(count) = self.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

/// An admitted connection; it stops counting when this is dropped.
pub struct Admission {
    connections: Arc<Connections>,
    id: u64,
    /// The address for which it counts.
    address: Mutex<Option<IpAddr>>,
    is_counted: bool,
    has_request: AtomicBool,
    evict: Arc<Notify>,
}

impl Admission {
    /// The head of a request has arrived: the connection is not closed for newer ones any more.
    pub fn request_received(&self) {
        if !self.has_request.swap(true, Ordering::Relaxed) {
            self.connections.state.lock().without_request.remove(&self.id);
        }
    }

    /// Counts the connection for the client that its proxy has named; `false` if that client has too many.
    #[must_use]
    pub fn set_client(&self, client: &Peer) -> bool {
        let limited = self.connections.limited_address(client);
        let mut address = self.address.lock();
        if *address == limited {
            return true;
        }
        let mut state = self.connections.state.lock();
        if limited.is_some_and(|address| state.is_full(address, self.connections.limits)) {
            return false;
        }
        if let Some(former) = std::mem::replace(&mut *address, limited) {
            state.end_counting(former);
        }
        if let Some(address) = limited {
            *state.by_address.entry(address).or_default() += 1;
        }
        true
    }

    /// Resolves when the connection must make room for a newer one.
    pub async fn evicted(&self) {
        self.evict.notified().await;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut state = self.connections.state.lock();
        state.without_request.remove(&self.id);
        state.open -= usize::from(self.is_counted);
        if let Some(address) = *self.address.get_mut() {
            state.end_counting(address);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits { total: 10, per_address: 6, without_request: 3 };

    fn peer(address: &str) -> Peer {
        Peer::tcp(format!("{address}:1000").parse().unwrap())
    }

    fn connections() -> Arc<Connections> {
        Connections::new(LIMITS, "10.0.0.1".parse().unwrap())
    }

    fn is_evicted(admission: &Admission) -> bool {
        admission.evicted().now_or_never().is_some()
    }

    #[test]
    fn limits_follow_from_the_descriptors() {
        let limits = |descriptors| ConnectionLimits::new(descriptors, 0);
        assert_eq!(limits(300), ConnectionLimits { total: 236, per_address: 118, without_request: 59 });
        assert_eq!(limits(1_048_576).total, 1_044_480);
        assert!(limits(20).total > 0 && limits(20).per_address > 0);
        assert_eq!(ConnectionLimits::new(1_024, 50).per_address, 50);
    }

    #[test]
    fn the_oldest_connection_without_a_request_makes_room() {
        let connections = connections();
        let open: Vec<_> = (0..3).map(|_| connections.admit(&peer("10.0.0.2")).unwrap()).collect();
        open[0].request_received();
        let newer: Vec<_> = (0..2).map(|_| connections.admit(&peer("10.0.0.3")).unwrap()).collect();
        let evicted: Vec<bool> = open.iter().chain(&newer).map(is_evicted).collect();
        assert_eq!(evicted, [false, true, false, false, false]);
    }

    #[test]
    fn an_address_has_a_share_and_a_trusted_proxy_has_all() {
        let connections = connections();
        let admit = |address: &str| {
            let admission = connections.admit(&peer(address));
            admission.inspect(Admission::request_received)
        };
        let mut open: Vec<_> = (0..6).map(|_| admit("10.0.0.2").unwrap()).collect();
        assert!(admit("10.0.0.2").is_none());
        open.extend((0..4).map(|_| admit("10.0.0.1").unwrap()));
        assert!(admit("10.0.0.3").is_none(), "all are in use");
        assert!(connections.admit(&Peer::LOCAL).is_some());
        open.clear();
        assert!(admit("10.0.0.2").is_some());
        assert!(connections.state.lock().by_address.is_empty(), "nothing is left of closed connections");
    }

    #[test]
    fn the_client_that_a_proxy_names_has_the_share_of_its_address() {
        let connections = connections();
        let admit = |client: &str| {
            let admission = connections.admit(&peer("10.0.0.1")).unwrap();
            admission.request_received();
            admission.set_client(&peer(client)).then_some(admission)
        };
        let mut open: Vec<_> = (0..6).map(|_| admit("10.0.0.2").unwrap()).collect();
        assert!(admit("10.0.0.2").is_none());
        assert!(connections.admit(&peer("10.0.0.2")).is_none(), "also without the proxy");
        assert!(admit("10.0.0.3").is_some() && admit("10.0.0.1").is_some());
        open.pop();
        assert!(admit("10.0.0.2").is_some());
        open.clear();
        assert!(connections.state.lock().by_address.is_empty(), "nothing is left of closed connections");
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_share() {
        let connections = connections();
        let addresses: Vec<Option<Admission>> = (0..8).map(|n| connections.admit(&peer(&format!("[2001:db8::{n}]")))).collect();
        assert_eq!(addresses.iter().flatten().count(), LIMITS.per_address);
    }
}
