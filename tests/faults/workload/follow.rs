//! A reader's WebSocket: connects again whenever it is closed, and writes down every message that it receives.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use serde_json::Value;

use super::{Person, Shared, seen};
use crate::ledger::{ConnectionId, ReaderId, Record};
use crate::support::{Socket, try_socket};

static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);

/// Follows until the task is aborted.
pub async fn follow(shared: Arc<Shared>, person: Person, reader: ReaderId) {
    loop {
        shared.wait_until_up().await;
        if let Some(mut socket) = try_socket(person.client.host(), &person.token).await {
            let connection = ConnectionId(CONNECTIONS.fetch_add(1, Ordering::Relaxed));
            shared.ledger.write(Record::Connected { reader, connection });
            receive(&shared, &mut socket, reader, connection).await;
        }
        tokio::task::yield_now().await;
    }
}

/// Until the socket is closed.
async fn receive(shared: &Shared, socket: &mut Socket, reader: ReaderId, connection: ConnectionId) {
    while let Some(Ok(frame)) = socket.next().await {
        let event: Value = frame.to_text().ok().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        if event["event"] != "posted" {
            continue;
        }
        let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap_or_default()).expect("the post of the event");
        // Those of other rounds are theirs.
        let channel = post["channel_id"].as_str().and_then(|id| shared.channel(id));
        if let (Some(channel), Some(post)) = (channel, seen(&post)) {
            shared.ledger.write(Record::Received { reader, connection, channel, post });
        }
    }
}
