//! A TCP proxy whose target can be changed: what a failover does with a database's address.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    address: SocketAddr,
    target: watch::Sender<SocketAddr>,
}

impl Proxy {
    pub async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (target, targets) = watch::channel(target);
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, targets.clone()));
            }
        });
        Self { address, target }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// New connections go there; open ones are closed.
    pub fn switch_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }
}

/// Until one side closes the connection, or the target is changed.
async fn forward(mut client: TcpStream, mut targets: watch::Receiver<SocketAddr>) {
    let target = *targets.borrow_and_update();
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = targets.changed() => {}
    }
}
