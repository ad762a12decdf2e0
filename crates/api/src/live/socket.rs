//! One task per socket: authenticates it, connects it to the hub, and serves both directions until it is closed.

use std::net::IpAddr;
use std::time::Duration;

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use guildhall_model::id::ConnectionId;
use guildhall_model::text::json;
use guildhall_realtime::{CloseReason, ConnectResponse, ConnectionHandle, Outbox};
use guildhall_wire::action;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message, Utf8Bytes};
use tokio_util::sync::CancellationToken;

use super::actions;
use super::connect::{ConnectRejection, connect};
use super::engine::SocketRequest;
use crate::App;
use crate::extract::Client;

/// A socket that is not authenticated by then is closed.
const AUTHENTICATION_TIMEOUT: Duration = Duration::from_secs(5);
/// Tokens that a socket may try.
const CHALLENGES_MAX: usize = 3;
/// Frames that a socket may send before it is authenticated.
const UNAUTHENTICATED_FRAMES_MAX: usize = 20;
const PING_INTERVAL: Duration = Duration::from_secs(60);
/// A peer that sends nothing for this long, not even a pong, is disconnected.
const READ_TIMEOUT: Duration = Duration::from_secs(100);
/// A peer that does not accept a write within this time is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<TokioIo<Upgraded>>;
type Writer = SplitSink<Socket, Message>;
type Reader = SplitStream<Socket>;

/// The end of a connection, with the close frame to send where the peer can still receive one.
struct Disconnect(Option<CloseFrame>);

/// `stopping` ends the wait for clients that are not authenticated; the others are closed by the hub.
pub(super) async fn run(app: App, socket: Socket, request: SocketRequest, stopping: CancellationToken) {
    let (mut writer, mut reader) = socket.split();
    let Disconnect(close) = match serve(&app, &mut writer, &mut reader, request, &stopping).await {
        Ok(never) => match never {},
        Err(disconnect) => disconnect,
    };
    if close.is_some() {
        let _ = timeout(WRITE_TIMEOUT, writer.send(Message::Close(close))).await;
    }
}

async fn serve(
    app: &App,
    writer: &mut Writer,
    reader: &mut Reader,
    SocketRequest { client, token, resume }: SocketRequest,
    stopping: &CancellationToken,
) -> Result<std::convert::Infallible, Disconnect> {
    let client = &client;
    let (token, connected, challenge_seq) = match token {
        Some(token) => match connect(app, &token, client.address, resume).await {
            Ok(connected) => (token, connected, None),
            Err(ConnectRejection::ServerStops) => return Err(closed_by_hub(CloseReason::Shutdown)),
            Err(ConnectRejection::Unauthenticated) => return Err(reject(reader, stopping).await),
        },
        None => wait_for_challenge(app, reader, client.address, resume, stopping).await?,
    };
    let ConnectResponse { mut outbox, handle, resumed, .. } = connected;
    tracing::debug!(connection = %handle.id(), user = %handle.user(), resumed, "socket connected");
    if let Some(seq) = challenge_seq {
        handle.reply(action::ok_reply::<()>(seq, None));
    }
    exchange(app, writer, reader, &mut outbox, &handle, &token, client).await
}

/// Waits for `authentication_challenge`; other actions before it are ignored.
async fn wait_for_challenge(
    app: &App,
    reader: &mut Reader,
    address: Option<IpAddr>,
    resume: Option<(ConnectionId, i64)>,
    stopping: &CancellationToken,
) -> Result<(String, ConnectResponse, Option<i64>), Disconnect> {
    let deadline = Instant::now() + AUTHENTICATION_TIMEOUT;
    let mut challenges = 0;
    for _ in 0..UNAUTHENTICATED_FRAMES_MAX {
        let text = tokio::select! {
            () = sleep_until(deadline) => return Err(close(CloseCode::Policy, "not authenticated")),
            () = stopping.cancelled() => return Err(closed_by_hub(CloseReason::Shutdown)),
            message = reader.next() => match action_bytes(message)? {
                Some(text) => text,
                None => continue,
            },
        };
        let Ok(action) = json::from_slice::<action::Action>(&text) else { continue };
        if action.action != "authentication_challenge" {
            continue;
        }
        challenges += 1;
        if challenges > CHALLENGES_MAX {
            break;
        }
        let Ok(challenge) = json::from_value::<action::Challenge>(action.data) else { continue };
        match connect(app, &challenge.token, address, resume).await {
            Ok(connected) => return Ok((challenge.token, connected, Some(action.seq))),
            Err(ConnectRejection::ServerStops) => return Err(closed_by_hub(CloseReason::Shutdown)),
            Err(ConnectRejection::Unauthenticated) => {}
        }
    }
    Err(close(CloseCode::Policy, "not authenticated"))
}

/// An invalid token is not reported: like a socket without one, it is closed after the timeout.
async fn reject(reader: &mut Reader, stopping: &CancellationToken) -> Disconnect {
    let deadline = Instant::now() + AUTHENTICATION_TIMEOUT;
    loop {
        tokio::select! {
            () = sleep_until(deadline) => return close(CloseCode::Policy, "not authenticated"),
            () = stopping.cancelled() => return closed_by_hub(CloseReason::Shutdown),
            message = reader.next() => if let Err(disconnect) = action_bytes(message) {
                return disconnect;
            },
        }
    }
}

async fn exchange(
    app: &App,
    writer: &mut Writer,
    reader: &mut Reader,
    outbox: &mut Outbox,
    handle: &ConnectionHandle,
    token: &str,
    client: &Client,
) -> Result<std::convert::Infallible, Disconnect> {
    let mut batch = Vec::new();
    let mut pings = interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL);
    let mut deadline = Instant::now() + READ_TIMEOUT;
    loop {
        tokio::select! {
            has_batch = outbox.next_batch(&mut batch) => {
                has_batch.map_err(closed_by_hub)?;
                write_batch(writer, &mut batch).await?;
            }
            message = reader.next() => {
                deadline = Instant::now() + READ_TIMEOUT;
                if let Some(text) = action_bytes(message)? {
                    handle.reply(actions::answer(app, token, handle.user(), client, &text).await);
                }
            }
            _ = pings.tick() => send(writer, Message::Ping(bytes::Bytes::new())).await?,
            () = sleep_until(deadline) => return Err(Disconnect(None)),
        }
    }
}

/// Writes a batch with one flush.
async fn write_batch(writer: &mut Writer, batch: &mut Vec<guildhall_realtime::OutboundMessage>) -> Result<(), Disconnect> {
    let writing = async {
        for outgoing in batch.drain(..) {
            // What we encode is JSON, so it is UTF-8.
            let text = Utf8Bytes::try_from(outgoing.into_bytes()).map_err(|_| Disconnect(None))?;
            writer.feed(Message::Text(text)).await.map_err(|_| Disconnect(None))?;
        }
        writer.flush().await.map_err(|_| Disconnect(None))
    };
    timeout(WRITE_TIMEOUT, writing).await.map_err(|_| Disconnect(None))?
}

async fn send(writer: &mut Writer, message: Message) -> Result<(), Disconnect> {
    let sent = timeout(WRITE_TIMEOUT, writer.send(message)).await;
    if matches!(sent, Ok(Ok(()))) { Ok(()) } else { Err(Disconnect(None)) }
}

/// The bytes of an action, or `None` for control frames.
fn action_bytes(message: Option<Result<Message, SocketError>>) -> Result<Option<bytes::Bytes>, Disconnect> {
    let bytes: bytes::Bytes = match message {
        Some(Ok(Message::Text(text))) => text.into(),
        Some(Ok(Message::Binary(bytes))) => bytes,
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(None),
        Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Disconnect(None)),
    };
    if bytes.len() > action::FRAME_BYTES_MAX { Err(close(CloseCode::Size, "the frame is too large")) } else { Ok(Some(bytes)) }
}

fn closed_by_hub(reason: CloseReason) -> Disconnect {
    let code = match reason {
        CloseReason::SessionEnded => CloseCode::Policy,
        CloseReason::Shutdown => CloseCode::Restart,
        _ => CloseCode::Again,
    };
    close(code, &reason.to_string())
}

fn close(code: CloseCode, reason: &str) -> Disconnect {
    Disconnect(Some(CloseFrame { code, reason: reason.into() }))
}
