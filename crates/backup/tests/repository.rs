//! Repositories in a folder: written, listed, checked, restored, thinned out, damaged; and read by Debian's restic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod support;

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_backup::{BackupError, Repository, StorageError};
use guildhall_model::backup::{BackupControl, CheckDepth, Retention};
use support::{DAY_MS, Faults, NOW, PASSWORD, Target, file_of, memory, tree};

const KEEP_TWO: Retention = Retention { last: 2, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

#[test]
fn a_backup_is_restored_as_it_was() {
    let target = Target::new();
    let repository = target.open();
    let large = support::noise(5_000_000);
    let files = vec![
        memory("database/posts.jsonl", b"[1]\n[2]\n".to_vec()),
        memory("database/users.jsonl", Vec::new()),
        memory("files/ab/cd/abcd", large.clone()),
        memory("manifest.json", b"{}".to_vec()),
    ];
    let summary = repository.archive(tree(files), "chat", NOW).unwrap();
    assert_eq!((summary.backup.files, summary.backup.bytes, summary.files_read), (4, 5_000_010, 4));
    assert_eq!((summary.backup.host.as_str(), summary.backup.create_at), ("chat", NOW));

    let repository = target.open();
    assert_eq!(repository.backups().unwrap(), std::slice::from_ref(&summary.backup));
    repository.check(CheckDepth::Everything).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let restored = repository.restore("latest", "files", &folder.path().join("files"), &|_, _| false).unwrap();
    assert_eq!((restored.files, restored.bytes), (1, 5_000_000));
    assert_eq!(fs::read(folder.path().join("files/ab/cd/abcd")).unwrap(), large);
    assert_eq!(repository.read_file(&summary.backup.snapshot[..10], "database/posts.jsonl").unwrap(), b"[1]\n[2]\n");
    let paths: Vec<String> = repository.files("latest").unwrap().into_iter().map(|(path, _)| path.display().to_string()).collect();
    assert_eq!(paths, ["database/posts.jsonl", "database/users.jsonl", "files/ab/cd/abcd", "manifest.json"]);
}

#[test]
fn the_next_backup_stores_only_what_is_new() {
    let target = Target::new();
    let repository = target.open();
    let content = support::noise(3_000_000);
    let files = || vec![memory("files/a", content.clone()), memory("files/b", b"b".to_vec())];
    let first = repository.archive(tree(files()), "chat", NOW).unwrap();
    let mut more = files();
    // The same content under another name is stored once.
    more.push(memory("files/c", content.clone()));
    let second = repository.archive(tree(more), "chat", NOW.plus_ms(1)).unwrap();
    assert!(first.backup.bytes_added > 2_900_000, "{first:?}");
    assert!(second.backup.bytes_added < 10_000, "{second:?}");
    assert_eq!(second.files_read, 1);
}

#[test]
fn an_interrupted_restore_goes_on_with_the_files_that_are_missing() {
    let target = Target::new();
    let repository = target.open();
    let (one, two) = (support::noise(2_000_000), support::noise(1_000_000));
    repository.archive(tree(vec![memory("files/a/one", one.clone()), memory("files/two", two.clone())]), "chat", NOW).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/one"), b"restored before").unwrap();
    fs::write(folder.path().join("two"), b"half of it").unwrap();
    fs::write(folder.path().join("other"), b"stays").unwrap();
    let restored = repository.restore("latest", "files", folder.path(), &|path, _| path.ends_with("one")).unwrap();
    assert_eq!((restored.files, restored.bytes), (2, 3_000_000));
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("a/one") == b"restored before" && read("two") == two && read("other") == b"stays");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "temporary files were left");
}

#[test]
fn a_destination_that_cannot_be_written_is_named() {
    let target = Target::new();
    let repository = target.open();
    repository.archive(tree(vec![memory("files/a", b"a".to_vec())]), "chat", NOW).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    let error = repository.restore("latest", "files", folder.path(), &|_, _| false).unwrap_err();
    let path = folder.path().join("a");
    assert_eq!(error.to_string(), format!("{} could not be written: Is a directory (os error 21).", path.display()));
}

#[test]
fn old_backups_are_removed_with_what_only_they_need() {
    let target = Target::new();
    let repository = target.open();
    for day in 0..5 {
        let files =
            vec![memory("files/same", support::noise(100_000)), memory("database/posts", format!("{day}").repeat(50_000).into_bytes())];
        repository.archive(tree(files), "chat", NOW.plus_ms(day * DAY_MS)).unwrap();
    }
    assert_eq!(repository.forget(KEEP_TWO, NOW.plus_ms(5 * DAY_MS)).unwrap(), 3);
    let kept: Vec<i64> = repository.backups().unwrap().iter().map(|snapshot| (snapshot.create_at.0 - NOW.0) / DAY_MS).collect();
    assert_eq!(kept, [4, 3]);
    repository.check(CheckDepth::Everything).unwrap();
    let weekly = Retention { last: 1, daily: 1, ..KEEP_TWO };
    // A clock that was set back removes nothing that the rule keeps.
    assert_eq!(repository.forget(weekly, NOW.minus_ms(365 * DAY_MS)).unwrap(), 1);
    assert_eq!(repository.backups().unwrap().len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_fails_the_backup() {
    let target = Target::new();
    let repository = target.open();
    let missing = file_of("files/b", "/nonexistent/b", 5);
    let files = vec![memory("files/a", b"a".to_vec()), missing, memory("manifest.json", b"{}".to_vec())];
    let error = repository.archive(tree(files), "chat", NOW).unwrap_err();
    assert_eq!(error.to_string(), "files/b could not be read: No such file or directory (os error 2).");
    assert!(repository.backups().unwrap().is_empty());
}

#[test]
fn a_canceled_backup_leaves_no_snapshot_and_can_be_made_again() {
    let target = Target::new();
    let control = Arc::new(BackupControl::default());
    let repository = target.open_with(&control);
    control.cancel();
    let files = || vec![memory("files/a", support::noise(2_000_000))];
    assert!(matches!(repository.archive(tree(files()), "chat", NOW), Err(BackupError::Canceled)));
    let repository = target.open();
    assert!(repository.backups().unwrap().is_empty());
    repository.archive(tree(files()), "chat", NOW).unwrap();
}

#[test]
fn a_backup_that_waits_for_its_limit_can_be_canceled() {
    let target = Target::new();
    target.open();
    // This would take years.
    let control = Arc::new(BackupControl::limited_to(1));
    let repository = target.open_with(&control);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| {
            while control.bytes_done() == 0 {
                std::thread::yield_now();
            }
            control.cancel();
        });
        repository.archive(tree(vec![memory("files/a", support::noise(2_000_000))]), "chat", NOW)
    });
    assert!(matches!(outcome, Err(BackupError::Canceled)), "{outcome:?}");
    assert!(target.open().backups().unwrap().is_empty());
}

#[test]
fn passwords_and_addresses_are_checked() {
    let target = Target::new();
    let error = Repository::open(target.storage(), PASSWORD, Arc::default()).err().unwrap();
    assert!(matches!(error, BackupError::NoRepository { .. }), "{error}");
    target.open();
    for attempt in [Repository::open, Repository::open_or_create] {
        let error = attempt(target.storage(), "other", Arc::default()).err().unwrap();
        assert_eq!(error.to_string(), format!("The password does not open the repository at {}.", target.path().display()));
    }
    let error = target.open().restore("abcdef", "files", target.path(), &|_, _| false).unwrap_err();
    assert_eq!(error.to_string(), "There is no backup abcdef in this repository.");
}

#[test]
fn a_full_target_fails_with_one_sentence_and_the_next_backup_works() {
    let target = Target::new();
    target.open();
    let faulty = Faults::new(target.path());
    let repository = Repository::open(Arc::clone(&faulty) as _, PASSWORD, Arc::default()).unwrap();
    let files = || vec![memory("files/a", support::noise(40_000_000)), memory("manifest.json", b"{}".to_vec())];
    for writes in [0, 1, 2] {
        faulty.fail_after(writes, StorageError::Full { location: "the target".to_owned() });
        let error = repository.archive(tree(files()), "chat", NOW).unwrap_err();
        assert_eq!(error.to_string(), "the target has no space left.", "after {writes} writes");
        assert!(target.open().backups().unwrap().is_empty());
    }
    faulty.work_again();
    repository.archive(tree(files()), "chat", NOW).unwrap();
    repository.check(CheckDepth::Everything).unwrap();
}

#[test]
fn damage_is_found() {
    let target = Target::new();
    let repository = target.open();
    let files = vec![memory("files/a", support::noise(3_000_000))];
    repository.archive(tree(files), "chat", NOW).unwrap();
    let pack = target.largest_pack();
    let whole = fs::read(&pack).unwrap();
    let mut bytes = whole.clone();
    bytes[100_000] ^= 1;
    fs::write(&pack, &bytes).unwrap();
    repository.check(CheckDepth::Structure).unwrap();
    let error = repository.check(CheckDepth::Everything).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = repository.restore("latest", "files", folder.path(), &|_, _| false).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
    fs::write(&pack, &whole[..whole.len() / 2]).unwrap();
    assert!(repository.check(CheckDepth::Structure).is_err());
    fs::remove_file(&pack).unwrap();
    assert!(repository.check(CheckDepth::Structure).is_err());
}

#[test]
fn restic_reads_our_repositories_and_we_read_what_it_leaves() {
    let target = Target::new();
    let repository = target.open();
    let content = support::noise(1_000_000);
    repository.archive(tree(vec![memory("files/a", content.clone()), memory("manifest.json", b"{}".to_vec())]), "chat", NOW).unwrap();
    // Of a continuous backup.
    let object = target.path().join("continuous/0000000000000001-0000000000000000-1767225600000.base");
    fs::write(&object, "object").unwrap();
    let restic = |arguments: &[&str]| target.restic(arguments);
    restic(&["check", "--read-data"]);
    let list = restic(&["snapshots", "--json"]);
    assert!(list.contains("\"hostname\":\"chat\"") && list.contains("2026-01-01"), "{list}");
    let folder = tempfile::tempdir().unwrap();
    restic(&["restore", "latest", "--target", folder.path().to_str().unwrap()]);
    assert_eq!(fs::read(folder.path().join("guildhall/files/a")).unwrap(), content);

    // What somebody else keeps in the same repository is left alone.
    restic(&["backup", folder.path().to_str().unwrap(), "--host", "other"]);
    assert_eq!(repository.backups().unwrap().len(), 1);
    repository.archive(tree(vec![memory("files/b", Bytes::from_static(b"b").to_vec())]), "chat", NOW.plus_ms(DAY_MS)).unwrap();
    repository.forget(Retention { last: 1, ..KEEP_TWO }, NOW.plus_ms(DAY_MS)).unwrap();
    restic(&["prune"]);
    restic(&["check", "--read-data"]);
    assert!(restic(&["snapshots", "--json"]).contains("\"hostname\":\"other\""));
    assert!(object.exists());
}
