//! The files of messages, the keys and the configuration of a backup.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_backup::store::layout;
use guildhall_backup::{BackupError, Repository, RestoredFiles};
use parking_lot::Mutex;

use super::destination::Destination;
use super::{Source, blocking};

/// Where a configuration is put: the one of this machine may be another.
const RESTORED_CONFIG: &str = "restored-config";

/// Restores everything but the database. `bytes_max` bounds the files of messages: those that would pass it are left out.
pub(super) async fn restore(source: &Source, destination: &Destination, bytes_max: u64) -> Result<RestoredFiles, String> {
    let snapshot = source.backup.snapshot.clone();
    let (repository, lister) = (Arc::clone(&source.repository), snapshot.clone());
    let paths = blocking(move || repository.files(&lister)).await?;
    let folders: Vec<(&'static str, PathBuf)> = vec![
        (layout::CONFIG, destination.data().join(RESTORED_CONFIG)),
        (layout::DATA, destination.data().to_owned()),
        (layout::FILES, destination.data().join("files")),
    ];
    let mut restored = RestoredFiles::default();
    for (folder, target) in folders {
        if paths.iter().any(|(path, _)| path.starts_with(folder)) {
            let (repository, snapshot) = (Arc::clone(&source.repository), snapshot.clone());
            let one = blocking(move || restore_folder(&repository, &snapshot, folder, &target, bytes_max)).await?;
            restored.files += one.files;
            restored.bytes += one.bytes;
        }
    }
    Ok(restored)
}

fn restore_folder(
    repository: &Repository,
    snapshot: &str,
    folder: &str,
    target: &Path,
    bytes_max: u64,
) -> Result<RestoredFiles, BackupError> {
    // Files get their names when they are complete. Those of messages never change; others are written again.
    let is_blob = folder == layout::FILES;
    let left_out = Mutex::new(RestoredFiles::default());
    let bytes_left = Mutex::new(bytes_max);
    let fits = |bytes: u64| {
        let mut left = bytes_left.lock();
        let fits = bytes <= *left;
        if fits {
            *left -= bytes;
        }
        fits
    };
    let is_restored = |path: &Path, bytes: u64| {
        if !is_blob {
            return false;
        }
        if !fits(bytes) {
            let mut left_out = left_out.lock();
            left_out.files += 1;
            left_out.bytes += bytes;
            return true;
        }
        fs::metadata(target.join(path)).is_ok_and(|file| file.len() == bytes)
    };
    let all = repository.restore(snapshot, folder, target, &is_restored)?;
    let left_out = left_out.into_inner();
    Ok(RestoredFiles { files: all.files - left_out.files, bytes: all.bytes - left_out.bytes })
}
