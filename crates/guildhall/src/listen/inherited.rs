//! Listening sockets that another program has opened: systemd, by a socket unit (sd_listen_fds(3)). It keeps them open over a
//! restart, so that the system queues connections meanwhile and refuses none.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};

use listenfd::ListenFd;

use super::Listener;

/// Names of the sockets, in their order, separated by colons.
const NAMES: &str = "LISTEN_FDNAMES";
/// Settings of which a socket may have the name (`FileDescriptorName=`).
const SETTINGS: [&str; 4] = ["server.listen", "tls.https_listen", "tls.http_listen", "metrics.listen"];

#[derive(Default)]
pub struct InheritedListeners(Vec<InheritedListener>);

struct InheritedListener {
    /// Kept open, since a port may be closed and opened again while the server runs.
    listener: TcpListener,
    address: SocketAddr,
    name: String,
    is_used: AtomicBool,
}

impl InheritedListeners {
    /// The sockets that were passed to this process, which children of this process do not get.
    ///
    /// # Errors
    /// A sentence: one of them is no listening TCP socket.
    pub fn from_environment() -> Result<Self, String> {
        let names = std::env::var(NAMES).unwrap_or_default();
        let mut names = names.split(':');
        let mut passed = ListenFd::from_env();
        let mut listeners = Vec::new();
        for index in 0..passed.len() {
            let name = names.next().unwrap_or_default().to_owned();
            let taken = passed.take_tcp_listener(index).and_then(|listener| {
                let listener = listener.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
                listener.set_nonblocking(true)?;
                let address = listener.local_addr()?;
                Ok(InheritedListener { listener, address, name: name.clone(), is_used: AtomicBool::new(false) })
            });
            let number = index + 1;
            listeners.push(taken.map_err(|error| {
                format!("Socket {number} that was passed to the server ({name}) cannot be used: {error}. Pass listening TCP sockets only.")
            })?);
        }
        Ok(Self(listeners))
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Listens at the address of this setting: by the socket that has its name or is at its port, or by a new one.
    pub async fn listen(&self, setting: &str, address: SocketAddr) -> io::Result<(Listener, SocketAddr)> {
        match self.find(setting, address) {
            Some(inherited) => {
                inherited.is_used.store(true, Ordering::Relaxed);
                let listener = tokio::net::TcpListener::from_std(inherited.listener.try_clone()?)?;
                Ok((Listener::from(listener), inherited.address))
            }
            None => Listener::tcp(address).await,
        }
    }

    /// A port cannot be opened twice, so the number suffices; of several, the one at the same address.
    fn find(&self, setting: &str, address: SocketAddr) -> Option<&InheritedListener> {
        let of_name = self.0.iter().find(|inherited| inherited.name == setting);
        let free = || self.0.iter().filter(|inherited| !SETTINGS.contains(&inherited.name.as_str()));
        let at_address = || free().find(|inherited| inherited.address == address);
        of_name.or_else(at_address).or_else(|| free().find(|inherited| inherited.address.port() == address.port()))
    }

    /// Connections to these wait in vain.
    pub fn warn_of_unused(&self) {
        for unused in self.0.iter().filter(|inherited| !inherited.is_used.load(Ordering::Relaxed)) {
            tracing::warn!(
                address = %unused.address,
                name = unused.name,
                "nothing is served at a socket that systemd has opened, since no setting names its port: remove it from the socket unit"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inherited(name: &str) -> InheritedListener {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        InheritedListener { listener, address, name: name.to_owned(), is_used: AtomicBool::new(false) }
    }

    #[tokio::test]
    async fn a_socket_is_found_by_its_name_or_else_by_its_port() {
        let sockets = InheritedListeners(vec![inherited("guildhall.socket"), inherited("tls.https_listen")]);
        let [plain, named] = [sockets.0[0].address, sockets.0[1].address];
        let any: SocketAddr = ([0, 0, 0, 0], plain.port()).into();
        assert_eq!(sockets.listen("server.listen", any).await.unwrap().1, plain);
        assert_eq!(sockets.listen("server.listen", plain).await.unwrap().1, plain, "again, after it was closed");
        assert_eq!(sockets.listen("tls.https_listen", ([0, 0, 0, 0], 443).into()).await.unwrap().1, named, "wherever it is");
        // Its name says that it is for something else.
        assert_eq!(sockets.listen("tls.http_listen", named).await.err().unwrap().kind(), io::ErrorKind::AddrInUse);
        let other = sockets.listen("metrics.listen", ([127, 0, 0, 1], 0).into()).await.unwrap().1;
        assert!(other.port() != plain.port() && other.port() != named.port());
    }

    #[tokio::test]
    async fn connections_wait_while_nobody_listens() {
        let sockets = InheritedListeners(vec![inherited("")]);
        let address = sockets.0[0].address;
        let (first, _) = sockets.listen("server.listen", address).await.unwrap();
        drop(first);
        let client = tokio::net::TcpStream::connect(address).await.unwrap();
        let (second, _) = sockets.listen("server.listen", address).await.unwrap();
        let (_, peer) = second.accept().await.unwrap();
        assert_eq!(peer.address, Some(client.local_addr().unwrap()));
    }
}
