//! A restored server makes no backups until an administrator says that it goes on in place of the old one.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use guildhall_storage::Dialect;
use serde_json::Value;

use super::support::{ServerProcess, TestStore, command, error_output, success_output};
use super::{Target, post, wait_until_copied};

const REJECTED: &str =
    "Backups are paused since this server was restored from one; if it goes on in place of the old server, run guildhall backup resume.";
const RESUME: &str = "run: guildhall backup resume\n";

fn has_finding(doctor: &Output) -> bool {
    let report: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    report["findings"].as_array().unwrap().iter().any(|finding| finding["id"] == "backup.paused_after_restore")
}

on_every_database!(a_restored_server_makes_no_backups_until_it_is_resumed);

async fn a_restored_server_makes_no_backups_until_it_is_resumed(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let target = Target::new();
    target.add_to(&server, "usb").await;
    success_output(&server.command(&["backup", "create"]).await);
    assert_eq!(success_output(&server.command(&["backup", "resume"]).await), "Backups are not paused.\n");
    server.stop().await;

    let Some(other) = TestStore::fresh(dialect).await else { return };
    let data = tempfile::tempdir().unwrap();
    let restored = success_output(&target.restore("restore", data.path(), other.url(), &[]).await);
    assert!(restored.ends_with(RESUME), "{restored}");
    // Before its first start, and after it.
    let rejected = error_output(&command(data.path(), other.url(), &["backup", "create"]).await);
    assert_eq!(rejected, REJECTED);
    let server = ServerProcess::start_in(data, &other, &[]).await;
    assert_eq!(error_output(&server.command(&["backup", "create"]).await), REJECTED);
    assert!(has_finding(&server.command(&["doctor", "--json"]).await));
    // The backup holds the job that has made it, which must not begin again.
    let jobs = server.call(&ada, "GET", "/jobs/type/backup", None).await.unwrap();
    assert_eq!(jobs.as_array().unwrap().iter().map(|job| &job["status"]).collect::<Vec<_>>(), ["canceled"], "{jobs}");
    let list = success_output(&server.command(&["backup", "list"]).await);
    assert_eq!(list.lines().count(), 1, "{list}");
    success_output(&server.command(&["backup", "verify"]).await);
    let targets = success_output(&server.command(&["backup", "target", "list"]).await);
    assert!(targets.lines().last().unwrap().starts_with("Backups are paused since the restore of 20"), "{targets}");

    assert_eq!(success_output(&server.command(&["backup", "resume"]).await), "Backups are made again, to usb.\n");
    assert!(!has_finding(&server.command(&["doctor", "--json"]).await));
    success_output(&server.command(&["backup", "create"]).await);
    assert_eq!(success_output(&server.command(&["backup", "list"]).await).lines().count(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restored_server_sends_no_continuous_backup_until_it_is_resumed() {
    let Some(store) = TestStore::fresh(Dialect::Sqlite).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let target = Target::new();
    target.add_continuous_to(&server, "usb").await;
    post(&server, &ada, &channel, "message 0").await;
    wait_until_copied(&server, &ada).await;
    server.kill().await;
    let objects = || {
        let entries = fs::read_dir(target.folder.path().join("repository/continuous")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
    };
    let before = objects();
    let data = tempfile::tempdir().unwrap();
    let restored = success_output(&target.restore("restore", data.path(), None, &[]).await);
    assert!(restored.contains("is restored and whole") && restored.ends_with(RESUME), "{restored}");
    let server = ServerProcess::start_in(data, &store, &[]).await;
    post(&server, &ada, &channel, "message 1").await;
    // A copy would begin with the start, and this takes longer.
    success_output(&server.command(&["backup", "verify"]).await);
    assert_eq!(objects(), before);
    success_output(&server.command(&["backup", "resume"]).await);
    wait_until_copied(&server, &ada).await;
    assert!(objects().is_superset(&before) && objects() != before);
    server.stop().await;
}
