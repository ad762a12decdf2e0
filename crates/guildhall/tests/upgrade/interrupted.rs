//! An upgrade that ends in the middle is started again, and ends the same.

use std::process::Stdio;

use guildhall_storage::{DatabaseUrl, STEPS, testing};
use tokio::process::Command;

use crate::older::{OlderFolder, newest_step, older_step, older_steps, open, state};
use crate::support::{success_output, wait_until};

fn migrate(older: &OlderFolder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["migrate", "--data-dir"]).arg(older.path()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

async fn ends_the_same(older: &OlderFolder) {
    success_output(&older.run(&["migrate"]).await);
    assert_eq!(older.state(), (newest_step(), "before".to_owned()));
    let [copy] = &older.snapshots()[..] else { panic!("{:?}", older.snapshots()) };
    assert_eq!(state(copy), (older_step(), "before".to_owned()));
    let entries = std::fs::read_dir(older.path().join("snapshots")).unwrap().count();
    assert_eq!(entries, 1, "nothing unfinished is left");
}

/// Past a size of a file the kernel kills the process (SIGXFSZ): in the middle of the copy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_copies() {
    let older = OlderFolder::new().await;
    older.grow(24);
    let limited = Command::new("sh")
        .args(["-c", "ulimit -c 0; ulimit -f 30000; exec \"$0\" migrate --data-dir \"$1\"", env!("CARGO_BIN_EXE_guildhall")])
        .arg(older.path())
        .output()
        .await
        .unwrap();
    assert!(!limited.status.success(), "{limited:?}");
    assert!(older.snapshots().is_empty(), "half a copy looks complete");
    let half = older.path().join("snapshots/.new-0001.db");
    assert!(half.metadata().unwrap().len() > 1_000_000, "it was not killed in the middle");
    assert_eq!(older.state(), (older_step(), "before".to_owned()));
    ends_the_same(&older).await;
}

/// Kills the program when the copy is there, while it waits for a lock of the database before its first step.
async fn kill_before_the_first_step(older: &OlderFolder) {
    let lock = older.connect();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut process = migrate(older).spawn().unwrap();
    wait_until("the copy is there", || !older.snapshots().is_empty()).await;
    process.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_the_copy_and_the_first_step() {
    let older = OlderFolder::new().await;
    kill_before_the_first_step(&older).await;
    assert_eq!(older.state(), (older_step(), "before".to_owned()));
    ends_the_same(&older).await;
}

/// Also at moments that are not chosen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_changes_the_schema() {
    let older = OlderFolder::new().await;
    older.grow(2);
    for _ in 0..3 {
        let mut process = migrate(&older).spawn().unwrap();
        wait_until("the copy is there", || !older.snapshots().is_empty()).await;
        process.kill().await.unwrap();
        let (step, note) = older.state();
        assert!(step >= older_step() && note == "before", "step {step}");
    }
    ends_the_same(&older).await;
}

/// Killed after some of the steps: the copy from before the first is the one to go back to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_two_steps() {
    let older = OlderFolder::new().await;
    kill_before_the_first_step(&older).await;
    let db = open(&DatabaseUrl::SqliteFile(older.file())).await;
    testing::migrate_to(&db, &STEPS[..=older_steps().len()]).await.unwrap();
    db.close().await;
    let copies = older.snapshots();
    ends_the_same(&older).await;
    assert_eq!(older.snapshots(), copies, "no copy of a schema between two versions");
    success_output(&older.run(&["migrate", "--rollback"]).await);
    assert_eq!(older.state(), (older_step(), "before".to_owned()));
}
