//! The events of a connection as server-sent events (HTML standard, section 9.2), for networks that block WebSockets.
//! Such clients send their actions over REST.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use guildhall_metrics::OwnedInFlight;
use guildhall_realtime::{ConnectResponse, OutboundMessage};

/// Short enough that proxies keep an idle connection open.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// Ends when the hub closes the connection. A client that reconnects with its connection id and sequence number misses
/// no events.
pub(super) fn events(connected: ConnectResponse, open: OwnedInFlight) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // All belong to the stream: dropping them disconnects from the hub.
    let state = (connected.outbox, connected.handle, open);
    let batches = stream::unfold(state, |(mut outbox, handle, open)| async move {
        let mut batch = Vec::new();
        outbox.next_batch(&mut batch).await.ok()?;
        Some((stream::iter(batch.into_iter().map(to_sse_event)), (outbox, handle, open)))
    });
    Sse::new(batches.flatten()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL))
}

fn to_sse_event(outgoing: OutboundMessage) -> Result<Event, Infallible> {
    Ok(Event::default().data(String::from_utf8_lossy(&outgoing.into_bytes())))
}
