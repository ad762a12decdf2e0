//! A WebSocket connection that checks what every connection is promised: hello first, and no gap in the sequence.

use anyhow::{Context, Result, anyhow, bail, ensure};
use futures_util::StreamExt;
use http::header::AUTHORIZATION;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::api::User;
use crate::http::Address;

/// Thousands of connections in one process: the library's 128 KiB each would be too much.
const READ_BUFFER_BYTES: usize = 8 * 1024;

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    next_seq: u64,
}

impl Socket {
    /// Returns after the server's hello.
    pub async fn connect(address: &Address, user: &User) -> Result<Self> {
        let mut request = format!("ws://{}/api/v4/websocket", address.authority()).into_client_request()?;
        request.headers_mut().insert(AUTHORIZATION, user.authorization.clone());
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
        let (stream, _) = client_async_with_config(request, address.connect().await?, Some(config)).await.context("opening a WebSocket")?;
        let mut socket = Self { stream, next_seq: 0 };
        let hello = socket.next_event().await?;
        ensure!(hello.contains("\"hello\""), "the first event is {hello}");
        Ok(socket)
    }

    /// The next event, whose number must follow the last one's. Can be cancelled.
    async fn next_event(&mut self) -> Result<Utf8Bytes> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let seq = sequence_number(&text)?;
                    ensure!(seq == self.next_seq, "event {seq} came where {} was expected", self.next_seq);
                    self.next_seq += 1;
                    return Ok(text);
                }
                Some(Ok(Message::Close(frame))) => bail!("the server closed a WebSocket: {frame:?}"),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error).context("reading a WebSocket"),
                None => bail!("a WebSocket ended"),
            }
        }
    }

    /// Reads, and answers pings, until `stop` is true; then closes the connection.
    pub async fn read_until(mut self, mut stop: watch::Receiver<bool>, mut on_event: impl FnMut(&str) -> Result<()>) -> Result<()> {
        loop {
            tokio::select! {
                biased;
                event = self.next_event() => on_event(&event?)?,
                // An error means that the sender was dropped.
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        // The server may be closing at the same time.
        let _ = self.stream.close(None).await;
        Ok(())
    }
}

/// The number at an event's end: `..,"seq":12}`.
fn sequence_number(event: &str) -> Result<u64> {
    let (_, number) = event.strip_suffix('}').and_then(|rest| rest.rsplit_once("\"seq\":")).ok_or_else(|| anyhow!("no event: {event}"))?;
    number.parse().with_context(|| format!("no event: {event}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_the_last_member() {
        assert_eq!(sequence_number(r#"{"event":"posted","data":{"message":"\"seq\":7}"},"seq":12}"#).unwrap(), 12);
        assert!(sequence_number(r#"{"seq_reply":1,"status":"OK"}"#).is_err());
        assert!(sequence_number("").is_err());
    }
}
