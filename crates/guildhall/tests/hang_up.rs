//! Clients that hang up as soon as they have sent their request: what they asked for is done, and whom it concerns is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{Running, Store};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const ROUNDS: usize = 20;
/// Only ever waited for when the test is about to fail.
const EVENT_TIME: Duration = Duration::from_secs(20);

/// Events as they come over HTTPS where sockets are blocked.
struct EventStream {
    answer: reqwest::Response,
    text: String,
}

impl EventStream {
    async fn open(server: &Running, token: &str) -> Self {
        let request = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/api/v4/events", server.url()));
        let answer = request.bearer_auth(token).header("accept", "text/event-stream").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        Self { answer, text: String::new() }
    }

    /// The next event of this name; others are passed over.
    async fn next(&mut self, name: &str) -> Value {
        loop {
            while let Some((line, rest)) = self.text.split_once('\n') {
                let event = line.strip_prefix("data:").and_then(|data| serde_json::from_str::<Value>(data).ok());
                self.text = rest.to_owned();
                if let Some(event) = event.filter(|event| event["event"] == name) {
                    return event;
                }
            }
            let chunk = tokio::time::timeout(EVENT_TIME, self.answer.chunk()).await.unwrap_or_else(|_| panic!("no {name} came"));
            self.text.push_str(&String::from_utf8_lossy(&chunk.unwrap().expect("an open stream")));
        }
    }
}

/// Sends a request and closes the connection at once.
async fn send_and_hang_up(server: &Running, token: &str, method: &str, path: &str) {
    let address = server.url().trim_start_matches("http://");
    let request =
        format!("{method} /api/v4{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n");
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn who_is_removed_by_a_client_that_hangs_up_is_told() {
    let store = Store::fresh(Dialect::Sqlite).await.unwrap();
    let server = Running::start(&store).await;
    let (owner, member) = (server.sign_up("owner").await, server.sign_up("member").await);
    let call = async |token: &Arc<str>, method: &str, path: &str, body: Value| {
        server.call(token, method, path, Some(body).filter(|body| !body.is_null())).await.unwrap()
    };
    let member_id = call(&member, "GET", "/users/me", Value::Null).await["id"].as_str().unwrap().to_owned();
    let team = call(&owner, "POST", "/teams", json!({"name": "studio", "display_name": "Studio", "type": "O"})).await;
    let team = team["id"].as_str().unwrap();
    call(&owner, "POST", &format!("/teams/{team}/members"), json!({"team_id": team, "user_id": member_id})).await;
    let channel = json!({"team_id": team, "name": "board", "display_name": "Board", "type": "P"});
    let channel = call(&owner, "POST", "/channels", channel).await["id"].as_str().unwrap().to_owned();

    let mut events = EventStream::open(&server, &member).await;
    events.next("hello").await;
    for round in 0..ROUNDS {
        call(&owner, "POST", &format!("/channels/{channel}/members"), json!({"user_id": member_id})).await;
        events.next("user_added").await;
        let path = format!("/channels/{channel}/members/{member_id}");
        send_and_hang_up(&server, &owner, "DELETE", &path).await;
        // The server may have seen the end of the connection before the request; then this one does it. A removal whose
        // event was lost leaves nothing to do, and no event comes.
        let _ = server.call(&owner, "DELETE", &path, None).await;
        let removed = events.next("user_removed").await;
        assert_eq!(removed["data"]["channel_id"], channel.as_str(), "round {round}");
    }

    send_and_hang_up(&server, &member, "POST", "/users/logout").await;
    let _ = server.call(&member, "POST", "/users/logout", None).await;
    let closed = async { while events.answer.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
    tokio::time::timeout(EVENT_TIME, closed).await.expect("the stream stayed open");
    let ended = server.call(&member, "GET", "/users/me", None).await.unwrap_err();
    assert!(ended.is_refusal(), "{ended:?}");
    server.stop().await;
}
