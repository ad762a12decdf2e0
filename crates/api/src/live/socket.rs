//! One task a socket: authenticates it, connects it to the hub, and carries both directions until one side ends it.

use std::time::Duration;

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use guildhall_model::id::ConnectionId;
use guildhall_realtime::{CloseReason, Connected, ConnectionHandle, Outbox};
use guildhall_wire::action;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message, Utf8Bytes};

use super::actions;
use super::engine::Opening;
use super::entry::enter;
use crate::App;
use crate::extract::Client;

/// A socket that has not said who it is by then is closed.
const AUTHENTICATION_TIME: Duration = Duration::from_secs(5);
const PING_EVERY: Duration = Duration::from_secs(60);
/// Nothing heard for this long, not even a pong: the peer is gone.
const READ_TIME: Duration = Duration::from_secs(100);
/// A write that takes longer has nobody at its other end.
const WRITE_TIME: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<TokioIo<Upgraded>>;
type Writer = SplitSink<Socket, Message>;
type Reader = SplitStream<Socket>;

/// Why a socket ends: what to tell the peer, if it can still be told.
struct Ended(Option<CloseFrame>);

pub(super) async fn run(app: App, socket: Socket, Opening { client, token, resume }: Opening) {
    let (mut writer, mut reader) = socket.split();
    let Ended(close) = match session(&app, &mut writer, &mut reader, &client, token, resume).await {
        Ok(never) => match never {},
        Err(ended) => ended,
    };
    if close.is_some() {
        let _ = timeout(WRITE_TIME, writer.send(Message::Close(close))).await;
    }
}

async fn session(
    app: &App,
    writer: &mut Writer,
    reader: &mut Reader,
    client: &Client,
    token: Option<String>,
    resume: Option<(ConnectionId, i64)>,
) -> Result<std::convert::Infallible, Ended> {
    let (token, connected, challenge_seq) = match token {
        Some(token) => match enter(app, &token, resume).await {
            Some(connected) => (token, connected, None),
            None => return Err(wait_for_the_end(reader).await),
        },
        None => challenged(app, reader, resume).await?,
    };
    let Connected { mut outbox, handle, resumed, .. } = connected;
    tracing::debug!(connection = %handle.id(), user = %handle.user(), resumed, "socket connected");
    if let Some(seq) = challenge_seq {
        handle.reply(action::ok::<()>(seq, None));
    }
    carry(app, writer, reader, &mut outbox, &handle, &token, client).await
}

/// Waits for `authentication_challenge`; whatever else comes before it gets no answer.
async fn challenged(
    app: &App,
    reader: &mut Reader,
    resume: Option<(ConnectionId, i64)>,
) -> Result<(String, Connected, Option<i64>), Ended> {
    let deadline = Instant::now() + AUTHENTICATION_TIME;
    loop {
        let text = tokio::select! {
            () = sleep_until(deadline) => return Err(close(CloseCode::Policy, "not authenticated")),
            message = reader.next() => match heard(message)? {
                Some(text) => text,
                None => continue,
            },
        };
        let Ok(action) = serde_json::from_slice::<action::Action>(&text) else { continue };
        if action.action != "authentication_challenge" {
            continue;
        }
        let Ok(challenge) = serde_json::from_value::<action::Challenge>(action.data) else { continue };
        if let Some(connected) = enter(app, &challenge.token, resume).await {
            return Ok((challenge.token, connected, Some(action.seq)));
        }
    }
}

/// A refused token looks like silence, and then the door closes.
async fn wait_for_the_end(reader: &mut Reader) -> Ended {
    let deadline = Instant::now() + AUTHENTICATION_TIME;
    loop {
        tokio::select! {
            () = sleep_until(deadline) => return close(CloseCode::Policy, "not authenticated"),
            message = reader.next() => if let Err(ended) = heard(message) {
                return ended;
            },
        }
    }
}

async fn carry(
    app: &App,
    writer: &mut Writer,
    reader: &mut Reader,
    outbox: &mut Outbox,
    handle: &ConnectionHandle,
    token: &str,
    client: &Client,
) -> Result<std::convert::Infallible, Ended> {
    let mut batch = Vec::new();
    let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut deadline = Instant::now() + READ_TIME;
    loop {
        tokio::select! {
            waiting = outbox.next_batch(&mut batch) => {
                waiting.map_err(closed_by_hub)?;
                write(writer, &mut batch).await?;
            }
            message = reader.next() => {
                deadline = Instant::now() + READ_TIME;
                if let Some(text) = heard(message)? {
                    handle.reply(actions::answer(app, token, client, &text).await);
                }
            }
            _ = pings.tick() => send(writer, Message::Ping(bytes::Bytes::new())).await?,
            () = sleep_until(deadline) => return Err(Ended(None)),
        }
    }
}

/// All that waits in one flush.
async fn write(writer: &mut Writer, batch: &mut Vec<guildhall_realtime::Outgoing>) -> Result<(), Ended> {
    let writing = async {
        for outgoing in batch.drain(..) {
            // What we encode is JSON, so it is UTF-8.
            let text = Utf8Bytes::try_from(outgoing.into_bytes()).map_err(|_| Ended(None))?;
            writer.feed(Message::Text(text)).await.map_err(|_| Ended(None))?;
        }
        writer.flush().await.map_err(|_| Ended(None))
    };
    timeout(WRITE_TIME, writing).await.map_err(|_| Ended(None))?
}

async fn send(writer: &mut Writer, message: Message) -> Result<(), Ended> {
    let sent = timeout(WRITE_TIME, writer.send(message)).await;
    if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(Ended(None)) }
}

/// The bytes of an action, nothing for the protocol's own frames, or the end.
fn heard(message: Option<Result<Message, SocketError>>) -> Result<Option<bytes::Bytes>, Ended> {
    let bytes: bytes::Bytes = match message {
        Some(Ok(Message::Text(text))) => text.into(),
        Some(Ok(Message::Binary(bytes))) => bytes,
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(None),
        Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Ended(None)),
    };
    if bytes.len() > action::FRAME_BYTES_MAX { Err(close(CloseCode::Size, "the frame is too large")) } else { Ok(Some(bytes)) }
}

fn closed_by_hub(reason: CloseReason) -> Ended {
    let code = match reason {
        CloseReason::SessionEnded => CloseCode::Policy,
        CloseReason::Shutdown => CloseCode::Restart,
        _ => CloseCode::Again,
    };
    close(code, &reason.to_string())
}

fn close(code: CloseCode, reason: &str) -> Ended {
    Ended(Some(CloseFrame { code, reason: reason.into() }))
}
