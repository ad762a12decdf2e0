//! What every storage must do.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use guildhall_backup::storage::{FileKind, FileName};
use guildhall_backup::{Storage, StorageError};
use guildhall_model::Millis;

use crate::servers::{S3Server, SshServer};
use crate::{TIMING, connector, keys, open, servers, support};

const KINDS: [FileKind; 4] = [FileKind::Key, FileKind::Snapshot, FileKind::Index, FileKind::Pack];

fn file(kind: FileKind, first: &str) -> FileName {
    FileName { kind, id: format!("{first}{}", "0".repeat(64 - first.len())) }
}

fn check(storage: &Arc<dyn Storage>) {
    nothing_is_there_at_first(&**storage);
    files_are_written_read_and_listed(&**storage);
    ranges_end_with_the_file(&**storage);
    large_files_of_many_parts_are_whole(&**storage);
    several_threads_write_and_read_at_once(storage);
    what_is_removed_is_gone(&**storage);
}

fn nothing_is_there_at_first(storage: &dyn Storage) {
    assert_eq!(storage.list(FileKind::Config).unwrap(), []);
    assert_eq!(storage.list(FileKind::Pack).unwrap(), []);
    let config = FileName { kind: FileKind::Config, id: String::new() };
    assert!(matches!(storage.read(&config, None), Err(StorageError::Missing { file, .. }) if file == "config"));
    storage.create().unwrap();
    storage.create().unwrap();
    for kind in KINDS {
        assert_eq!(storage.list(kind).unwrap(), []);
    }
    let missing = file(FileKind::Pack, "ab");
    for range in [None, Some((0, 10))] {
        let error = storage.read(&missing, range).unwrap_err();
        assert_eq!(error, StorageError::Missing { location: storage.location(), file: missing.path() });
    }
    storage.remove(&missing).unwrap();
    storage.write(&config, &[Bytes::from_static(b"first")]).unwrap();
    assert_eq!(storage.list(FileKind::Config).unwrap(), [(String::new(), 5)]);
}

fn files_are_written_read_and_listed(storage: &dyn Storage) {
    for kind in KINDS {
        let (one, two) = (file(kind, "0a"), file(kind, "ff"));
        storage.write(&one, &[Bytes::from_static(b"hello "), Bytes::new(), Bytes::from_static(b"world")]).unwrap();
        storage.write(&two, &[]).unwrap();
        assert_eq!(storage.read(&one, None).unwrap(), "hello world");
        assert_eq!(storage.read(&two, None).unwrap(), "");
        let mut list = storage.list(kind).unwrap();
        list.sort();
        assert_eq!(list, [(one.id.clone(), 11), (two.id.clone(), 0)]);
        storage.write(&one, &[Bytes::from_static(b"again")]).unwrap();
        assert_eq!(storage.read(&one, None).unwrap(), "again", "files can be replaced");
    }
}

fn ranges_end_with_the_file(storage: &dyn Storage) {
    let name = file(FileKind::Pack, "11");
    storage.write(&name, &[Bytes::from_static(b"0123456789")]).unwrap();
    for (range, expected) in [((0, 10), "0123456789"), ((3, 4), "3456"), ((8, 100), "89"), ((10, 5), ""), ((99, 1), ""), ((0, 0), "")] {
        assert_eq!(storage.read(&name, Some(range)).unwrap(), expected, "{range:?}");
    }
}

fn large_files_of_many_parts_are_whole(storage: &dyn Storage) {
    let name = file(FileKind::Pack, "22");
    let content = support::noise(17_000_003);
    let parts: Vec<Bytes> = content.chunks(700_001).map(Bytes::copy_from_slice).collect();
    storage.write(&name, &parts).unwrap();
    assert!(storage.read(&name, None).unwrap() == content);
    assert!(storage.read(&name, Some((5_000_000, 10_000_000))).unwrap() == content[5_000_000..15_000_000]);
    assert!(storage.read(&name, Some((16_999_000, 10_000_000))).unwrap() == content[16_999_000..]);
    assert!(storage.list(FileKind::Pack).unwrap().contains(&(name.id.clone(), 17_000_003)));
}

fn several_threads_write_and_read_at_once(storage: &Arc<dyn Storage>) {
    let names: Vec<FileName> = (0..24).map(|n| file(FileKind::Index, &format!("{n:02x}e"))).collect();
    let same = file(FileKind::Pack, "33");
    std::thread::scope(|scope| {
        for (n, name) in names.iter().enumerate() {
            let (storage, same) = (Arc::clone(storage), &same);
            scope.spawn(move || {
                let content = Bytes::from(vec![b'a' + n as u8; 1000 * n]);
                storage.write(name, std::slice::from_ref(&content)).unwrap();
                storage.write(same, &[Bytes::from_static(b"the same of all")]).unwrap();
                assert_eq!(storage.read(name, None).unwrap(), content);
            });
        }
    });
    assert_eq!(storage.read(&same, None).unwrap(), "the same of all");
    let list = storage.list(FileKind::Index).unwrap();
    assert!(names.iter().enumerate().all(|(n, name)| list.contains(&(name.id.clone(), 1000 * n as u64))));
}

fn what_is_removed_is_gone(storage: &dyn Storage) {
    let name = file(FileKind::Pack, "22");
    storage.remove(&name).unwrap();
    storage.remove(&name).unwrap();
    assert!(matches!(storage.read(&name, Some((0, 1))), Err(StorageError::Missing { .. })));
    assert!(!storage.list(FileKind::Pack).unwrap().iter().any(|(id, _)| *id == name.id));
}

/// What a process that was killed has left is removed, if it is old enough, and nothing else.
fn what_was_not_finished_is_removed(storage: &dyn Storage, root: &Path) {
    let now = Millis(10_000 * 24 * 60 * 60 * 1000);
    let write = |path: &str, at: Millis| {
        let path = root.join(path);
        std::fs::write(&path, "half").unwrap();
        let modified = UNIX_EPOCH + Duration::from_millis(at.0.unsigned_abs());
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        path
    };
    let (old, new) = (now.minus_ms(2000), now.plus_ms(2000));
    let removed = ["", "index/", "data/33/", "continuous/"].map(|folder| write(&format!("{folder}.incomplete-abc"), old));
    let kept = [write("data/33/.incomplete-new", new), write("index/other", old)];
    // Not of the repository.
    std::fs::create_dir_all(root.join("other/folder")).unwrap();
    let foreign = write("other/.incomplete-abc", old);
    let packs = storage.list(FileKind::Pack).unwrap();
    storage.remove_unfinished(now).unwrap();
    assert!(removed.iter().all(|path| !path.exists()) && kept.iter().all(|path| path.exists()) && foreign.exists());
    assert_eq!(storage.list(FileKind::Pack).unwrap().len(), packs.len());
    storage.remove_unfinished(new.plus_ms(1000)).unwrap();
    assert_eq!(kept.map(|path| path.exists()), [false, true]);
}

#[test]
fn a_folder_is_a_storage() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("new/repository");
    let storage = open(root.to_str().unwrap(), &keys("", ""), &connector(None, TIMING));
    check(&storage);
    what_was_not_finished_is_removed(&*storage, &root);
}

#[test]
fn an_ssh_server_is_a_storage() {
    let server = SshServer::start();
    let config = server.ssh_config("client", Some("host"));
    let folder = server.folder().join("new/repository");
    let location = format!("sftp:127.0.0.1:{}:{}", server.port(), folder.display());
    let storage = open(&location, &keys("", ""), &connector(Some(config), TIMING));
    check(&storage);
    what_was_not_finished_is_removed(&*storage, &folder);
    // Nothing is left beside the files.
    let data = std::fs::read_dir(folder.join("data/33")).unwrap();
    assert_eq!(data.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>(), [file(FileKind::Pack, "33").id.as_str()]);
}

#[test]
fn an_object_storage_is_a_storage() {
    let server = S3Server::start();
    let keys = keys(servers::ACCESS_KEY, servers::SECRET_KEY);
    let location = format!("s3:http://127.0.0.1:{}/chat", server.port());
    check(&open(&format!("{location}/a/repository"), &keys, &connector(None, TIMING)));
    nothing_is_there_at_first(&*open(&location, &keys, &connector(None, TIMING)));
}

#[test]
fn lists_of_an_object_storage_have_many_pages() {
    let server = S3Server::start();
    let location = format!("s3:http://127.0.0.1:{}/chat/many", server.port());
    let storage = open(&location, &keys(servers::ACCESS_KEY, servers::SECRET_KEY), &connector(None, TIMING));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let storage = Arc::clone(&storage);
            scope.spawn(move || {
                (thread..1100).step_by(4).for_each(|n| storage.write(&file(FileKind::Pack, &format!("{n:04x}")), &[]).unwrap());
            });
        }
    });
    let mut list = storage.list(FileKind::Pack).unwrap();
    list.sort();
    list.dedup();
    assert_eq!(list.len(), 1100);
}
