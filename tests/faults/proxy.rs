//! A TCP proxy before a database: its target can be changed, as a failover does with an address, and it can lose the answers to
//! commits.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const BUFFER_BYTES: usize = 64 * 1024;
/// How both databases receive it: as text.
const COMMIT: &[u8] = b"COMMIT";

pub struct Proxy {
    address: SocketAddr,
    target: watch::Sender<SocketAddr>,
    answers_to_lose: Arc<watch::Sender<usize>>,
}

impl Proxy {
    pub async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (target, targets) = watch::channel(target);
        let address = listener.local_addr().unwrap();
        let answers_to_lose = Arc::new(watch::Sender::new(0));
        let to_lose = Arc::clone(&answers_to_lose);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, targets.clone(), Arc::clone(&to_lose)));
            }
        });
        Self { address, target, answers_to_lose }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// New connections go there; open ones are closed.
    pub fn switch_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }

    /// The database executes the next so many commits, but their connections end before the answers. Returns after the last.
    pub async fn lose_answers(&self, commits: usize) {
        self.answers_to_lose.send_replace(commits);
        let _ = self.answers_to_lose.subscribe().wait_for(|left| *left == 0).await;
    }
}

/// Until one side closes the connection, the target is changed, or an answer is lost.
async fn forward(mut client: TcpStream, mut targets: watch::Receiver<SocketAddr>, to_lose: Arc<watch::Sender<usize>>) {
    let target = *targets.borrow_and_update();
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let (mut question, mut answer) = (vec![0; BUFFER_BYTES], vec![0; BUFFER_BYTES]);
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let Ok(length @ 1..) = read else { return };
                let is_lost = question[..length].windows(COMMIT.len()).any(|text| text == COMMIT)
                    && to_lose.send_if_modified(|left| {
                        let is_one_left = *left > 0;
                        *left -= usize::from(is_one_left);
                        is_one_left
                    });
                if server.write_all(&question[..length]).await.is_err() {
                    return;
                }
                if is_lost {
                    // When the answer is there, it is done.
                    let _ = server.read(&mut answer).await;
                    return;
                }
            }
            read = server.read(&mut answer) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answer[..length]).await.is_err() {
                    return;
                }
            }
            _ = targets.changed() => return,
        }
    }
}
