//! The database of a server is moved by the real binary: while it is stopped, and while people write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{Client, ServerProcess, TestStore, command, error_output, prepare_command, success_output, wait_until};
use tokio::io::{AsyncBufReadExt as _, BufReader};

const DIALECTS: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];
/// Of the people who write during a move.
const WRITERS: usize = 3;

/// The messages of a channel, newest first.
async fn messages(server: &ServerProcess, token: &Arc<str>, channel: &str) -> Vec<String> {
    let mut messages = Vec::new();
    for page in 0.. {
        let page = server.call(token, "GET", &format!("/channels/{channel}/posts?per_page=200&page={page}"), None).await.unwrap();
        let order = page["order"].as_array().unwrap();
        if order.is_empty() {
            break;
        }
        let text = |id: &Value| page["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
        messages.extend(order.iter().map(text).filter(|text| text.starts_with("message")));
    }
    messages
}

async fn post(client: &Client, channel: &str, message: &str) -> Result<Value, support::CallError> {
    client.call("POST", "/posts", Some(json!({"channel_id": channel, "message": message}))).await
}

/// Where the new database is: the URL of the store, or a file that does not exist yet.
fn url_of(store: &TestStore, server: &ServerProcess, name: &str) -> String {
    store.url().map_or_else(|| format!("sqlite:{}", server.data_dir().join(name).display()), ToOwned::to_owned)
}

on_every_database!(a_stopped_server_is_moved_to_every_other_database_and_back);

async fn a_stopped_server_is_moved_to_every_other_database_and_back(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    post(&server.client(&ada), &channel, "message 0").await.unwrap();
    server.terminate().await;
    for other in DIALECTS {
        let Some(target) = TestStore::fresh(other).await else { continue };
        let url = url_of(&target, &server, &format!("moved-{other}.db"));
        let moved = success_output(&server.command(&["database", "move", "--to", &url]).await);
        assert!(moved.contains("are copied and compared"), "{moved}");
        let again = error_output(&server.command(&["database", "move", "--to", &url]).await);
        assert!(again.contains("has data already") || again.contains("exists: name a file"), "{again}");
        let list = success_output(&command(server.data_dir(), Some(&url), &["job", "list", "--type", "search_index"]).await);
        assert!(list.contains("search_index"), "{list}");
    }
    // Who forgets to name the new one does not go on with the old one unnoticed.
    let forgotten = error_output(&server.command(&["job", "list"]).await);
    assert!(forgotten.contains("was moved to another one"), "{forgotten}");
    success_output(&server.command(&["database", "stay"]).await);
    let again = error_output(&server.command(&["database", "stay"]).await);
    assert!(again.contains("was not moved"), "{again}");
    server.restart().await;
    assert_eq!(messages(&server, &ada, &channel).await, ["message 0"]);
}

on_every_database!(a_running_server_is_moved_to_another_database);

async fn a_running_server_is_moved_to_another_database(dialect: Dialect) {
    let other = match dialect {
        Dialect::Sqlite => Dialect::Postgres,
        Dialect::Postgres => Dialect::Mysql,
        Dialect::Mysql => Dialect::Sqlite,
    };
    let (Some(store), Some(target)) = (TestStore::fresh(dialect).await, TestStore::fresh(other).await) else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let url = url_of(&target, &server, "moved.db");

    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let (client, channel, acknowledged) = (server.client(&ada), channel.clone(), Arc::clone(&acknowledged));
        writers.push(tokio::spawn(write_until_the_server_ends(client, channel, writer, acknowledged)));
    }
    wait_until("there are messages", || acknowledged.load(Ordering::Relaxed) > 50).await;
    let moved = success_output(&server.command(&["database", "move", "--to", &url, "--stop"]).await);
    assert!(moved.contains("are the same in both") && moved.contains("The server has ended"), "{moved}");
    assert_eq!(server.exit_code().await, Some(0), "nothing is to start it again");
    let mut written = BTreeSet::new();
    for writer in writers {
        written.extend(writer.await.unwrap());
    }

    let left = error_output(&server.command(&["job", "list"]).await);
    assert!(left.contains("was moved to another one"), "{left}");
    server.set_database(Some(&url));
    server.restart().await;
    let found = messages(&server, &ada, &channel).await;
    let distinct: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(distinct.len(), found.len(), "none is there twice");
    assert_eq!(written.difference(&distinct).count(), 0, "{dialect} to {other}: none is lost");
    post(&server.client(&ada), &channel, "message after").await.unwrap();
    server.terminate().await;
}

/// The messages that the server has acknowledged.
async fn write_until_the_server_ends(client: Client, channel: String, writer: usize, acknowledged: Arc<AtomicUsize>) -> Vec<String> {
    let mut written = Vec::new();
    for n in 0.. {
        let message = format!("message {writer} {n}");
        match post(&client, &channel, &message).await {
            Ok(_) => {
                written.push(message);
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Err(support::CallError::Unavailable(reason)) if reason.contains("read_only") => {}
            Err(support::CallError::Unavailable(_)) => break,
            Err(rejected) => panic!("{rejected:?}"),
        }
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_move_waits_until_the_configuration_names_the_new_database() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let url = url_of(&store, &server, "moved.db");
    let configuration = server.data_dir().join("guildhall.toml");
    fs::write(&configuration, "").unwrap();
    let words = ["database", "move", "--to", &url, "--config", configuration.to_str().unwrap()];
    let mut moving = prepare_command(server.data_dir(), None, &words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(moving.stdout.take().unwrap()).lines();
    let mut line_with = async |text: &str| loop {
        let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("the command ended before it printed {text:?}"));
        if line.contains(text) {
            return;
        }
    };
    line_with("Now set [database] url").await;
    post(&server.client(&ada), &channel, "message meanwhile").await.unwrap();
    fs::write(&configuration, format!("[database]\nurl = \"{url}\"\n")).unwrap();
    line_with("are the same in both").await;
    assert_eq!(server.exit_code().await, Some(75), "systemd starts it again");
    server.set_database(Some(&url));
    server.restart().await;
    line_with("The server runs with the new database").await;
    assert!(moving.wait().await.unwrap().success());
    assert_eq!(messages(&server, &ada, &channel).await, ["message meanwhile"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_move_that_is_killed_leaves_the_server_with_the_old_database_and_can_be_begun_again() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let url = url_of(&store, &server, "moved.db");
    let words = ["database", "move", "--to", &url];
    let mut moving = prepare_command(server.data_dir(), None, &words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(moving.stdout.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().expect("a line").contains("Now set [database] url") {}
    moving.kill().await.unwrap();
    post(&server.client(&ada), &channel, "message 0").await.unwrap();
    server.terminate().await;
    let half = error_output(&command(server.data_dir(), Some(&url), &["job", "list"]).await);
    assert!(half.contains("not moved completely"), "{half}");
    server.restart().await;
    success_output(&server.command(&["database", "move", "--to", &url, "--stop"]).await);
    assert_eq!(server.exit_code().await, Some(0));
    server.set_database(Some(&url));
    server.restart().await;
    assert_eq!(messages(&server, &ada, &channel).await, ["message 0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_move_that_cannot_be_done_is_one_sentence_and_the_server_goes_on() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let other = server.data_dir().join("other.db");
    for (from, to, reason) in [
        (None, format!("sqlite:{}", server.data_dir().join("guildhall.db").display()), "names already"),
        (None, "sqlite:/nonexistent/x.db".to_owned(), "could not be opened"),
        (None, "postgres://nobody:nothing@127.0.0.1:1/none".to_owned(), "database"),
        (None, "oracle://x".to_owned(), "not valid"),
        (Some(format!("sqlite:{}", other.display())), url_of(&store, &server, "moved.db"), ""),
    ] {
        let output = error_output(&command(server.data_dir(), from.as_deref(), &["database", "move", "--to", &to, "--stop"]).await);
        assert!(output.contains(reason) && output.lines().count() == 1, "{to}: {output}");
        post(&server.client(&ada), &channel, "message").await.unwrap();
    }
    server.stop().await;
}
