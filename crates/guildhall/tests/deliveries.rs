//! Deliveries after a crash: a webhook that a post triggered is called even if the server is killed after the post was
//! acknowledged, and its response is posted once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{ServerProcess, Socket, TEST_TIMEOUT, TestStore, next_event};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// An external server. While it is closed it accepts requests and answers none.
struct Target {
    url: String,
    requests: mpsc::UnboundedReceiver<String>,
    is_open: watch::Sender<bool>,
}

impl Target {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
        let (sender, requests) = mpsc::unbounded_channel();
        let (is_open, open) = watch::channel(false);
        let handler = move |body: Bytes| {
            let text = serde_json::from_slice::<Value>(&body).unwrap()["text"].as_str().unwrap().to_owned();
            sender.send(text.clone()).unwrap();
            let mut open = open.clone();
            async move {
                open.wait_for(|open| *open).await.unwrap();
                json!({"text": format!("received {text}")}).to_string()
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
        Self { url, requests, is_open }
    }

    async fn next(&mut self) -> String {
        tokio::time::timeout(TEST_TIMEOUT, self.requests.recv()).await.expect("no call arrived").unwrap()
    }
}

async fn next_message(socket: &mut Socket) -> String {
    let event = next_event(socket, "posted").await;
    let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    post["message"].as_str().unwrap().to_owned()
}

on_every_database!(triggered_webhooks_are_delivered);

async fn triggered_webhooks_are_delivered(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut target = Target::start().await;
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let team = server.call(&ada, "GET", &format!("/channels/{channel}"), None).await.unwrap()["team_id"].clone();
    let hook = json!({"team_id": team, "channel_id": channel, "display_name": "out", "trigger_words": ["zap"],
        "callback_urls": [target.url], "content_type": "application/json"});
    server.call(&ada, "POST", "/hooks/outgoing", Some(hook)).await.unwrap();
    let create_post = async |server: &ServerProcess, message: &str| {
        let post = json!({"channel_id": channel, "message": message});
        server.call(&ada, "POST", "/posts", Some(post)).await.unwrap();
    };

    // Killed as soon as the post is acknowledged, before or early in the call.
    create_post(&server, "zap one").await;
    server.kill_and_restart().await;
    let mut socket = server.socket(&ada).await;
    target.is_open.send(true).unwrap();
    assert_eq!(next_message(&mut socket).await, "received zap one");
    assert_eq!(target.next().await, "zap one");
    while target.requests.try_recv().is_ok() {}

    // Killed during the call: the next start takes the delivery over.
    target.is_open.send(false).unwrap();
    create_post(&server, "zap two").await;
    assert_eq!(target.next().await, "zap two");
    server.kill_and_restart().await;
    assert_eq!(target.next().await, "zap two");
    let mut socket = server.socket(&ada).await;
    target.is_open.send(true).unwrap();
    assert_eq!(next_message(&mut socket).await, "received zap two");

    // Stopped cleanly during the call: the next start continues at once.
    target.is_open.send(false).unwrap();
    create_post(&server, "zap three").await;
    assert_eq!(target.next().await, "zap three");
    server.stop_and_restart().await;
    assert_eq!(target.next().await, "zap three");
    let mut socket = server.socket(&ada).await;
    target.is_open.send(true).unwrap();
    assert_eq!(next_message(&mut socket).await, "received zap three");

    assert_eq!(webhook_posts(&server, &ada, &channel).await, ["received zap three", "received zap two", "received zap one"]);
    server.stop().await;
}

/// The posts of the webhook, the newest first.
async fn webhook_posts(server: &ServerProcess, ada: &Arc<str>, channel: &str) -> Vec<String> {
    let list = server.call(ada, "GET", &format!("/channels/{channel}/posts"), None).await.unwrap();
    let posts = list["order"].as_array().unwrap().iter().map(|id| &list["posts"][id.as_str().unwrap()]);
    posts.filter(|post| post["props"]["from_webhook"] == "true").map(|post| post["message"].as_str().unwrap().to_owned()).collect()
}
