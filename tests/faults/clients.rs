//! Clients that misbehave under the load of others: they hang up at every byte, send without end or too slowly, and read nothing.
//! They get a clear answer or lose their connection, memory stays bounded, and nobody else notices.

use std::fmt::Write as _;

use futures::SinkExt;
use guildhall_storage::Dialect;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::process::Process;
use crate::report::{self, Row};
use crate::support::{TEST_TIMEOUT, TestStore, close_code};
use crate::times;
use crate::workload::{Person, Round, Stage};

/// What the server may grow by while clients misbehave. A request that was kept as a whole would be larger.
const MEMORY_MAX_KIB: u64 = 192 * 1024;
const MIB: usize = 1024 * 1024;

async fn stage() -> Stage {
    Stage::on(&TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite")).await
}

async fn end(stage: Stage, fault: &str, note: &str) {
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault, on: "sqlite", runs, note }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}

async fn connect(person: &Person) -> TcpStream {
    TcpStream::connect(person.client.host()).await.unwrap()
}

fn head(person: &Person, method: &str, path: &str, more: &str) -> String {
    let (host, token) = (person.client.host(), &person.token);
    format!("{method} /api/v4{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{more}\r\n")
}

fn with_body(person: &Person, path: &str, kind: &str, body: &str) -> String {
    head(person, "POST", path, &format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len())) + body
}

/// A complete request is carried out, whoever waits for its answer; an incomplete one is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_at_every_byte_of_a_request() {
    let mut stage = stage().await;
    for number in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        let message = format!("sent with hang-ups {number}");
        let post = json!({"channel_id": round.channel_id(), "message": message, "pending_post_id": message}).to_string();
        let request = with_body(&stage.administrator, "/posts", "application/json", &post);
        for length in 0..=request.len() {
            let mut connection = connect(&stage.administrator).await;
            connection.write_all(&request.as_bytes()[..length]).await.unwrap();
        }
        round.post(&message).await;
        round.acknowledged(20).await;
        stage.finish(round).await;
    }
    end(stage, "Hang-ups at every byte of a request", "").await;
}

/// The status of the response, or `None` where the connection is closed. What the server does not read any more is not sent.
async fn status(person: &Person, request: &[u8]) -> Option<u16> {
    let (mut reader, mut writer) = connect(person).await.into_split();
    let sending = async {
        let _ = writer.write_all(request).await;
        // Open until the response has come.
        std::future::pending::<()>().await;
    };
    let receiving = async {
        let mut response = vec![0; 12];
        reader.read_exact(&mut response).await.ok()?;
        String::from_utf8_lossy(&response[9..]).parse().ok()
    };
    tokio::select! {
        () = sending => None,
        status = tokio::time::timeout(TEST_TIMEOUT, receiving) => status.expect("an answer or the end of the connection"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_oversized() {
    let mut stage = stage().await;
    let before = Process::of(stage.server.process());
    for _ in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        let person = &stage.administrator;
        let mut headers = String::new();
        for number in 0..10_000 {
            let _ = write!(headers, "X-Header-{number}: 1\r\n");
        }
        let deep = format!("{{\"props\":{}", "[".repeat(MIB / 2));
        let long = "x".repeat(8 * MIB);
        let mut parts = String::new();
        for number in 0..20_000 {
            let _ = write!(parts, "--b\r\nContent-Disposition: form-data; name=\"n{number}\"\r\n\r\n1\r\n");
        }
        let multipart = "multipart/form-data; boundary=b";
        let requests = [
            ("a header", head(person, "GET", "/users/me", &format!("X-Long: {long}\r\n")), &[431][..]),
            ("many headers", head(person, "GET", "/users/me", &headers), &[431]),
            ("an address", head(person, "GET", &format!("/users/me?{long}"), ""), &[414, 431]),
            ("nested JSON", with_body(person, "/posts", "application/json", &deep), &[400, 413]),
            ("a message", with_body(person, "/posts", "application/json", &json!({"message": long}).to_string()), &[400, 413]),
            ("a list", with_body(person, "/users/ids", "application/json", &format!("[{}0]", "0,".repeat(MIB))), &[400, 413]),
            ("parts of a form", with_body(person, "/files", multipart, &parts), &[400, 413]),
            ("a length", head(person, "POST", "/posts", "Content-Type: application/json\r\nContent-Length: 99999999999\r\n"), &[413]),
        ];
        for (name, request, expected) in requests {
            let status = status(person, request.as_bytes()).await;
            assert!(status.is_some_and(|status| expected.contains(&status)), "{name}: {status:?}");
        }
        let mut endless = head(person, "POST", "/posts", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n");
        for _ in 0..64 {
            let _ = write!(endless, "100000\r\n{}\r\n", "x".repeat(MIB));
        }
        assert_eq!(status(person, endless.as_bytes()).await, Some(413), "chunks without end");

        let mut socket = stage.server.socket(&person.token).await;
        // The server may close while the frame is still being sent.
        let _ = socket.send(Message::text("x".repeat(MIB))).await;
        assert!(matches!(close_code(&mut socket).await, Some(1009) | None));
        let mut socket = stage.server.socket(&person.token).await;
        let _ = socket.send(Message::text(format!("{{\"seq\":1,\"action\":{}", "[".repeat(4_000)))).await;
        drop(socket);
        round.acknowledged(20).await;
        stage.finish(round).await;
    }
    let grown = Process::of(stage.server.process()).peak_rss_kib.saturating_sub(before.rss_kib);
    assert!(grown < MEMORY_MAX_KIB, "{grown} KiB");
    end(stage, "Oversized headers, addresses, JSON, forms, frames", &format!("memory grew by at most {} MiB", grown / 1024)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_are_slow() {
    // Three connections each; a process may have 1,024 descriptors where nobody has raised that.
    let clients = times(80, 250);
    let mut stage = stage().await;
    let before = Process::of(stage.server.process());
    for _ in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        let person = &stage.administrator;
        let mut connections = Vec::new();
        let mut sockets = Vec::new();
        let page = head(person, "GET", "/openapi.json", "");
        let half_head = head(person, "GET", "/users/me", "").trim_end().to_owned();
        let half_body = head(person, "POST", "/posts", "Content-Type: application/json\r\nContent-Length: 50000\r\n") + "{\"message\": \"";
        for _ in 0..clients {
            for begin in [&half_head, &half_body, &page] {
                let mut connection = connect(person).await;
                connection.write_all(begin.as_bytes()).await.unwrap();
                connections.push(connection);
            }
        }
        // These receive all events of the load, and read none.
        for _ in 0..50 {
            sockets.push(stage.server.socket(&stage.writers[0].token).await);
        }
        for _ in 0..5 {
            round.acknowledged(20).await;
            for connection in &mut connections {
                // One more byte each; the server may have closed it.
                let _ = connection.write_all(b"x").await;
            }
        }
        stage.finish(round).await;
    }
    let grown = Process::of(stage.server.process()).peak_rss_kib.saturating_sub(before.rss_kib);
    assert!(grown < MEMORY_MAX_KIB, "{grown} KiB");
    let note = format!("{} connections at once; memory grew by at most {} MiB", 3 * clients + 50, grown / 1024);
    end(stage, "Clients that send a byte at a time, or read nothing", &note).await;
}
