//! Files of a backup, written to a folder or read into memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use guildhall_model::backup::BackupControl;
use parking_lot::Mutex;
use rustic_core::repofile::Node;
use rustic_core::{LsOptions, RusticResult};

use crate::error::{BackupError, Result};
use crate::progress;
use crate::repository::{Indexed, Repository};
use crate::source::ROOT;
use crate::storage::create_private_folders;

/// What a restore has written, or found there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestoredFiles {
    pub files: u64,
    pub bytes: u64,
}

/// Files that are restored at the same time: storages on other machines answer late.
const THREADS: usize = 4;

impl Repository {
    /// Writes a folder of a backup, such as `database`, into a folder of this machine, and waits until all of it is on disk. A
    /// restore that was interrupted goes on with the files that are missing: each is written beside its place, and then renamed.
    /// `is_restored` says of a path in the folder whether its content is there already. Other files in the destination stay.
    pub fn restore(
        &self,
        snapshot: &str,
        folder: &str,
        destination: &Path,
        is_restored: &(dyn Fn(&Path, u64) -> bool + Sync),
    ) -> Result<RestoredFiles> {
        let snapshot = self.snapshot(snapshot)?;
        let indexed = self.indexed()?;
        let entries = self.run(|| {
            let node = indexed.node_from_snapshot_and_path(&snapshot, &format!("{ROOT}/{folder}"))?;
            indexed.ls(&node, &LsOptions::default())?.collect::<RusticResult<Vec<_>>>()
        })?;
        create_folder(destination)?;
        for (path, _) in entries.iter().filter(|(_, node)| node.is_dir()) {
            create_folder(&destination.join(path))?;
        }
        let mut files: Vec<_> = entries.iter().filter(|(_, node)| node.is_file()).collect();
        // In the order in which they lie in the packs, so that what was read ahead is needed next.
        files.sort_by_cached_key(|(_, node)| {
            let first = node.content.as_ref().and_then(|content| content.first());
            first.and_then(|id| indexed.get_index_entry(id).ok()).map(|entry| (entry.pack, entry.location.offset))
        });
        self.control().begin(files.iter().map(|(_, node)| node.meta.size).sum());
        let (next, failure) = (AtomicUsize::new(0), Mutex::new(None));
        let work = || {
            while let Some((path, node)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let restore = || {
                    progress::check(self.control())?;
                    if is_restored(path, node.meta.size) {
                        self.control().add(node.meta.size);
                        return Ok(());
                    }
                    self.restore_file(&indexed, node, &destination.join(path))
                };
                if let Err(error) = restore() {
                    failure.lock().get_or_insert(error);
                    next.store(usize::MAX / 2, Ordering::Relaxed);
                }
            }
        };
        std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
        if let Some(error) = failure.into_inner() {
            return Err(error);
        }
        for folder in
            entries.iter().filter(|(_, node)| node.is_dir()).map(|(path, _)| destination.join(path)).chain([destination.to_owned()])
        {
            File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritable(&folder, &error))?;
        }
        Ok(RestoredFiles { files: files.len() as u64, bytes: files.iter().map(|(_, node)| node.meta.size).sum() })
    }

    fn restore_file(&self, indexed: &Indexed, node: &Node, target: &Path) -> Result<()> {
        let folder = target.parent().unwrap_or(target);
        let unwritable = |error: io::Error| unwritable(target, &error);
        let mut file = tempfile::Builder::new().prefix(".incomplete-").tempfile_in(folder).map_err(unwritable)?;
        let (outcome, flushed, write_error) = {
            let mut writer = Writer { output: BufWriter::new(file.as_file_mut()), control: self.control(), error: None };
            let outcome = self.run(|| indexed.dump(node, &mut writer));
            (outcome, writer.output.flush(), writer.error)
        };
        if let Some(error) = write_error {
            return Err(unwritable(error));
        }
        outcome?;
        flushed.map_err(unwritable)?;
        let bytes = file.as_file().metadata().map_err(unwritable)?.len();
        if bytes != node.meta.size {
            let path = target.display();
            return Err(BackupError::Damaged { reason: format!("{path} has {bytes} bytes instead of {}", node.meta.size) });
        }
        file.as_file().sync_all().map_err(unwritable)?;
        file.persist(target).map_err(|error| unwritable(error.error))?;
        Ok(())
    }

    /// One file of a backup.
    pub fn read_file(&self, snapshot: &str, path: &str) -> Result<Vec<u8>> {
        let snapshot = self.snapshot(snapshot)?;
        let indexed = self.indexed()?;
        let mut bytes = Vec::new();
        self.run(|| {
            let node = indexed.node_from_snapshot_and_path(&snapshot, &format!("{ROOT}/{path}"))?;
            indexed.dump(&node, &mut bytes)
        })?;
        Ok(bytes)
    }

    /// The paths and sizes of all files of a backup.
    pub fn files(&self, snapshot: &str) -> Result<Vec<(PathBuf, u64)>> {
        let snapshot = self.snapshot(snapshot)?;
        let indexed = self.indexed()?;
        let entries = self.run(|| {
            let node = indexed.node_from_snapshot_and_path(&snapshot, ROOT)?;
            indexed.ls(&node, &LsOptions::default())?.collect::<RusticResult<Vec<_>>>()
        })?;
        Ok(entries.into_iter().filter(|(_, node)| node.is_file()).map(|(path, node)| (path, node.meta.size)).collect())
    }
}

/// Keeps the error of the file, which the library would report as one of its own.
struct Writer<'a> {
    output: BufWriter<&'a mut File>,
    control: &'a BackupControl,
    error: Option<io::Error>,
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes).inspect(|written| self.control.add(*written as u64)).map_err(|error| {
            let copy = io::Error::new(error.kind(), error.to_string());
            self.error.get_or_insert(error);
            copy
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

pub(crate) fn create_folder(path: &Path) -> Result<()> {
    create_private_folders(path).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, reason: &dyn std::fmt::Display) -> BackupError {
    BackupError::DestinationUnwritable { path: path.display().to_string(), reason: reason.to_string() }
}
