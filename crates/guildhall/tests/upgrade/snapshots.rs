//! The copy that is made of an embedded database before its schema changes.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use guildhall_storage::Dialect;

use crate::older::{OlderFolder, newest_step, older_step, sentence, state};
use crate::support::small_disk::SmallDisk;
use crate::support::{ServerProcess, TestStore, error_output, success_output};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_that_opens_an_older_database_copies_it_first() {
    for words in [&["migrate"][..], &["user", "list"]] {
        let older = OlderFolder::new().await;
        let output = older.run(words).await;
        success_output(&output);
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let [copy] = &older.snapshots()[..] else { panic!("{:?}", older.snapshots()) };
        let line = format!(
            "The schema of the database was brought from step {} to step {}. A copy from before is {}; to go back: guildhall migrate --rollback",
            older_step(),
            newest_step(),
            copy.display()
        );
        assert!(told.lines().any(|told| told == line), "{told}");
        let name = copy.file_name().unwrap().to_str().unwrap();
        let expected = format!("0001_before-{}_step-{}-to-{}_20", env!("CARGO_PKG_VERSION"), older_step(), newest_step());
        assert!(name.starts_with(&expected) && name.ends_with("Z.db"), "{name}");
        assert_eq!((mode(copy), mode(copy.parent().unwrap())), (0o600, 0o700));
        assert_eq!(state(copy), (older_step(), "before".to_owned()));
        assert_eq!(older.state(), (newest_step(), "before".to_owned()));
        assert_eq!(success_output(&older.run(&["migrate"]).await), "The schema is up to date.\n");
        assert_eq!(older.snapshots().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_copies_an_older_database_and_nothing_of_a_new_one() {
    let store = TestStore::fresh(Dialect::Sqlite).await.unwrap();
    let OlderFolder { folder } = OlderFolder::new().await;
    let server = ServerProcess::start_in(folder, &store, &[]).await;
    let copies: Vec<_> = std::fs::read_dir(server.data_dir().join("snapshots")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(state(&copies[0]), (older_step(), "before".to_owned()));
    server.stop().await;

    let server = ServerProcess::start(&store).await;
    server.sign_up("ada").await;
    assert!(!server.data_dir().join("snapshots").exists());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_running_server_only_what_is_up_to_date_is_no_error() {
    let store = TestStore::fresh(Dialect::Sqlite).await.unwrap();
    let server = ServerProcess::start(&store).await;
    assert_eq!(success_output(&server.command(&["migrate"]).await), "The schema is up to date.\n");
    let error = error_output(&server.command(&["migrate", "--rollback"]).await);
    assert!(error.ends_with(&format!("is in use by a running server (process {}). Stop it first.", server.process())), "{error}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_room_for_a_copy_nothing_is_changed() {
    let Some(disk) = SmallDisk::mount(96) else { return };
    let older = OlderFolder::within(tempfile::tempdir_in(disk.path()).unwrap()).await;
    older.grow(20);
    disk.fill(40);
    for words in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["user", "list"]] {
        let error = sentence(&older.run(words).await);
        let folder = older.path().join("snapshots");
        assert!(error.starts_with(&format!("Before the upgrade the database is copied to {}, which takes ", folder.display())), "{error}");
        assert!(error.ends_with("make room, or upgrade without a copy by guildhall migrate --without-backup."), "{error}");
        assert_eq!(older.state(), (older_step(), "before".to_owned()));
        assert!(older.snapshots().is_empty());
    }
    let output = older.run(&["migrate", "--without-backup"]).await;
    assert!(success_output(&output).contains("2 steps done."));
    assert!(older.snapshots().is_empty());
    assert_eq!(older.state(), (newest_step(), "before".to_owned()));
}
