//! A program that is older than the database refuses, in one sentence.

use crate::older::{OlderFolder, newest_step, older_step, sentence};
use crate::support::success_output;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_newer_version_is_left_alone() {
    let older = OlderFolder::new().await;
    success_output(&older.run(&["migrate", "--without-backup"]).await);
    // As a newer version would leave it.
    older.connect().execute("INSERT INTO schema_migrations VALUES (9999, 'x', 'x', 1, 0)", []).unwrap();
    let (version, known) = (env!("CARGO_PKG_VERSION"), newest_step());
    let this = format!("and this is Guildhall {version}, which knows the schema up to step {known}: install");
    let with_copy = format!(
        "The database was written by Guildhall 9.1.0 (its schema is at step 9999), {this} version 9.1.0 or a newer one again, or put the \
         copy from before the upgrade in its place by guildhall migrate --rollback, which takes back what was written since."
    );
    let without_copy = format!(
        "The database was written by a newer Guildhall (its schema is at step 9999), {this} the newer version again, or restore a backup \
         from before the upgrade."
    );
    let copy = older.snapshots().pop().unwrap();
    let content = std::fs::read(older.file()).unwrap();
    for (expected, name) in
        [(with_copy, format!("0001_before-9.1.0_step-{}-to-9999_20260101T000000Z.db", older_step())), (without_copy, "other".to_owned())]
    {
        let folder = older.path().join("snapshots");
        let present = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        std::fs::rename(present, folder.join(name)).unwrap();
        for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["user", "list"]] {
            let output = older.run(words).await;
            assert_eq!(sentence(&output), expected);
            assert!(output.stdout.is_empty(), "{output:?}");
            assert!(std::fs::read(older.file()).unwrap() == content, "{words:?} has changed the database");
        }
    }
    assert!(!copy.exists());
}
