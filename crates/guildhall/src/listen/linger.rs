//! The end of a connection: what the peer still sends is read and discarded for a while. If a connection is closed with unread
//! data, the system resets it, and the peer loses a response that it has not read yet: a proxy answers 502 for a rejected upload.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use crate::boot::wait_for_stop;

/// How long the peer may send nothing.
const SILENCE: Duration = Duration::from_secs(2);
/// How long it may go on sending.
const TOTAL: Duration = Duration::from_secs(30);
const BUFFER_BYTES: usize = 16 * 1024;

pub struct Linger {
    silence: Pin<Box<Sleep>>,
    end: Instant,
    stop: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Linger {
    /// A server that stops waits for nobody.
    pub fn begin(mut stop: watch::Receiver<bool>) -> Self {
        let stop = Box::pin(async move { wait_for_stop(&mut stop).await });
        Self { silence: Box::pin(tokio::time::sleep(SILENCE)), end: Instant::now() + TOTAL, stop }
    }

    /// Ready when the peer has closed the connection too, or has had its time.
    pub fn poll(&mut self, mut socket: Pin<&mut impl AsyncRead>, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; BUFFER_BYTES];
        while self.silence.as_mut().poll(context).is_pending() && self.stop.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read: io::Result<()> = ready!(socket.as_mut().poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            self.silence.as_mut().reset(self.end.min(Instant::now() + SILENCE));
        }
        Poll::Ready(())
    }
}
