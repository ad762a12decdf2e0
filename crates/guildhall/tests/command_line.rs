//! The command line beside a running server and without one: one process works on a data folder, and what a verb does
//! to an account reaches the server that has it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use guildhall_storage::{Database, DatabaseUrl, Dialect, OpenOptions};
use serde_json::json;
use support::{PASSWORD, Running, Store, close_code, command, complaint, printed, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// WebSocket close codes (RFC 6455, section 7.4).
const POLICY: u16 = 1008;
const SERVICE_RESTART: u16 = 1012;

async fn running() -> Running {
    Running::start(&Store::fresh(Dialect::Sqlite).await.expect("tests on SQLite")).await
}

async fn user_id(server: &Running, token: &Arc<str>) -> String {
    server.call(token, "GET", "/users/me", None).await.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listing_accounts_leaves_uploads_and_presence_of_a_running_server_alone() {
    let server = running().await;
    let ada = server.sign_up("ada").await;
    let id = user_id(&server, &ada).await;
    let channel = server.town_square(&ada).await;
    server.call(&ada, "PUT", "/users/me/status", Some(json!({"user_id": id, "status": "online"}))).await.unwrap();

    // Half of a file is on its way.
    let mut upload = TcpStream::connect(server.host()).await.unwrap();
    let head = format!(
        "POST /api/v4/files?channel_id={channel}&filename=a.txt HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ada}\r\n\
         Content-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nhalf"
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    let temporary = server.data_dir().join("files/tmp");
    until("the unfinished upload", || std::fs::read_dir(&temporary).is_ok_and(|files| files.count() == 1)).await;

    let line = format!("{id} ada ada@example.com active system_user system_admin\n");
    assert_eq!(printed(&server.command(&["user", "list"]).await), line);

    let database = DatabaseUrl::SqliteFile(server.data_dir().join("guildhall.db"));
    let database = Database::open(&database, OpenOptions { readers: 1, ..OpenOptions::default() }).await.unwrap();
    assert_eq!(database.one::<String>("SELECT presence FROM statuses", Vec::new()).await.unwrap(), "online");
    database.close().await;
    upload.write_all(b"full").await.unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_sessions_closes_the_sockets_of_the_running_server() {
    let server = running().await;
    server.sign_up("ada").await;
    for (name, words) in [
        ("bob", &["user", "deactivate", "bob"][..]),
        ("eve", &["user", "password", "eve@example.com", "--password", "from the command line"]),
    ] {
        let token = server.sign_up(name).await;
        let mut socket = server.socket(&token).await;
        printed(&server.command(words).await);
        assert_eq!(close_code(&mut socket).await, Some(POLICY), "{name}");
        assert!(server.call(&token, "GET", "/users/me", None).await.is_err_and(|error| error.is_refusal()), "{name}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verbs_work_without_a_server_on_sqlite() {
    verbs_work_without_a_server(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verbs_work_without_a_server_on_postgres() {
    verbs_work_without_a_server(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verbs_work_without_a_server_on_mysql() {
    verbs_work_without_a_server(Dialect::Mysql).await;
}

async fn verbs_work_without_a_server(dialect: Dialect) {
    let Some(store) = Store::fresh(dialect).await else { return };
    let parent = tempfile::tempdir().unwrap();
    // Longer than a socket's address.
    let folder = parent.path().join("d".repeat(120));
    let run = async |words: &[&str]| command(&folder, store.url(), words).await;
    let created = |name: &'static str| ["user", "create", "--username", name, "--password", PASSWORD, "--email"];
    let first = printed(&run(&[&created("Ada")[..], &["ada@example.com"]].concat()).await);
    assert!(first.ends_with(" ada\n") && first.len() == 31, "{first}");
    printed(&run(&[&created("bob")[..], &["bob@example.com", "--admin"]].concat()).await);
    printed(&run(&[&created("eve")[..], &["eve@example.com"]].concat()).await);
    assert_eq!(printed(&run(&["user", "promote", "ada", "--to", "member"]).await), "ada is a member now.\n");
    assert_eq!(printed(&run(&["user", "promote", "eve@example.com"]).await), "eve@example.com is an administrator now.\n");
    assert_eq!(printed(&run(&["user", "deactivate", "bob"]).await), "bob is deactivated.\n");
    assert_eq!(printed(&run(&["user", "activate", "BOB"]).await), "BOB is active.\n");
    assert_eq!(printed(&run(&["user", "deactivate", "bob"]).await), "bob is deactivated.\n");
    assert_eq!(printed(&run(&["user", "password", "ada", "--password", "another long one"]).await), "The password of ada was changed.\n");
    assert!(complaint(&run(&["user", "deactivate", "eve"]).await).contains("administrator"), "nobody would run the server");
    assert!(!complaint(&run(&["user", "activate", "no/body?x=1"]).await).is_empty());
    assert!(!complaint(&run(&[&created("bob")[..], &["bob@example.com"]].concat()).await).is_empty());
    assert!(!complaint(&run(&["user", "password", "ada"]).await).is_empty(), "an empty standard input is no password");
    let list = printed(&run(&["user", "list"]).await);
    let lines: Vec<&str> = list.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    let expected = [
        "ada ada@example.com active system_user",
        "bob bob@example.com deactivated system_user system_admin",
        "eve eve@example.com active system_user system_admin",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_folder_says_so_at_once() {
    let server = running().await;
    let second = server.command(&["serve", "--listen", "127.0.0.1:0"]).await;
    let sentence = format!("The data folder {} is in use by a running server (process {}).", server.data_dir().display(), server.process());
    assert_eq!(complaint(&second), sentence);
    let ada = server.sign_up("ada").await;
    user_id(&server, &ada).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_keeps_nobody_out() {
    let mut server = running().await;
    server.sign_up("ada").await;
    let socket = server.data_dir().join("guildhall.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    server.kill_and_restart().await;
    assert!(printed(&server.command(&["user", "list"]).await).contains("ada"), "over the new socket");
    server.kill().await;
    assert!(printed(&server.command(&["user", "list"]).await).contains("ada"), "a dead socket is there, and no server");
}

/// What only memory holds is written down at the end, and open sockets are told that the server restarts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_end_loses_no_activity_and_tells_sockets() {
    let mut server = running().await;
    let ada = server.sign_up("ada").await;
    let id = user_id(&server, &ada).await;
    let channel = server.town_square(&ada).await;
    let mut socket = server.socket(&ada).await;
    server.call(&ada, "POST", "/posts", Some(json!({"channel_id": channel, "message": "hello"}))).await.unwrap();
    let status = format!("/users/{id}/status");
    let before = server.call(&ada, "GET", &status, None).await.unwrap()["last_activity_at"].as_i64().unwrap();
    assert!(before > 0);
    let (closed, ()) = tokio::join!(close_code(&mut socket), server.stop_and_restart());
    assert_eq!(closed, Some(SERVICE_RESTART));
    let after = server.call(&ada, "GET", &status, None).await.unwrap();
    assert!(after["last_activity_at"].as_i64().unwrap() >= before, "{after}");
    let socket = server.data_dir().join("guildhall.sock");
    server.terminate().await;
    assert!(!socket.exists());
}
