//! A wire between us and a server that can be cut, held still, or cut at a word.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Whole,
    /// Connections end at once, old ones and new ones.
    Cut,
    /// Nothing arrives any more, and nobody is told.
    Silent,
}

/// Cuts the connection on which a word is heard, once.
#[derive(Debug, Clone, Copy)]
pub enum Trap {
    /// The word does not arrive.
    Before(&'static [u8]),
    /// The word arrives, the answer does not.
    After(&'static [u8]),
}

pub struct Proxy {
    pub address: SocketAddr,
    wire: watch::Sender<Wire>,
    trap: Arc<Mutex<Option<Trap>>>,
}

impl Proxy {
    pub async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (wire, watched) = watch::channel(Wire::Whole);
        let trap = Arc::new(Mutex::new(None));
        let traps = Arc::clone(&trap);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), watched.clone(), Arc::clone(&traps)));
            }
        });
        Self { address, wire, trap }
    }

    pub fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }

    pub fn set_trap(&self, trap: Trap) {
        *self.trap.lock() = Some(trap);
    }

    pub fn trap_is_set(&self) -> bool {
        self.trap.lock().is_some()
    }
}

async fn carry(client: TcpStream, server: String, mut wire: watch::Receiver<Wire>, trap: Arc<Mutex<Option<Trap>>>) {
    let now = *wire.borrow_and_update();
    match now {
        Wire::Cut => return,
        Wire::Silent => drop(wire.wait_for(|wire| *wire != Wire::Silent).await),
        Wire::Whole => {}
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers_are_lost = AtomicBool::new(false);
    let up = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
            match spring(&trap, &bytes[..count]) {
                Some(Trap::Before(_)) => return,
                Some(Trap::After(_)) => answers_are_lost.store(true, Ordering::SeqCst),
                None => {}
            }
            if to_server.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    let down = async {
        let mut bytes = vec![0; 65_536];
        while let Ok(count @ 1..) = from_server.read(&mut bytes).await {
            // The answer shows that the server has done it; it goes no further.
            if answers_are_lost.load(Ordering::SeqCst) || to_client.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        _ = wire.wait_for(|wire| *wire != Wire::Whole) => {}
    }
    if *wire.borrow() == Wire::Silent {
        // The sockets stay open until the wire is whole again; what was on them is lost.
        let _ = wire.wait_for(|wire| *wire != Wire::Silent).await;
    }
}

fn spring(trap: &Mutex<Option<Trap>>, bytes: &[u8]) -> Option<Trap> {
    let mut trap = trap.lock();
    let (Trap::Before(word) | Trap::After(word)) = (*trap)?;
    if bytes.windows(word.len()).any(|window| window == word) { trap.take() } else { None }
}
