//! The files of messages, the keys and the configuration of a backup.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_backup::store::layout;
use guildhall_backup::{BackupError, Repository};
use parking_lot::Mutex;

use super::destination::Destination;
use super::{Source, blocking};

/// Where a configuration is put: the one of this machine may be another.
const RESTORED_CONFIG: &str = "restored-config";

/// What was written, or was there already.
#[derive(Debug, Default)]
pub(super) struct RestoredPart {
    pub files: u64,
    pub bytes: u64,
    /// Files of messages for which there was no room, by their paths in the folder of files.
    pub left_out: HashSet<PathBuf>,
}

/// Restores everything but the database. `bytes_max` bounds the files of messages: those that would pass it are left out.
pub(super) async fn restore(source: &Source, destination: &Destination, bytes_max: u64) -> Result<RestoredPart, String> {
    let snapshot = source.backup.snapshot.clone();
    let (repository, lister) = (Arc::clone(&source.repository), snapshot.clone());
    let paths = blocking(move || repository.files(&lister)).await?;
    let folders: Vec<(&'static str, PathBuf)> = vec![
        (layout::CONFIG, destination.data().join(RESTORED_CONFIG)),
        (layout::DATA, destination.data().to_owned()),
        (layout::FILES, destination.data().join("files")),
    ];
    let mut restored = RestoredPart::default();
    for (folder, target) in folders {
        if paths.iter().any(|(path, _)| path.starts_with(folder)) {
            let (repository, snapshot) = (Arc::clone(&source.repository), snapshot.clone());
            let one = blocking(move || restore_folder(&repository, &snapshot, folder, &target, bytes_max)).await?;
            restored.files += one.files;
            restored.bytes += one.bytes;
            restored.left_out.extend(one.left_out);
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
) -> Result<RestoredPart, BackupError> {
    // Files get their names when they are complete. Those of messages never change; others are written again.
    let is_blob = folder == layout::FILES;
    let left_out = Mutex::new((HashSet::new(), 0));
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
            left_out.0.insert(path.to_owned());
            left_out.1 += bytes;
            return true;
        }
        fs::metadata(target.join(path)).is_ok_and(|file| file.len() == bytes)
    };
    let all = repository.restore(snapshot, folder, target, &is_restored)?;
    let (left_out, left_out_bytes) = left_out.into_inner();
    Ok(RestoredPart { files: all.files - left_out.len() as u64, bytes: all.bytes - left_out_bytes, left_out })
}
