//! Socket activation, as systemd does it (sd_listen_fds(3)): the test opens the listening socket and passes it to each process. Over
//! restarts no request is refused and no message is missed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::{Value, json};
use support::{PASSWORD, TEST_TIMEOUT};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const CLIENTS: usize = 4;
const RESTARTS: usize = 3;
/// Requests of each client between two restarts.
const REQUESTS: u64 = 15;
/// WebSocket close code for a restart (RFC 6455, section 7.4, and the registry of IANA).
const SERVICE_RESTART: u16 = 1012;

/// Starts the server with the socket as descriptor 3, and another one, if there is one, as 4.
fn start(folder: &Path, socket: &TcpListener, other: Option<&TcpListener>, settings: &[(&str, &str)]) -> Child {
    let pass = |socket: &TcpListener| Stdio::from(OwnedFd::from(socket.try_clone().unwrap()));
    let (count, redirect) = if other.is_some() { (2, "4<&2") } else { (1, "") };
    let script = format!("exec 3<&0 {redirect}; exec </dev/null; LISTEN_FDS={count} LISTEN_PID=$$ exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_guildhall"), "serve", "--data-dir"]).arg(folder);
    for (name, value) in
        [("SIGNUP_OPEN", "true"), ("LIMITS_ENABLED", "false"), ("SERVER_PASSWORD_MEMORY_KIB", "64"), ("METRICS_LISTEN", "")]
    {
        command.env(format!("GUILDHALL_{name}"), value);
    }
    command.envs(settings.iter().copied()).stdin(pass(socket)).stdout(Stdio::piped()).kill_on_drop(true);
    if let Some(other) = other {
        command.stderr(pass(other));
    }
    command.spawn().unwrap()
}

async fn lines_until_ready(server: &mut Child) {
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("the server ended before it was ready");
    assert!(line.starts_with("Guildhall is ready at "), "{line}");
    // Nobody may close what it writes to.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
}

async fn terminate(mut server: Child) {
    let id = server.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(server.wait().await.unwrap().success(), "the server did not stop cleanly");
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    token: Arc<str>,
}

impl Client {
    /// A client with connections of its own. Without `keep_alive` each request has a new one.
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    fn new(address: SocketAddr, token: &Arc<str>, keep_alive: bool) -> Self {
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(if keep_alive { 1 } else { 0 }).build().unwrap();
        Self { http, address, token: Arc::clone(token) }
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (Value, Option<String>) {
        let mut request = self.http.request(method.parse().unwrap(), format!("http://{}/api/v4{path}", self.address));
        request = request.bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"));
        let status = response.status();
        let token = response.headers().get("token").map(|token| token.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"));
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        (serde_json::from_str(&text).unwrap(), token)
    }

    /// Messages that arrive meanwhile move others to the next page, where they are read once more.
    async fn messages(&self, channel: &str) -> Vec<String> {
        let mut messages = Vec::new();
        for page in 0.. {
            let (posts, _) = self.call("GET", &format!("/channels/{channel}/posts?per_page=200&page={page}"), None).await;
            let order = posts["order"].as_array().unwrap().clone();
            if order.is_empty() {
                break;
            }
            for id in order {
                let post = &posts["posts"][id.as_str().unwrap()];
                if post["type"] == "" {
                    messages.push(post["message"].as_str().unwrap().to_owned());
                }
            }
        }
        messages
    }
}

/// Creates an account, a team; returns its token and the id of a channel.
async fn set_up(address: SocketAddr) -> (Arc<str>, String) {
    let client = Client::new(address, &"".into(), true);
    client.call("POST", "/users", Some(json!({"email": "ada@example.com", "username": "ada", "password": PASSWORD}))).await;
    let (_, token) = client.call("POST", "/users/login", Some(json!({"login_id": "ada", "password": PASSWORD}))).await;
    let token: Arc<str> = token.unwrap().into();
    let client = Client { token: Arc::clone(&token), ..client };
    let (team, _) = client.call("POST", "/teams", Some(json!({"name": "studio", "display_name": "Studio", "type": "O"}))).await;
    let (channel, _) = client.call("GET", &format!("/teams/{}/channels/name/town-square", team["id"].as_str().unwrap()), None).await;
    (token, channel["id"].as_str().unwrap().to_owned())
}

/// Sends messages until it is told to stop; returns them, and the longest time for a response.
async fn send_messages(
    client: Client,
    number: usize,
    channel: String,
    done: watch::Sender<u64>,
    stop: watch::Receiver<bool>,
) -> (Vec<String>, Duration) {
    let (mut sent, mut longest) = (Vec::new(), Duration::ZERO);
    while !*stop.borrow() {
        let message = format!("client {number} message {}", sent.len());
        let began_at = Instant::now();
        client.call("POST", "/posts", Some(json!({"channel_id": channel, "message": message}))).await;
        longest = longest.max(began_at.elapsed());
        sent.push(message);
        done.send_modify(|count| *count += 1);
    }
    (sent, longest)
}

/// Receives the messages of the channel until it is told to stop, reconnects as clients do, and fetches what it may have missed
/// where it cannot resume. Returns the codes with which it was closed.
async fn watch_channel(
    client: Client,
    channel: String,
    seen: watch::Sender<BTreeSet<String>>,
    mut stop: watch::Receiver<bool>,
) -> Vec<u16> {
    let mut close_codes = Vec::new();
    let mut resume: Option<(String, i64)> = None;
    loop {
        let query = resume.as_ref().map(|(id, next)| format!("?connection_id={id}&sequence_number={next}")).unwrap_or_default();
        let mut request = format!("ws://{}/api/v4/websocket{query}", client.address).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {}", client.token).parse().unwrap());
        let stream = TcpStream::connect(client.address).await.expect("a connection that is not refused");
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("a WebSocket that is not refused");
        loop {
            let message = tokio::select! {
                message = socket.next() => message,
                _ = stop.wait_for(|stop| *stop) => return close_codes,
            };
            let text = match message.expect("an open socket").expect("a socket that is closed with a code") {
                Message::Text(text) => text,
                Message::Close(frame) => {
                    close_codes.push(frame.unwrap().code.into());
                    break;
                }
                _ => continue,
            };
            let event: Value = serde_json::from_str(&text).unwrap();
            let seq = event["seq"].as_i64().unwrap();
            match event["event"].as_str().unwrap_or_default() {
                "hello" => {
                    let id = event["data"]["connection_id"].as_str().unwrap().to_owned();
                    if resume.as_ref().is_some_and(|(former, _)| *former != id) {
                        let fetched = client.messages(&channel).await;
                        seen.send_modify(|seen| seen.extend(fetched));
                    }
                    resume = Some((id, seq + 1));
                }
                "posted" => {
                    let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
                    seen.send_modify(|seen| {
                        seen.insert(post["message"].as_str().unwrap().to_owned());
                    });
                }
                _ => {}
            }
            if let Some((_, next)) = &mut resume {
                *next = seq + 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_is_refused_and_no_message_missed_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let listen = address.to_string();
    let settings = [("GUILDHALL_SERVER_LISTEN", listen.as_str())];
    let mut server = start(folder.path(), &socket, None, &settings);
    lines_until_ready(&mut server).await;
    let (token, channel) = set_up(address).await;

    let (stop, stopped) = watch::channel(false);
    let mut senders = JoinSet::new();
    let mut counts = Vec::new();
    for number in 0..CLIENTS {
        let (done, count) = watch::channel(0);
        counts.push(count);
        senders.spawn(send_messages(Client::new(address, &token, number % 2 == 0), number, channel.clone(), done, stopped.clone()));
    }
    let (watching_stop, watching_stopped) = watch::channel(false);
    let (seen, mut seen_messages) = watch::channel(BTreeSet::new());
    let watcher = tokio::spawn(watch_channel(Client::new(address, &token, true), channel.clone(), seen, watching_stopped));

    let more_requests = async |counts: &mut Vec<watch::Receiver<u64>>| {
        for count in counts {
            let enough = *count.borrow() + REQUESTS;
            let waiting = tokio::time::timeout(TEST_TIMEOUT, count.wait_for(|count| *count >= enough));
            waiting.await.expect("a client is stuck").expect("a client has failed");
        }
    };
    for restart in 0..RESTARTS {
        more_requests(&mut counts).await;
        if restart % 2 == 0 {
            // As systemd restarts it.
            terminate(server).await;
            server = start(folder.path(), &socket, None, &settings);
        } else {
            // As a supervisor does that starts the new process first: it waits for the lock.
            let next = start(folder.path(), &socket, None, &settings);
            terminate(server).await;
            server = next;
        }
        lines_until_ready(&mut server).await;
    }
    more_requests(&mut counts).await;
    stop.send(true).unwrap();
    let (mut sent, mut longest) = (BTreeSet::new(), Duration::ZERO);
    while let Some(result) = senders.join_next().await {
        let (messages, time) = result.unwrap();
        sent.extend(messages);
        longest = longest.max(time);
    }
    eprintln!("{} requests over {RESTARTS} restarts, the longest took {} ms", sent.len(), longest.as_millis());

    let mut stored = Client::new(address, &token, true).messages(&channel).await;
    stored.sort();
    assert!(stored.iter().eq(&sent), "{} messages are stored, and {} were sent", stored.len(), sent.len());
    let all_seen = seen_messages.wait_for(|seen| seen.is_superset(&sent));
    tokio::time::timeout(TEST_TIMEOUT, all_seen).await.expect("a message was missed").unwrap();
    watching_stop.send(true).unwrap();
    // More often where it reached the process that was about to stop.
    let close_codes = watcher.await.unwrap();
    assert!(close_codes.len() >= RESTARTS && close_codes.iter().all(|code| *code == SERVICE_RESTART), "{close_codes:?}");
    terminate(server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_setting_finds_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    let [socket, metrics] = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let settings = [
        // By its name, whatever the address.
        ("GUILDHALL_SERVER_LISTEN", "127.0.0.1:1"),
        ("LISTEN_FDNAMES", "server.listen:guildhall.socket"),
        // By its port.
        ("GUILDHALL_METRICS_LISTEN", &format!("0.0.0.0:{}", metrics.local_addr().unwrap().port())),
    ];
    let mut server = start(folder.path(), &socket, Some(&metrics), &settings);
    lines_until_ready(&mut server).await;
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for (listener, path, expected) in [(&socket, "/api/v4/system/ping", "\"status\":\"OK\""), (&metrics, "/metrics", "guildhall_")] {
        let text = http.get(format!("http://{}{path}", listener.local_addr().unwrap())).send().await.unwrap().text().await.unwrap();
        assert!(text.contains(expected), "{text}");
    }
    terminate(server).await;
}

/// A file in place of a socket, such as by a wrong unit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_listening_socket_ends_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args(["-c", "exec 3</dev/null; LISTEN_FDS=1 LISTEN_FDNAMES=web LISTEN_PID=$$ exec \"$0\" serve --data-dir \"$1\""])
        .args([env!("CARGO_BIN_EXE_guildhall").as_ref(), folder.path()])
        .output()
        .await
        .unwrap();
    let error = support::error_output(&output);
    assert!(error.starts_with("Socket 1 that was passed to the server (web) cannot be used: "), "{error}");
    assert!(error.ends_with("Pass listening TCP sockets only."), "{error}");
}
