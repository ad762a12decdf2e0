//! Drills by the jobs of a running server: of a backup that is damaged, and of a continuous backup.

use std::fs;
use std::path::PathBuf;

use guildhall_model::ports::BlobKey;
use guildhall_storage::Dialect;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{self, ServerProcess, TestStore, success_output};
use super::{Target, post, upload, wait_until_copied};

/// Starts the operation, and waits until an attempt of its job has ended.
async fn perform(server: &ServerProcess, token: &std::sync::Arc<str>, operation: &str) -> Value {
    let target = server.call(token, "GET", "/backups/targets", None).await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    let job = server.call(token, "POST", &format!("/backups/targets/{target}/{operation}"), Some(json!({}))).await.unwrap();
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    let ended = async {
        loop {
            let job = server.call(token, "GET", &path, None).await.unwrap();
            if job["status"] == "success" || job["data"]["error"].is_string() {
                return job;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(support::TEST_TIMEOUT, ended).await.expect("the job does not end")
}

async fn only_target(server: &ServerProcess, token: &std::sync::Arc<str>) -> Value {
    server.call(token, "GET", "/backups/targets", None).await.unwrap()[0].clone()
}

/// What `guildhall doctor` says about drills.
async fn finding(server: &ServerProcess) -> Option<String> {
    let report: Value = serde_json::from_slice(&server.command(&["doctor", "--json"]).await.stdout).unwrap();
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "backup.drill_failed");
    found.map(|finding| finding["summary"].as_str().unwrap().to_owned())
}

/// The largest file below a folder.
fn largest(folder: PathBuf) -> PathBuf {
    let mut folders = vec![folder];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() { folders.push(entry.path()) } else { files.push((metadata.len(), entry.path())) }
        }
    }
    files.into_iter().max().unwrap().1
}

fn damage(path: &PathBuf) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_drill_of_a_damaged_backup_fails_everywhere_until_the_next_good_one() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let settings: &'static [(&str, &str)] = vec![("METRICS_LISTEN", &*metrics.clone().leak())].leak();
    let server = ServerProcess::start_with_settings(&store, settings).await;
    let is_failed_in_metrics = async |expected: &str| {
        let line = format!("guildhall_backup_failed{{target=\"usb\",operation=\"drill\"}} {expected}");
        // What is stored is read every few seconds only.
        let waiting = async { while !server.text_at(&format!("http://{metrics}/metrics")).await.contains(&line) {} };
        tokio::time::timeout(support::TEST_TIMEOUT, waiting).await.unwrap_or_else(|_| panic!("no {line}"));
    };
    let ada = server.sign_up("ada").await;
    let target = Target::new();
    target.add_to(&server, "usb").await;
    success_output(&server.command(&["backup", "create"]).await);
    let drill = perform(&server, &ada, "drill").await;
    assert_eq!(drill["status"], "success", "{drill}");

    damage(&largest(target.folder.path().join("repository/data")));
    let drill = perform(&server, &ada, "drill").await;
    let error = drill["data"]["error"].as_str().unwrap();
    assert!(error.contains("The repository is damaged: ") && error.ends_with('.') && !error.contains('\n'), "{error}");
    let shown = only_target(&server, &ada).await["last_drill_error"].as_str().unwrap().to_owned();
    assert!(shown.starts_with("The repository is damaged: "), "{shown}");
    assert_eq!(finding(&server).await.unwrap(), format!("The test restore from usb failed: {shown}"));
    is_failed_in_metrics("1.0").await;
    server.call(&ada, "POST", &format!("/jobs/{}/cancel", drill["id"].as_str().unwrap()), Some(json!({}))).await.unwrap();

    // What the finding says: another folder.
    let change = json!({"location": target.folder.path().join("other")});
    let id = only_target(&server, &ada).await["id"].as_str().unwrap().to_owned();
    server.call(&ada, "PUT", &format!("/backups/targets/{id}"), Some(change)).await.unwrap();
    success_output(&server.command(&["backup", "create"]).await);
    let drill = perform(&server, &ada, "drill").await;
    assert_eq!(drill["status"], "success", "{drill}");
    assert_eq!((only_target(&server, &ada).await["last_drill_error"].as_str(), finding(&server).await), (Some(""), None));
    is_failed_in_metrics("0.0").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_drill_restores_the_continuous_backup_too() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let target = Target::new();
    target.add_continuous_to(&server, "usb").await;
    upload(&server, &ada, &channel, "in the backup").await;
    success_output(&server.command(&["backup", "create"]).await);
    upload(&server, &ada, &channel, "newer than the backup").await;
    post(&server, &ada, &channel, "message").await;
    wait_until_copied(&server, &ada).await;
    let continuous = target.folder.path().join("repository/continuous");
    let objects = || fs::read_dir(&continuous).unwrap().map(|entry| entry.unwrap().path());
    let key = BlobKey::from_sha256(Sha256::digest(json!("newer than the backup").to_string()).into()).to_string();
    let is_sent = || objects().any(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&key));
    support::wait_until("the newer file is sent", is_sent).await;
    let drill = perform(&server, &ada, "drill").await;
    assert_eq!(drill["status"], "success", "{drill}");
    let number = |name: &str| drill["data"][name].as_str().unwrap().parse::<i64>().unwrap();
    assert!(number("continuous_rows") > number("rows") && number("continuous_reached_at") > 0, "{drill}");
    assert!(number("continuous_files") > 0, "{drill}");
    let by_command = success_output(&target.restore("drill", server.data_dir(), None, &[]).await);
    assert!(by_command.lines().last().unwrap().starts_with("The continuous backup was restored, as of 20"), "{by_command}");

    // The copy of the database; the backup beside it is whole.
    let copy = objects().find(|path| path.extension().is_some_and(|end| end == "part"));
    damage(&copy.unwrap());
    let drill = perform(&server, &ada, "drill").await;
    let error = drill["data"]["error"].as_str().unwrap();
    assert!(error.contains("The continuous backup could not be restored: ") && error.contains("damaged"), "{error}");
    let shown = only_target(&server, &ada).await["last_drill_error"].as_str().unwrap().to_owned();
    assert!(shown.starts_with("The continuous backup could not be restored: "), "{shown}");
    server.stop().await;
}
