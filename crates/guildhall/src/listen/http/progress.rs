//! Responses of a connection that the peer does not take. HTTP/2 keeps a stream waiting for as long as its client grants no
//! window, so a limit for writing to the connection does not find those.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::{Buf, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use parking_lot::Mutex;
use slab::Slab;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Large bodies are handed over in parts of this size: the rest is not buffered for the connection.
const FRAME_BYTES: usize = 64 * 1024;

/// The bodies of one connection, each with the time since when it waits for the peer.
#[derive(Default)]
pub struct Progress {
    waiting: Mutex<Slab<Instant>>,
    added: Notify,
}

impl Progress {
    /// Resolves when a body has waited for so long.
    pub async fn stalled(&self, timeout: Duration) {
        loop {
            let oldest = self.waiting.lock().iter().map(|(_, since)| *since).min();
            match oldest {
                None => self.added.notified().await,
                Some(since) if since.elapsed() >= timeout => return,
                Some(since) => tokio::time::sleep_until(since + timeout).await,
            }
        }
    }

    /// A small body needs no supervision: it is in the buffers of the connection at once.
    pub fn supervise(self: &Arc<Self>, body: Body) -> SupervisedBody {
        let is_small = body.size_hint().upper().is_some_and(|bytes| bytes <= FRAME_BYTES as u64);
        let waiting = (!is_small).then(|| Waiting { progress: Arc::clone(self), key: None });
        SupervisedBody { body, rest: Bytes::new(), waiting }
    }
}

/// The entry of a body in [`Progress`].
struct Waiting {
    progress: Arc<Progress>,
    key: Option<usize>,
}

impl Waiting {
    fn begin(&mut self) {
        self.key = Some(self.progress.waiting.lock().insert(Instant::now()));
        self.progress.added.notify_one();
    }

    fn end(&mut self) {
        if let Some(key) = self.key.take() {
            self.progress.waiting.lock().try_remove(key);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.end();
    }
}

/// A body that notes when the connection asks for its next part.
pub struct SupervisedBody {
    body: Body,
    /// Of a frame that was larger than one part.
    rest: Bytes,
    waiting: Option<Waiting>,
}

impl HttpBody for SupervisedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let Some(waiting) = &mut this.waiting else { return Pin::new(&mut this.body).poll_frame(cx) };
        waiting.end();
        let mut data = std::mem::take(&mut this.rest);
        if data.is_empty() {
            match Pin::new(&mut this.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(next) => data = next,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return other,
            }
        }
        if data.len() > FRAME_BYTES {
            this.rest = data.split_off(FRAME_BYTES);
        }
        waiting.begin();
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.remaining() as u64);
        let mut total = SizeHint::new();
        total.set_lower(hint.lower() + rest);
        if let Some(upper) = hint.upper() {
            total.set_upper(upper + rest);
        }
        total
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures::{FutureExt, StreamExt};
    use http_body_util::BodyExt;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_body_whose_next_part_is_not_requested_stalls() {
        let progress = Arc::new(Progress::default());
        let mut body = progress.supervise(Body::from(vec![7; 3 * FRAME_BYTES + 5]));
        assert_eq!(body.size_hint().exact(), Some(3 * FRAME_BYTES as u64 + 5));
        for _ in 0..3 {
            let part = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(part.len(), FRAME_BYTES);
            tokio::time::advance(TIMEOUT - Duration::from_secs(1)).await;
            assert!(progress.stalled(TIMEOUT).now_or_never().is_none());
        }
        let begin = Instant::now();
        progress.stalled(TIMEOUT).await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 5);
        assert!(tokio::time::timeout(2 * TIMEOUT, progress.stalled(TIMEOUT)).await.is_err(), "it is complete");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_waits_for_its_source_does_not_stall() {
        let progress = Arc::new(Progress::default());
        let source = futures::stream::iter([Ok::<_, std::io::Error>("first")]).chain(futures::stream::pending());
        let mut body = progress.supervise(Body::from_stream(source));
        body.frame().await.unwrap().unwrap();
        assert!(body.frame().now_or_never().is_none());
        assert!(tokio::time::timeout(2 * TIMEOUT, progress.stalled(TIMEOUT)).await.is_err());
        drop(body);
    }
}
