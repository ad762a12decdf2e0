//! What one client can cause over sockets and connections: its frames are limited like requests, a socket may try three
//! tokens, connections without requests take no place from others, and uploads leave a reserve of free space.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use futures::{SinkExt, StreamExt};
use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{CallError, ServerProcess, Socket, TEST_TIMEOUT, TestStore, close_code};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

const POLICY: u16 = 1008;
const LIMITED: &[(&str, &str)] =
    &[("LIMITS_ENABLED", "true"), ("LIMITS_REQUESTS_PER_SECOND", "1"), ("LIMITS_REQUESTS_BURST", "20"), ("LIMITS_FAILED_LOGINS", "10")];

async fn start(settings: &'static [(&'static str, &'static str)]) -> ServerProcess {
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    ServerProcess::start_with_settings(&store, settings).await
}

async fn send(socket: &mut Socket, action: &Value) {
    socket.send(Message::text(action.to_string())).await.unwrap();
}

/// The reply to the action with this number.
async fn reply(socket: &mut Socket, seq: i64) -> Value {
    let reply = async {
        loop {
            let message = socket.next().await.expect("an open socket").unwrap();
            let value: Value = serde_json::from_str(message.to_text().unwrap()).unwrap_or_default();
            if value["seq_reply"] == seq {
                return value;
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, reply).await.expect("a reply")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_count_for_the_rate_limit() {
    let server = start(LIMITED).await;
    let ada = server.sign_up("ada").await;
    let mut socket = server.socket(&ada).await;
    let mut limited = 0;
    for seq in 1..=60 {
        send(&mut socket, &json!({"seq": seq, "action": "ping"})).await;
        let reply = reply(&mut socket, seq).await;
        limited += i32::from(reply["error"]["id"] == "api.context.rate_limited.app_error");
    }
    assert!(limited >= 30, "{limited} of 60 frames were limited");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reserve_of_free_space_is_kept_from_the_start() {
    let server = start(&[("FILES_FREE_SPACE_RESERVE_BYTES", "1152921504606846976")]).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let upload = server.call(&ada, "POST", &format!("/files?channel_id={channel}&filename=a.txt"), Some(json!("text"))).await;
    assert!(matches!(&upload, Err(CallError::Rejected(507, _))), "{upload:?}");
    let post = json!({"channel_id": channel, "message": "goes on"});
    server.call(&ada, "POST", "/posts", Some(post)).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_may_try_three_tokens() {
    let server = start(&[]).await;
    for (frames, action) in [(4, "authentication_challenge"), (30, "ping")] {
        let stream = TcpStream::connect(server.host()).await.unwrap();
        let url = format!("ws://{}/api/v4/websocket", server.host());
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        for seq in 1..=frames {
            let challenge = json!({"seq": seq, "action": action, "data": {"token": "y".repeat(26)}});
            // The server closes it meanwhile.
            let _ = socket.send(Message::text(challenge.to_string())).await;
        }
        assert!(matches!(close_code(&mut socket).await, Some(POLICY) | None), "{action}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_sent_requests_take_no_place() {
    let server = start(&[]).await;
    let ada = server.sign_up("ada").await;
    let mut half_sent = Vec::new();
    for _ in 0..400 {
        let mut stream = TcpStream::connect(server.host()).await.unwrap();
        stream.write_all(b"GET /api/v4/users/me HTTP/1.1\r\nHost:").await.unwrap();
        half_sent.push(stream);
    }
    assert_eq!(server.call(&ada, "GET", "/users/me", None).await.unwrap()["username"], "ada");
    server.stop().await;
}
