//! Crashes: the real binary is killed under load and started again, on each database. Each acknowledged post is stored once,
//! also if it was sent again after the crash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{ServerProcess, TestStore};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

const WORKERS: usize = 8;
const MESSAGES: usize = 60;
/// The server is killed when this many messages are acknowledged.
const KILL_AFTER: [usize; 3] = [60, 160, 300];

on_every_database!(no_acknowledged_post_is_lost);

async fn no_acknowledged_post_is_lost(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;

    let (up, is_up) = watch::channel(true);
    #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel::<(String, String)>();
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let (client, acknowledge, is_up) = (server.client(&ada), acknowledge.clone(), is_up.clone());
        let channel = channel.clone();
        workers.spawn(async move {
            for number in 0..MESSAGES {
                let message = format!("worker {worker} message {number}");
                let post = json!({"channel_id": channel, "message": message, "pending_post_id": format!("{worker}:{number}")});
                // Without a response the same post is sent again, as clients do.
                let response = loop {
                    is_up.clone().wait_for(|up| *up).await.unwrap();
                    match client.call("POST", "/posts", Some(post.clone())).await {
                        Ok(response) => break response,
                        Err(error) if error.is_rejection() => panic!("{message}: {error:?}"),
                        Err(_) => tokio::task::yield_now().await,
                    }
                };
                acknowledge.send((message, text(&response["id"]))).unwrap();
            }
        });
    }
    drop(acknowledge);

    let mut acknowledged_posts = BTreeMap::new();
    while let Some((message, id)) = acknowledged.recv().await {
        assert!(acknowledged_posts.insert(message.clone(), id).is_none(), "{message} was acknowledged twice");
        if KILL_AFTER.contains(&acknowledged_posts.len()) {
            up.send(false).unwrap();
            server.kill_and_restart().await;
            up.send(true).unwrap();
        }
    }
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }

    let stored = all_messages(&server, &ada, &channel).await;
    assert_eq!(acknowledged_posts.len(), WORKERS * MESSAGES);
    for (message, id) in &acknowledged_posts {
        assert_eq!(stored.get(message).map(Vec::as_slice), Some([id.clone()].as_slice()), "{message}");
    }
    assert_eq!(stored.len(), acknowledged_posts.len(), "nothing else was stored");
    server.stop().await;
}

/// The messages of the channel except system messages, with the ids of their posts.
async fn all_messages(server: &ServerProcess, ada: &Arc<str>, channel: &str) -> BTreeMap<String, Vec<String>> {
    let mut stored: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in 0.. {
        let posts = server.call(ada, "GET", &format!("/channels/{channel}/posts?page={page}&per_page=200"), None).await.unwrap();
        let order = posts["order"].as_array().unwrap();
        if order.is_empty() {
            break;
        }
        for id in order {
            let post = &posts["posts"][text(id)];
            if text(&post["type"]).is_empty() {
                stored.entry(text(&post["message"])).or_default().push(text(id));
            }
        }
    }
    stored
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
