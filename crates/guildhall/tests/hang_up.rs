//! Clients that close the connection as soon as the request is sent: the write is completed, and its events are published.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

mod support;

use std::sync::Arc;

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{ServerProcess, TestStore, close_code, next_event};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const ROUNDS: usize = 20;
/// The close code after a session ended (RFC 6455, section 7.4).
const POLICY: u16 = 1008;

/// Sends a request and closes the connection at once.
async fn send_and_disconnect(server: &ServerProcess, token: &str, method: &str, path: &str) {
    let address = server.host();
    let request =
        format!("{method} /api/v4{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n");
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn events_are_published_after_the_client_disconnected() {
    let store = TestStore::fresh(Dialect::Sqlite).await.unwrap();
    let server = ServerProcess::start(&store).await;
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

    let mut socket = server.socket(&member).await;
    for round in 0..ROUNDS {
        call(&owner, "POST", &format!("/channels/{channel}/members"), json!({"user_id": member_id})).await;
        next_event(&mut socket, "user_added").await;
        let path = format!("/channels/{channel}/members/{member_id}");
        send_and_disconnect(&server, &owner, "DELETE", &path).await;
        // The server may have seen the end of the connection before the request; then this request removes the member. If
        // the event of a removal was lost, this request has no effect, and the test waits in vain for an event.
        let _ = server.call(&owner, "DELETE", &path, None).await;
        let removed = next_event(&mut socket, "user_removed").await;
        assert_eq!(removed["data"]["channel_id"], channel.as_str(), "round {round}");
    }

    send_and_disconnect(&server, &member, "POST", "/users/logout").await;
    let _ = server.call(&member, "POST", "/users/logout", None).await;
    assert_eq!(close_code(&mut socket).await, Some(POLICY));
    let error = server.call(&member, "GET", "/users/me", None).await.unwrap_err();
    assert!(error.is_rejection(), "{error:?}");
    server.stop().await;
}
