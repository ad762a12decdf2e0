//! What a backup of a server contains: always what there is at the time, also where its size is that of the time before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use guildhall_backup::store::{Manifest, layout, open};
use guildhall_backup::{BackupFolders, Connector, RepositoryStore};
use guildhall_model::Millis;
use guildhall_model::backup::{BackupDescription, BackupTarget, DumpPart, Retention, TargetKeys, TargetState};
use guildhall_model::id::BackupTargetId;
use guildhall_model::ports::{BackupStore, BlobKey, Secret};
use sha2::{Digest, Sha256};

fn target(folder: &Path) -> BackupTarget {
    BackupTarget {
        id: BackupTargetId::from_bytes([1; 16]),
        create_at: Millis(1),
        update_at: Millis(1),
        name: "usb".to_owned(),
        location: folder.display().to_string(),
        keys: TargetKeys { password: Secret::new("correct horse"), access_key: String::new(), secret_key: Secret::new("") },
        interval_hours: 0,
        retention: Retention::default(),
        bytes_per_second: 0,
        is_continuous: false,
        state: TargetState::default(),
    }
}

async fn back_up(store: &RepositoryStore, target: &BackupTarget, at: i64, row: &str, digest: &str, blobs: Vec<BlobKey>) -> u64 {
    let mut draft = store.draft(target).await.unwrap();
    for part in [
        DumpPart::Table { name: "notes".to_owned(), header: "{}".to_owned() },
        DumpPart::Lines(format!("{row}\n").into()),
        DumpPart::End { rows: 1, digest: digest.to_owned() },
    ] {
        draft.add(part).await.unwrap();
    }
    let description = BackupDescription {
        create_at: Millis(at),
        schema_version: 22,
        version: "0.1.0".to_owned(),
        site_name: String::new(),
        site_url: String::new(),
    };
    draft.archive(target, description, blobs, &Arc::default()).await.unwrap().missing_files
}

#[tokio::test]
async fn a_backup_holds_the_present_also_where_its_size_is_that_of_the_past() {
    let (data, repository) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let target = target(repository.path());
    let folders = BackupFolders { data: data.path().to_owned(), config_file: None, host: "chat".to_owned() };
    let store = RepositoryStore::new(folders, Connector::without_network(), None);
    let key = BlobKey::from_sha256(Sha256::digest(b"a picture").into());
    let blob = data.path().join("files").join(key.path());
    fs::create_dir_all(blob.parent().unwrap()).unwrap();
    fs::write(&blob, b"a picture").unwrap();
    let lost = BlobKey::from_sha256([7; 32]);
    for (at, row, digest, secret) in [(1_000_000, "[1]", "a1", "one"), (2_000_000, "[2]", "a2", "two")] {
        fs::write(data.path().join("secret.key"), secret).unwrap();
        assert_eq!(back_up(&store, &target, at, row, digest, vec![key, lost, key]).await, 1);
        let repository = open(&target, &Connector::without_network(), &Arc::default(), false).unwrap();
        let read = |path: &str| String::from_utf8(repository.read_file("latest", path).unwrap()).unwrap();
        assert_eq!(read("database/notes.jsonl"), format!("{{}}\n{row}\n"));
        assert_eq!(read("data/secret.key"), secret);
        assert_eq!(read(&format!("files/{}", key.path())), "a picture");
        let manifest = Manifest::from_json(read(layout::MANIFEST).as_bytes()).unwrap();
        assert_eq!((manifest.tables["notes"].digest.as_str(), manifest.blobs, manifest.missing_blobs), (digest, 1, vec![lost]));
    }
    assert_eq!(store.list(&target).await.unwrap().len(), 2);
}
