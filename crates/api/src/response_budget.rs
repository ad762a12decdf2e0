//! A bound of the memory that large responses hold until their clients have taken them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use guildhall_model::codes::context;
use guildhall_model::{Result, client_network};
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;

/// Smaller responses fit into the buffers of their connections, which are bounded by the number of connections.
const COUNTED_BYTES_MIN: usize = 1024 * 1024;
const TOTAL_BYTES_MAX: usize = 256 * 1024 * 1024;
/// What one client may hold of it.
const CLIENT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The bytes of large responses in memory, by client.
#[derive(Default)]
pub(crate) struct ResponseBudget(Mutex<HeldBytes>);

#[derive(Default)]
struct HeldBytes {
    total: usize,
    by_client: HashMap<Option<IpAddr>, usize>,
}

impl ResponseBudget {
    /// The response, whose bytes count until it is sent or given up; `BUSY` if they exceed the budget. Streams of unknown
    /// length are not counted: they are produced as their clients take them.
    pub fn admit(self: &Arc<Self>, client: Option<IpAddr>, response: Response) -> Result<Response> {
        let bytes = response.body().size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
        if bytes < COUNTED_BYTES_MIN {
            return Ok(response);
        }
        let held = self.hold(client.map(client_network), bytes).ok_or(context::BUSY)?;
        Ok(response.map(|body| Body::new(CountedBody { body, _held: held })))
    }

    fn hold(self: &Arc<Self>, client: Option<IpAddr>, bytes: usize) -> Option<Held> {
        let mut held = self.0.lock();
        let of_client = held.by_client.get(&client).copied().unwrap_or_default();
        if held.total + bytes > TOTAL_BYTES_MAX || of_client + bytes > CLIENT_BYTES_MAX {
            return None;
        }
        held.total += bytes;
        held.by_client.insert(client, of_client + bytes);
        drop(held);
        Some(Held { budget: Arc::clone(self), client, bytes })
    }
}

struct Held {
    budget: Arc<ResponseBudget>,
    client: Option<IpAddr>,
    bytes: usize,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.budget.0.lock();
        held.total -= self.bytes;
        if let Some(of_client) = held.by_client.get_mut(&self.client) {
            *of_client -= self.bytes;
            if *of_client == 0 {
                held.by_client.remove(&self.client);
            }
        }
    }
}

struct CountedBody {
    body: Body,
    _held: Held,
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn responses_count_until_they_are_dropped() {
        let budget = Arc::new(ResponseBudget::default());
        let large = |client: &str| budget.admit(client.parse().ok(), vec![0; 4 * 1024 * 1024].into_response()).ok();
        let held: Vec<_> = (0..16).map(|_| large("10.0.0.1").unwrap()).collect();
        assert!(large("10.0.0.1").is_none(), "the client's share");
        assert!(budget.admit("10.0.0.1".parse().ok(), "small".into_response()).is_ok());
        let others: Vec<_> = (2..5).flat_map(|n| (0..16).map(move |_| n)).map(|n| large(&format!("10.0.0.{n}")).unwrap()).collect();
        assert!(large("10.0.0.9").is_none(), "the total");
        drop((held, others));
        assert!(large("10.0.0.1").is_some());
        let left = budget.0.lock();
        assert_eq!((left.total, left.by_client.len()), (0, 0));
    }
}
