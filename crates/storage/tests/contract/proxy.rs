//! A TCP proxy before a database server that can be disconnected, stalled, or made to fail at a given request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    ConnectResponse,
    /// Existing and new connections are closed.
    Disconnected,
    /// Connections stay open, but nothing is forwarded.
    Stalled,
}

/// Closes the first connection whose client sends this pattern.
#[derive(Debug, Clone, Copy)]
pub enum Failpoint {
    /// Before the pattern reaches the server.
    Before(&'static [u8]),
    /// After it reached the server, before the answer reaches the client.
    After(&'static [u8]),
}

pub struct Proxy {
    pub address: SocketAddr,
    link: watch::Sender<Link>,
    failpoint: Arc<Mutex<Option<Failpoint>>>,
}

impl Proxy {
    pub async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (link, link_changes) = watch::channel(Link::ConnectResponse);
        let failpoint = Arc::new(Mutex::new(None));
        let failpoints = Arc::clone(&failpoint);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server.clone(), link_changes.clone(), Arc::clone(&failpoints)));
            }
        });
        Self { address, link, failpoint }
    }

    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }

    pub fn set_failpoint(&self, failpoint: Failpoint) {
        *self.failpoint.lock() = Some(failpoint);
    }

    pub fn failpoint_is_set(&self) -> bool {
        self.failpoint.lock().is_some()
    }
}

async fn forward(client: TcpStream, server: String, mut link: watch::Receiver<Link>, failpoint: Arc<Mutex<Option<Failpoint>>>) {
    let now = *link.borrow_and_update();
    match now {
        Link::Disconnected => return,
        Link::Stalled => drop(link.wait_for(|link| *link != Link::Stalled).await),
        Link::ConnectResponse => {}
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let drops_answers = AtomicBool::new(false);
    let up = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
            match take_matching(&failpoint, &bytes[..count]) {
                Some(Failpoint::Before(_)) => return,
                Some(Failpoint::After(_)) => drops_answers.store(true, Ordering::SeqCst),
                None => {}
            }
            if to_server.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    let link_now = link.clone();
    let down = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_server.read(&mut bytes).await {
            // The answer shows that the server has executed it; it is not forwarded. Nor is that to a request of after the link
            // has changed, which this task may notice later than the server answers.
            let is_dropped = drops_answers.load(Ordering::SeqCst) || *link_now.borrow() != Link::ConnectResponse;
            if is_dropped || to_client.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        _ = link.wait_for(|link| *link != Link::ConnectResponse) => {}
    }
    if *link.borrow() == Link::Stalled {
        // The sockets stay open until the link works again; unforwarded bytes are lost.
        let _ = link.wait_for(|link| *link != Link::Stalled).await;
    }
}

fn take_matching(failpoint: &Mutex<Option<Failpoint>>, bytes: &[u8]) -> Option<Failpoint> {
    let mut failpoint = failpoint.lock();
    let (Failpoint::Before(pattern) | Failpoint::After(pattern)) = (*failpoint)?;
    if bytes.windows(pattern.len()).any(|window| window == pattern) { failpoint.take() } else { None }
}
