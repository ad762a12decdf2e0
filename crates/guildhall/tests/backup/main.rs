//! Backups by the real binary: made while people write, restored onto each database, compared, refused where there is data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod drill;
mod pause;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{ServerProcess, TestStore, command, error_output, success_output};
use tempfile::TempDir;

const BACKUP_PASSWORD: &str = "correct horse battery staple";

/// A target in a folder, and the file with its password.
struct Target {
    folder: TempDir,
    password_file: String,
}

impl Target {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let password_file = folder.path().join("password");
        fs::write(&password_file, format!("{BACKUP_PASSWORD}\n")).unwrap();
        Self { password_file: password_file.to_str().unwrap().to_owned(), folder }
    }

    fn location(&self) -> String {
        self.folder.path().join("repository").to_str().unwrap().to_owned()
    }

    async fn add_to(&self, server: &ServerProcess, name: &str) {
        let words = ["backup", "target", "add", name, &self.location(), "--password-file", &self.password_file, "--interval-hours", "0"];
        success_output(&server.command(&words).await);
    }

    async fn add_continuous_to(&self, server: &ServerProcess, name: &str) {
        let location = self.location();
        let words = ["backup", "target", "add", name, &location, "--password-file", &self.password_file, "--interval-hours", "0"];
        success_output(&server.command(&[&words[..], &["--continuous"]].concat()).await);
    }

    /// Runs `backup restore` or `backup drill` on a data folder.
    async fn restore(&self, verb: &str, data: &Path, database: Option<&str>, more: &[&str]) -> std::process::Output {
        let location = self.location();
        let mut words = vec!["backup", verb, "--from", &location, "--password-file", &self.password_file];
        words.extend(more);
        command(data, database, &words).await
    }
}

async fn post(server: &ServerProcess, token: &Arc<str>, channel: &str, message: &str) -> Value {
    server.call(token, "POST", "/posts", Some(json!({"channel_id": channel, "message": message}))).await.unwrap()
}

/// The messages of a channel, oldest first.
async fn messages(server: &ServerProcess, token: &Arc<str>, channel: &str) -> Vec<String> {
    let page = server.call(token, "GET", &format!("/channels/{channel}/posts?per_page=200"), None).await.unwrap();
    let text = |id: &Value| page["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
    page["order"].as_array().unwrap().iter().rev().map(text).filter(|text| text.starts_with("message")).collect()
}

async fn upload(server: &ServerProcess, token: &Arc<str>, channel: &str, content: &str) -> String {
    let name = "cut.txt";
    // The helper sends JSON, so the file is a text in quotes.
    let new = json!({"channel_id": channel, "filename": name, "file_size": json!(content).to_string().len()});
    let upload = server.call(token, "POST", "/uploads", Some(new)).await.unwrap();
    let path = format!("/uploads/{}", upload["id"].as_str().unwrap());
    let file = server.call(token, "POST", &path, Some(json!(content))).await.unwrap();
    let file = file["id"].as_str().unwrap().to_owned();
    let with_file = json!({"channel_id": channel, "message": "a file", "file_ids": [file]});
    server.call(token, "POST", "/posts", Some(with_file)).await.unwrap();
    file
}

on_every_database!(a_backup_is_restored_onto_every_database);

async fn a_backup_is_restored_onto_every_database(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let target = Target::new();
    target.add_to(&server, "usb").await;
    let content = "the first cut".repeat(1000);
    let file = upload(&server, &ada, &channel, &content).await;
    for n in 0..10 {
        post(&server, &ada, &channel, &format!("message {n}")).await;
    }
    let first = success_output(&server.command(&["backup", "create", "usb"]).await);
    assert!(first.starts_with("Backup ") && !first.contains("not on the disk"), "{first}");
    post(&server, &ada, &channel, "message after").await;
    success_output(&server.command(&["backup", "create"]).await);
    let list = success_output(&server.command(&["backup", "list"]).await);
    assert_eq!(list.lines().count(), 2, "{list}");
    assert_eq!(success_output(&server.command(&["backup", "verify"]).await), "The backups are whole (100 % of the data was read).\n");
    let drill = success_output(&target.restore("drill", server.data_dir(), None, &[]).await);
    assert!(drill.contains("a server started with them"), "{drill}");

    let refused = error_output(&target.restore("restore", server.data_dir(), store.url(), &[]).await);
    assert!(refused.contains("in use by a running server"), "{refused}");
    let oldest = list.lines().last().unwrap().split(' ').next().unwrap();
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let Some(other) = TestStore::fresh(dialect).await else { continue };
        let data = tempfile::tempdir().unwrap();
        let restored = success_output(&target.restore("restore", data.path(), other.url(), &[]).await);
        assert!(restored.contains("are restored and compared"), "{restored}");
        let again = error_output(&target.restore("restore", data.path(), other.url(), &[]).await);
        assert!(again.contains("only restored into an empty"), "{again}");
        let server = ServerProcess::start_in(data, &other, &[]).await;
        // Sessions are data, too.
        let mut expected: Vec<String> = (0..10).map(|n| format!("message {n}")).collect();
        expected.push("message after".to_owned());
        assert_eq!(messages(&server, &ada, &channel).await, expected, "{dialect}");
        assert_eq!(server.call(&ada, "GET", &format!("/files/{file}"), None).await.unwrap(), json!(content));
        post(&server, &ada, &channel, "message on the restored server").await;
        server.stop().await;
    }
    let data = tempfile::tempdir().unwrap();
    success_output(&target.restore("restore", data.path(), None, &["--snapshot", oldest]).await);
    let sqlite = TestStore::fresh(Dialect::Sqlite).await;
    if let Some(sqlite) = sqlite {
        let server = ServerProcess::start_in(data, &sqlite, &[]).await;
        assert_eq!(messages(&server, &ada, &channel).await.len(), 10);
    }
}

on_every_database!(a_backup_of_a_busy_server_has_one_state);

async fn a_backup_of_a_busy_server_has_one_state(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let target = Target::new();
    target.add_to(&server, "usb").await;
    let is_over = AtomicBool::new(false);
    let write = async {
        let mut count = 0;
        while !is_over.load(Ordering::Relaxed) {
            post(&server, &ada, &channel, &format!("message {count}")).await;
            count += 1;
        }
        count
    };
    let back_up = async {
        let output = server.command(&["backup", "create"]).await;
        is_over.store(true, Ordering::Relaxed);
        success_output(&output)
    };
    let (count, _) = tokio::join!(write, back_up);
    let data = tempfile::tempdir().unwrap();
    success_output(&target.restore("restore", data.path(), None, &[]).await);
    let Some(sqlite) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let restored = ServerProcess::start_in(data, &sqlite, &[]).await;
    let stored = messages(&restored, &ada, &channel).await;
    assert!(stored.len() <= count);
    let last = stored.len().min(200);
    let expected: Vec<String> = (stored.len() - last..stored.len()).map(|n| format!("message {n}")).collect();
    if stored.len() < 200 {
        assert_eq!(stored, expected);
    }
    let channel = restored.call(&ada, "GET", &format!("/channels/{channel}"), None).await.unwrap();
    let total = channel["total_msg_count"].as_u64().unwrap();
    assert!(stored.len() == 200 || total == stored.len() as u64, "{total} counted, {} stored", stored.len());
}

#[tokio::test]
async fn what_is_wrong_is_said_in_one_sentence() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let server = ServerProcess::start(&store).await;
    server.sign_up("ada").await;
    let target = Target::new();
    let none = error_output(&server.command(&["backup", "create"]).await);
    assert_eq!(none, "There is no backup target yet. Add one: guildhall backup target add NAME LOCATION.");
    let relative =
        error_output(&server.command(&["backup", "target", "add", "usb", "mnt", "--password-file", &target.password_file]).await);
    assert!(relative.contains("its whole path"), "{relative}");
    let data = tempfile::tempdir().unwrap();
    let empty = error_output(&target.restore("restore", data.path(), None, &[]).await);
    assert!(empty.contains("There is no repository at"), "{empty}");
    target.add_to(&server, "usb").await;
    success_output(&server.command(&["backup", "create"]).await);
    let location = target.location();

    let wrong = target.folder.path().join("wrong");
    fs::write(&wrong, "another password").unwrap();
    let words = ["backup", "restore", "--from", &location, "--password-file", wrong.to_str().unwrap()];
    let wrong = error_output(&command(data.path(), None, &words).await);
    assert_eq!(wrong, format!("The password does not open the repository at {location}."));
    let unknown = error_output(&target.restore("restore", data.path(), None, &["--snapshot", "abcdef"]).await);
    assert_eq!(unknown, "There is no such backup in this repository.");
    let early = error_output(&target.restore("restore", data.path(), None, &["--at", "2001-01-01T00:00:00Z"]).await);
    assert_eq!(early, "There is no such backup in this repository.");

    // A damaged pack: found by the check, and a restore stops, and goes on once the pack is whole again.
    let packs = fs::read_dir(Path::new(&location).join("data")).unwrap().flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let pack = packs.map(|pack| pack.unwrap()).max_by_key(|pack| pack.metadata().unwrap().len()).unwrap().path();
    let whole = fs::read(&pack).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(&pack, damaged).unwrap();
    let found = error_output(&server.command(&["backup", "verify"]).await);
    assert!(found.contains("The repository is damaged"), "{found}");
    let stopped = error_output(&target.restore("restore", data.path(), None, &[]).await);
    assert!(stopped.contains("damaged"), "{stopped}");
    let early = error_output(&command(data.path(), None, &["user", "list"]).await);
    assert!(early.contains("was interrupted") || early.contains("unrecognized"), "{early}");
    fs::write(&pack, whole).unwrap();
    success_output(&target.restore("restore", data.path(), None, &[]).await);
    ServerProcess::start_in(data, &store, &[]).await.stop().await;
}

/// Waits until the continuous backup has everything that was committed before the call.
async fn wait_until_copied(server: &ServerProcess, token: &Arc<str>) {
    let waiting = async {
        let now = now_ms();
        loop {
            let targets = server.call(token, "GET", "/backups/targets", None).await.unwrap();
            assert_eq!(targets[0]["continuous_error"], "", "{targets}");
            if targets[0]["continuous_reached_at"].as_i64() > Some(now) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(support::TEST_TIMEOUT, waiting).await.expect("the continuous backup is behind");
}

fn now_ms() -> i64 {
    guildhall_model::Clock::now(&guildhall_model::time::SystemClock).0
}

/// A database of the server is restored to the last seconds and to a moment, onto each kind, through restarts and a kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_continuous_backup_is_restored_to_its_end_and_to_a_moment() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let target = Target::new();
    target.add_continuous_to(&server, "usb").await;
    let copies = || {
        fs::read_dir(target.folder.path().join("repository/continuous"))
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name().into_string().unwrap())
    };
    let file = upload(&server, &ada, &channel, "in the backup").await;
    success_output(&server.command(&["backup", "create"]).await);
    post(&server, &ada, &channel, "message 0").await;
    wait_until_copied(&server, &ada).await;
    let moment = now_ms();
    // What is not sent yet is sent by the next process.
    post(&server, &ada, &channel, "message 1").await;
    server.stop_and_restart().await;
    post(&server, &ada, &channel, "message 2").await;
    server.kill_and_restart().await;
    let newer = upload(&server, &ada, &channel, "newer than the backup").await;
    post(&server, &ada, &channel, "message 3").await;
    wait_until_copied(&server, &ada).await;
    let sent_files = || copies().filter(|name| name.ends_with(".blob")).count();
    support::wait_until("both files are sent", || sent_files() == 2).await;
    let list = success_output(&server.command(&["backup", "list"]).await);
    assert!(list.contains("The continuous backup has everything until 20"), "{list}");
    assert_eq!(
        copies().filter(|name| name.ends_with(".base")).count(),
        1,
        "restarts need no other copy: {:?}",
        copies().collect::<Vec<_>>()
    );
    server.kill().await;

    // A damaged part: nothing is written, and the sentence says what can be restored. Before the others, whose servers go on sending
    // to the target.
    let mut changes: Vec<String> = copies().filter(|name| name.ends_with(".changes")).collect();
    changes.sort();
    // That which leads to the end: others may be contained in one that was sent after the kill.
    changes.sort_by_key(|name| name.split('-').nth(2).map(str::to_owned));
    let victim = target.folder.path().join("repository/continuous").join(changes.last().unwrap());
    let mut bytes = fs::read(&victim).unwrap();
    let whole = bytes.clone();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&victim, bytes).unwrap();
    let data = tempfile::tempdir().unwrap();
    let error = error_output(&target.restore("restore", data.path(), None, &[]).await);
    assert!(error.contains("is damaged") && error.lines().count() == 1, "{error}");
    assert!(!data.path().join("guildhall.db").exists());
    let at = error.rsplit("--at ").next().unwrap().trim_end_matches('.');
    success_output(&target.restore("restore", data.path(), None, &["--at", at]).await);
    fs::write(&victim, whole).unwrap();

    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let Some(other) = TestStore::fresh(dialect).await else { continue };
        let data = tempfile::tempdir().unwrap();
        let restored = success_output(&target.restore("restore", data.path(), other.url(), &[]).await);
        assert!(restored.contains("is restored and whole") && !restored.contains("missing"), "{restored}");
        let again = error_output(&target.restore("restore", data.path(), other.url(), &[]).await);
        assert!(again.contains("only restored into an empty"), "{again}");
        let server = ServerProcess::start_in(data, &other, &[]).await;
        assert_eq!(messages(&server, &ada, &channel).await, ["message 0", "message 1", "message 2", "message 3"], "{dialect}");
        assert_eq!(server.call(&ada, "GET", &format!("/files/{file}"), None).await.unwrap(), json!("in the backup"));
        assert_eq!(server.call(&ada, "GET", &format!("/files/{newer}"), None).await.unwrap(), json!("newer than the backup"));
        server.stop().await;
    }
    let data = tempfile::tempdir().unwrap();
    let at = time_text(moment);
    success_output(&target.restore("restore", data.path(), None, &["--at", &at]).await);
    let restored = ServerProcess::start_in(data, &store, &[]).await;
    assert_eq!(messages(&restored, &ada, &channel).await, ["message 0"]);
    drop(restored);
}

fn time_text(at_ms: i64) -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%dT%H:%M:%S.%3NZ", "-d", &format!("@{}.{:03}", at_ms / 1000, at_ms % 1000)])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn other_databases_have_no_continuous_backup() {
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        let Some(store) = TestStore::fresh(dialect).await else { continue };
        let server = ServerProcess::start(&store).await;
        let target = Target::new();
        let location = target.location();
        let words = ["backup", "target", "add", "usb", &location, "--password-file", &target.password_file, "--continuous"];
        let error = error_output(&server.command(&words).await);
        assert!(error.contains("for the built-in database only"), "{error}");
    }
}
