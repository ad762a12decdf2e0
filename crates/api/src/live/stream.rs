//! The same events in the same order as server-sent events (HTML standard, section 9.2), for networks that let no
//! WebSocket through. What clients say then goes over REST.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use guildhall_realtime::{Connected, Outgoing};

/// Often enough for what stands between to keep an idle connection open.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Ends when the hub closes the connection; a client that returns with its id and number misses nothing.
pub(super) fn events(connected: Connected) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // The handle keeps the connection; the outbox tells the hub when nobody reads any more.
    let state = (connected.outbox, connected.handle);
    let batches = stream::unfold(state, |(mut outbox, handle)| async move {
        let mut batch = Vec::new();
        outbox.next_batch(&mut batch).await.ok()?;
        Some((stream::iter(batch.into_iter().map(written)), (outbox, handle)))
    });
    Sse::new(batches.flatten()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_EVERY))
}

fn written(outgoing: Outgoing) -> Result<Event, Infallible> {
    Ok(Event::default().data(String::from_utf8_lossy(&outgoing.into_bytes())))
}
