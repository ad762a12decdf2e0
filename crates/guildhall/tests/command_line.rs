//! The command line with and without a running server: one process uses a data folder, and verbs change accounts through
//! the server that has locked it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use guildhall_storage::{Database, DatabaseUrl, Dialect, OpenOptions, Statement};
use serde_json::{Value, json};
use support::{CallError, PASSWORD, ServerProcess, TEST_TIMEOUT, TestStore, close_code, command, error_output, success_output, wait_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// WebSocket close codes (RFC 6455, section 7.4).
const POLICY: u16 = 1008;
const SERVICE_RESTART: u16 = 1012;

async fn running() -> ServerProcess {
    ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite")).await
}

async fn user_id(server: &ServerProcess, token: &Arc<str>) -> String {
    server.call(token, "GET", "/users/me", None).await.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listing_accounts_does_not_affect_uploads_and_presence_of_a_running_server() {
    let server = running().await;
    let ada = server.sign_up("ada").await;
    let id = user_id(&server, &ada).await;
    let channel = server.town_square(&ada).await;
    server.call(&ada, "PUT", "/users/me/status", Some(json!({"user_id": id, "status": "online"}))).await.unwrap();

    // An upload of which half was sent.
    let mut upload = TcpStream::connect(server.host()).await.unwrap();
    let head = format!(
        "POST /api/v4/files?channel_id={channel}&filename=a.txt HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ada}\r\n\
         Content-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nhalf"
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    let temporary = server.data_dir().join("files/tmp");
    wait_until("the unfinished upload is stored", || std::fs::read_dir(&temporary).is_ok_and(|files| files.count() == 1)).await;

    let line = format!("{id} ada ada@example.com active system_user system_admin\n");
    assert_eq!(success_output(&server.command(&["user", "list"]).await), line);

    let database = DatabaseUrl::SqliteFile(server.data_dir().join("guildhall.db"));
    let database = Database::open(&database, OpenOptions { readers: 1, ..OpenOptions::default() }).await.unwrap();
    assert_eq!(database.one::<String>("SELECT presence FROM statuses", Vec::new()).await.unwrap(), "online");
    database.close().await;
    upload.write_all(b"full").await.unwrap();
    let mut response = String::new();
    upload.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 201"), "{response}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_created_listed_and_canceled() {
    let mut server = running().await;
    let ada = server.sign_up("ada").await;
    // Run at once by a worker of the running server.
    let created = success_output(&server.command(&["job", "create", "delivery_queue"]).await);
    let id = created.split(' ').next().unwrap().to_owned();
    let status = async || server.call(&ada, "GET", &format!("/jobs/{id}"), None).await.unwrap()["status"].clone();
    let ended = async {
        while status().await != "success" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, ended).await.expect("the job was not run");
    let list = success_output(&server.command(&["job", "list", "--type", "delivery_queue"]).await);
    assert!(list.lines().any(|line| line.starts_with(&format!("{id} delivery_queue success 100% "))), "{list}");
    assert!(error_output(&server.command(&["job", "cancel", &id]).await).contains("Only a job that waits or runs"));
    server.terminate().await;

    // Without a server the job stays queued.
    let created = success_output(&server.command(&["job", "create", "delivery_queue"]).await);
    let waiting = created.split(' ').next().unwrap();
    assert!(success_output(&server.command(&["job", "cancel", waiting]).await).starts_with(waiting));
    let list = success_output(&server.command(&["job", "list"]).await);
    assert!(list.starts_with(&format!("{waiting} delivery_queue canceled 0%")), "{list}");
    assert!(error_output(&server.command(&["job", "create", "nothing"]).await).contains("no job of the type nothing"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_trail_is_verified() {
    let mut server = running().await;
    server.sign_up("ada").await;
    success_output(&server.command(&["job", "create", "audit_seals"]).await);
    let sealed = async {
        loop {
            let output = success_output(&server.command(&["audit", "verify"]).await);
            if !output.contains("no sealed audit records yet") {
                break output;
            }
        }
    };
    let output = tokio::time::timeout(TEST_TIMEOUT, sealed).await.expect("no record was sealed");
    assert!(output.starts_with("The audit trail is whole: "), "{output}");
    let seal = output.lines().find_map(|line| line.strip_prefix("The last seal is ")).unwrap().to_owned();
    success_output(&server.command(&["audit", "verify", "--known-seal", &seal]).await);
    server.terminate().await;

    // Also without a server.
    let (number, digest) = seal.split_once(':').unwrap();
    let other = format!("{number}:{}", digest.chars().rev().collect::<String>());
    let output = server.command(&["audit", "verify", "--known-seal", &other]).await;
    assert!(error_output(&output).contains("is not what was sealed"));
    assert!(String::from_utf8(output.stdout).unwrap().contains("it is another one now"));
    let database = DatabaseUrl::SqliteFile(server.data_dir().join("guildhall.db"));
    let database = Database::open(&database, OpenOptions { readers: 1, ..OpenOptions::default() }).await.unwrap();
    database.commit(Statement::raw("UPDATE audits SET ip_address = '10.9.8.7' WHERE seal_number = 1", Vec::new())).await.unwrap();
    database.close().await;
    let output = server.command(&["audit", "verify"]).await;
    assert!(error_output(&output).contains("is not what was sealed"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Seal 1: records were changed.\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn audit_records_are_exported_while_the_server_runs_and_without_it() {
    let mut server = running().await;
    server.sign_up("ada").await;
    let names = |output: &str| -> Vec<String> {
        let event = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        output.lines().map(|line| event(line)["metadata"]["event_code"].as_str().unwrap().to_owned()).collect()
    };
    let first = success_output(&server.command(&["audit", "export"]).await);
    assert_eq!((names(&first).first().unwrap().as_str(), names(&first).last().unwrap().as_str()), ("users.create", "audits.export"));
    server.terminate().await;
    let all = success_output(&server.command(&["audit", "export", "--since", "2020-01-01"]).await);
    assert!(all.starts_with(&first), "{all}");
    let rest = success_output(&server.command(&["audit", "export", "--after", "2", "--format", "record", "--until", "2999-01-01"]).await);
    assert!(rest.lines().next().unwrap().contains("\"sequence\":3"), "{rest}");
    assert_eq!(success_output(&server.command(&["audit", "export", "--until", "2020-01-01"]).await), "");
    assert!(error_output(&server.command(&["audit", "export", "--since", "yesterday"]).await).contains("write a day such as"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_sessions_close_sockets_of_the_running_server() {
    let server = running().await;
    server.sign_up("ada").await;
    for (name, words) in [
        ("bob", &["user", "deactivate", "bob"][..]),
        ("eve", &["user", "password", "eve@example.com", "--password", "from the command line"]),
    ] {
        let token = server.sign_up(name).await;
        let mut socket = server.socket(&token).await;
        success_output(&server.command(words).await);
        assert_eq!(close_code(&mut socket).await, Some(POLICY), "{name}");
        assert!(server.call(&token, "GET", "/users/me", None).await.is_err_and(|error| error.is_rejection()), "{name}");
    }
    server.stop().await;
}

on_every_database!(verbs_work_without_a_server);

async fn verbs_work_without_a_server(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let parent = tempfile::tempdir().unwrap();
    // Longer than the path of a Unix socket may be.
    let folder = parent.path().join("d".repeat(120));
    let run = async |words: &[&str]| command(&folder, store.url(), words).await;
    let created = |name: &'static str| ["user", "create", "--username", name, "--password", PASSWORD, "--email"];
    let first = success_output(&run(&[&created("Ada")[..], &["ada@example.com"]].concat()).await);
    assert!(first.ends_with(" ada\n") && first.len() == 31, "{first}");
    success_output(&run(&[&created("bob")[..], &["bob@example.com", "--admin"]].concat()).await);
    success_output(&run(&[&created("eve")[..], &["eve@example.com"]].concat()).await);
    assert_eq!(success_output(&run(&["user", "promote", "ada", "--to", "member"]).await), "ada is a member now.\n");
    assert_eq!(success_output(&run(&["user", "promote", "eve@example.com"]).await), "eve@example.com is an administrator now.\n");
    assert_eq!(success_output(&run(&["user", "deactivate", "bob"]).await), "bob is deactivated.\n");
    assert_eq!(success_output(&run(&["user", "activate", "BOB"]).await), "BOB is active.\n");
    assert_eq!(success_output(&run(&["user", "deactivate", "bob"]).await), "bob is deactivated.\n");
    assert_eq!(
        success_output(&run(&["user", "password", "ada", "--password", "another long one"]).await),
        "The password of ada was changed.\n"
    );
    assert!(error_output(&run(&["user", "deactivate", "eve"]).await).contains("administrator"), "the last administrator");
    assert!(!error_output(&run(&["user", "activate", "no/body?x=1"]).await).is_empty());
    assert!(!error_output(&run(&[&created("bob")[..], &["bob@example.com"]].concat()).await).is_empty());
    assert!(!error_output(&run(&["user", "password", "ada"]).await).is_empty(), "an empty standard input is no password");
    let list = success_output(&run(&["user", "list"]).await);
    let lines: Vec<&str> = list.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    let expected = [
        "ada ada@example.com active system_user",
        "bob bob@example.com deactivated system_user system_admin",
        "eve eve@example.com active system_user system_admin",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_folder_fails_at_once() {
    let server = running().await;
    let second = server.command(&["serve", "--listen", "127.0.0.1:0"]).await;
    let message = format!("The data folder {} is in use by a running server (process {}).", server.data_dir().display(), server.process());
    assert_eq!(error_output(&second), message);
    let ada = server.sign_up("ada").await;
    user_id(&server, &ada).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_folder_of_a_killed_server_is_not_locked() {
    let mut server = running().await;
    server.sign_up("ada").await;
    let socket = server.data_dir().join("guildhall.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    server.kill_and_restart().await;
    assert!(success_output(&server.command(&["user", "list"]).await).contains("ada"), "over the new socket");
    server.kill().await;
    assert!(success_output(&server.command(&["user", "list"]).await).contains("ada"), "a leftover socket without a server");
}

/// State in memory is stored before the exit, and open sockets are closed with the code for a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_stop_stores_activity_and_closes_sockets() {
    let mut server = running().await;
    let ada = server.sign_up("ada").await;
    let id = user_id(&server, &ada).await;
    let channel = server.town_square(&ada).await;
    let mut socket = server.socket(&ada).await;
    server.call(&ada, "POST", "/posts", Some(json!({"channel_id": channel, "message": "hello"}))).await.unwrap();
    let status = format!("/users/{id}/status");
    let before = server.call(&ada, "GET", &status, None).await.unwrap()["last_activity_at"].as_i64().unwrap();
    assert!(before > 0);
    // Sockets without a session do not delay the stop.
    let mut silent = server.socket_without_hello(None).await;
    let mut unknown = server.socket_without_hello(Some("no token")).await;
    let closed = async { [close_code(&mut socket).await, close_code(&mut silent).await, close_code(&mut unknown).await] };
    let (closed, ()) = tokio::join!(closed, server.stop_and_restart());
    assert_eq!(closed, [Some(SERVICE_RESTART); 3]);
    let after = server.call(&ada, "GET", &status, None).await.unwrap();
    assert!(after["last_activity_at"].as_i64().unwrap() >= before, "{after}");
    let socket = server.data_dir().join("guildhall.sock");
    server.terminate().await;
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_from_the_environment_cannot_be_changed() {
    let server = running().await;
    let ada = server.sign_up("ada").await;
    let fixed = server.call(&ada, "GET", "/config/environment", None).await.unwrap();
    let expected = json!({
        "RateLimitSettings": {"Enable": true},
        "ServiceSettings": {"AllowedUntrustedInternalConnections": true},
        "TeamSettings": {"EnableOpenServer": true},
    });
    assert_eq!(fixed, expected);
    let change = json!({"TeamSettings": {"EnableOpenServer": false}});
    let error = server.call(&ada, "PUT", "/config/patch", Some(change)).await.unwrap_err();
    assert!(matches!(&error, CallError::Rejected(400, text) if text.contains("api.config.update_config.fixed")), "{error:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_configuration_is_printed_without_passwords() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let shown = success_output(&command(&folder, Some("postgres://joe:hunter2@db/x"), &["config", "show"]).await);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((shown["database"]["url"].as_str(), shown["site"]["name"].as_str()), (Some("postgres://joe:***@db/x"), Some("Guildhall")));

    let reference = success_output(&command(&folder, None, &["config", "reference"]).await);
    assert!(reference.contains("\n[signup]\n") && reference.contains("\nopen = false\n"), "{reference}");
    let file = parent.path().join("guildhall.toml");
    std::fs::write(&file, reference.replace("requests_burst = 400", "requests_burst = 0")).unwrap();
    let error_output = error_output(&command(&folder, None, &["config", "check", "--config", file.to_str().unwrap()]).await);
    assert_eq!(error_output, "The configuration is not valid: limits.requests_burst: it must be 1 or more.");
    assert!(!folder.exists());
}

on_every_database!(settings_survive_a_restart);

async fn settings_survive_a_restart(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    for name in ["Club", "Guild"] {
        server.call(&ada, "PUT", "/config/patch", Some(json!({"TeamSettings": {"SiteName": name}}))).await.unwrap();
        server.stop_and_restart().await;
        server.call(&ada, "POST", "/config/reload", Some(json!({}))).await.unwrap();
        assert_eq!(server.call(&ada, "GET", "/config/client?format=old", None).await.unwrap()["SiteName"], name);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_names_the_build() {
    let folder = tempfile::tempdir().unwrap();
    let run = async |words: &[&str]| success_output(&command(folder.path(), None, words).await);
    let build: Value = serde_json::from_str(&run(&["version", "--json"]).await).unwrap();
    assert_eq!(build["version"], env!("CARGO_PKG_VERSION"));
    assert!(build["rustc"].as_str().unwrap().starts_with("rustc "), "{build}");
    assert!(build["target"].as_str().unwrap().contains("linux"), "{build}");
    assert!(build["features"].as_array().unwrap().contains(&json!("sqlite")), "{build}");
    for name in ["commit", "date"] {
        assert!(build[name].is_null() || build[name].as_str().is_some_and(|text| !text.is_empty()), "{build}");
    }
    let text = run(&["version"]).await;
    assert!(text.starts_with(&format!("guildhall {}\n", env!("CARGO_PKG_VERSION"))), "{text}");
    // Nothing of it needs a data folder.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_that_of_the_running_server() {
    let mut server = running().await;
    assert_eq!(success_output(&server.command(&["health"]).await), "The server is healthy.\n");
    server.terminate().await;
    let error = error_output(&server.command(&["health"]).await);
    assert!(error.starts_with("No server answers in the data folder"), "{error}");
}

/// What systemd is told: sd_notify(3).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn systemd_is_notified_of_start_and_stop() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let notifications = tokio::net::UnixDatagram::bind(&socket).unwrap();
    let mut server = tokio::process::Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "300000")
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let next = async || {
        let mut bytes = vec![0; 4096];
        let length = tokio::time::timeout(TEST_TIMEOUT, notifications.recv(&mut bytes)).await.expect("no notification").unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    assert_eq!(next().await, "STATUS=Opening the database\n");
    let ready = next().await;
    assert!(ready.starts_with("READY=1\nSTATUS=Listening at http://127.0.0.1:"), "{ready}");
    for _ in 0..3 {
        assert_eq!(next().await, "WATCHDOG=1\n");
    }
    let id = rustix::process::Pid::from_raw(server.id().unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    while next().await != "STOPPING=1\nSTATUS=Stopping\n" {}
    assert!(server.wait().await.unwrap().success());
}
