//! A small disk: with the reserve reached, everything but uploads goes on; on a full disk nothing that was acknowledged is lost, and
//! the server goes on by itself when there is room.

use std::sync::Arc;

use guildhall_storage::Dialect;
use serde_json::{Value, json};

use crate::disk::Disk;
use crate::report::{self, Row};
use crate::support::{CallError, Launch, ServerProcess, TestStore};
use crate::times;
use crate::workload::{Round, Stage};

async fn upload(server: &ServerProcess, token: &Arc<str>, channel: &str, text: &str) -> Result<Value, CallError> {
    server.call(token, "POST", &format!("/files?channel_id={channel}&filename=a.txt"), Some(json!(text))).await
}

async fn post(server: &ServerProcess, token: &Arc<str>, channel: &str, message: &str) -> Result<Value, CallError> {
    server.call(token, "POST", "/posts", Some(json!({"channel_id": channel, "message": message}))).await
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_reserve_reached_everything_but_uploads_goes_on() {
    let Some(disk) = Disk::in_memory(96) else { return };
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    let server = ServerProcess::start_in(disk.data_folder(), &store, &[("FILES_FREE_SPACE_RESERVE_BYTES", "50331648")]).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let file = upload(&server, &ada, &channel, "before").await.unwrap();
    let attached = json!({"channel_id": channel, "message": "look", "file_ids": [file["file_infos"][0]["id"]]});
    let before = server.call(&ada, "POST", "/posts", Some(attached)).await.unwrap();

    disk.fill(60);
    let Err(CallError::Rejected(507, problem)) = upload(&server, &ada, &channel, "after").await else { panic!("the upload was taken") };
    assert!(problem.contains("The server has no room for further files. Please tell an administrator."), "{problem}");
    let resumable = json!({"channel_id": channel, "filename": "b.bin", "file_size": 4});
    let begun = server.call(&ada, "POST", "/uploads", Some(resumable)).await.unwrap();
    let part = server.call(&ada, "POST", &format!("/uploads/{}", id(&begun)), Some(json!(12))).await;
    assert!(matches!(&part, Err(CallError::Rejected(507, _))), "{part:?}");

    post(&server, &ada, &channel, "goes on").await.unwrap();
    let bob = server.sign_up("bob").await;
    server.call(&bob, "GET", "/users/me", None).await.unwrap();
    let info = server.call(&ada, "GET", &format!("/posts/{}/files/info", id(&before)), None).await.unwrap();
    assert_eq!(info[0]["name"], "a.txt");
    server.call(&ada, "DELETE", &format!("/posts/{}", id(&before)), None).await.unwrap();

    disk.clear();
    upload(&server, &ada, &channel, "again").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_and_back_under_load() {
    let Some(disk) = Disk::in_memory(96) else { return };
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    let launch = Launch::settings(&[("FILES_FREE_SPACE_RESERVE_BYTES", "0")]);
    let mut stage = Stage::start(disk.data_folder(), &store, launch).await;
    for _ in 0..times(1, 10) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(20).await;
        let process = stage.server.process();
        disk.fill(96);
        // The log of the database has some room left of what it needed before.
        round.failed(100).await;
        let failures = round.failures();
        let (_, problem) = failures.get(&507).unwrap_or_else(|| panic!("{failures:?}"));
        assert!(problem.contains("full") || problem.contains("no room"), "{problem}");
        disk.clear();
        round.acknowledged(30).await;
        assert_eq!(stage.server.process(), process, "the same process goes on");
        stage.kill_and_restart().await;
        round.acknowledged(10).await;
        stage.finish(round).await;
    }
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault: "Disk full and back", on: "sqlite", runs, note: "then kill -9" }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}
