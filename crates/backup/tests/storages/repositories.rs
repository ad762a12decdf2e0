//! Whole repositories on each storage: written, checked, thinned out and restored.

use std::fs;
use std::sync::Arc;

use guildhall_backup::{Repository, SourceFile, Storage};
use guildhall_model::backup::{BackupControl, CheckDepth, Retention};

use crate::servers::{ACCESS_KEY, S3Server, SECRET_KEY, SshServer};
use crate::support::{self, DAY_MS, NOW, PASSWORD, memory, tree};
use crate::{TIMING, connector, keys, open};

fn check(storage: Arc<dyn Storage>) {
    let repository = Repository::open_or_create(Arc::clone(&storage), PASSWORD, Arc::default()).unwrap();
    let large = support::noise(3_000_000);
    let files = |day: i64| {
        let mut files = vec![memory("files/aa/large", large.clone())];
        files.extend((0..20).map(|n| {
            let file = memory(&format!("files/small/{n:02}"), format!("{day} {n}").repeat(50).into_bytes());
            SourceFile { modified_ms: Some(day * DAY_MS), ..file }
        }));
        files
    };
    for day in 0..3 {
        repository.archive(tree(files(day)), "chat", NOW.plus_ms(day * DAY_MS)).unwrap();
    }
    let keep_one = Retention { last: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
    assert_eq!(repository.forget(keep_one, NOW.plus_ms(3 * DAY_MS)).unwrap(), 2);
    let repository = Repository::open(Arc::clone(&storage), PASSWORD, Arc::default()).unwrap();
    repository.check(CheckDepth::Everything).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let restored = repository.restore("latest", "files", folder.path(), &|_, _| false).unwrap();
    assert_eq!(restored.files, 21);
    assert!(fs::read(folder.path().join("aa/large")).unwrap() == large);
    assert_eq!(fs::read_to_string(folder.path().join("small/19")).unwrap(), "2 19".repeat(50));
    let wrong = Repository::open(Arc::clone(&storage), "other", Arc::default()).err().unwrap();
    assert_eq!(wrong.to_string(), format!("The password does not open the repository at {}.", storage.location()));

    // Even what is read before anything is written would take years.
    let control = Arc::new(BackupControl::limited_to(1));
    let slow = Repository::open(storage, PASSWORD, Arc::clone(&control)).unwrap();
    let canceled = std::thread::scope(|scope| {
        let archive =
            scope.spawn(|| slow.archive(tree(vec![memory("files/new", support::noise(2_000_000))]), "chat", NOW.plus_ms(4 * DAY_MS)));
        control.cancel();
        archive.join().unwrap()
    });
    assert_eq!(canceled.unwrap_err().to_string(), "It was canceled.");
    assert_eq!(repository.backups().unwrap().len(), 1);
}

#[test]
fn a_repository_on_an_ssh_server() {
    let server = SshServer::start();
    let location = format!("sftp:127.0.0.1:{}:{}", server.port(), server.folder().join("repository").display());
    check(open(&location, &keys("", ""), &connector(Some(server.ssh_config("client", Some("host"))), TIMING)));
    // Also restic reads what was written over the network.
    let output = std::process::Command::new("restic")
        .args(["--no-cache", "check", "--read-data", "--repo"])
        .arg(server.folder().join("repository"))
        .env("RESTIC_PASSWORD", PASSWORD)
        .output()
        .expect("restic is installed by scripts/install-test-tools");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_repository_in_an_object_storage() {
    let server = S3Server::start();
    let location = format!("s3:http://127.0.0.1:{}/chat/repository", server.port());
    check(open(&location, &keys(ACCESS_KEY, SECRET_KEY), &connector(None, TIMING)));
}
