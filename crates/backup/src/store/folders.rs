//! The folders of a server: where its files are, and which of them belong to a backup.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use guildhall_model::ports::BlobKey;

use super::layout;
use crate::continuous::SCRATCH;
use crate::error::BackupError;
use crate::source::{Content, SourceFile};

/// Where backups are prepared and drills take place, below `<data>`.
pub const DRAFTS: &str = "backups";

/// What `<data>` holds that is in no backup: the database, of which there is a copy, the blobs, which are listed by the database,
/// what belongs to this machine or process alone, and what is temporary.
const LEFT_OUT: [&str; 10] = [
    DRAFTS,
    SCRATCH,
    "database-move",
    "files",
    "guildhall.lock",
    "guildhall.sock",
    "node.id",
    "restore",
    "restore-in-progress",
    "snapshots",
];
/// The names of the database's files, and of one that a way back from an upgrade has replaced, begin with these.
const DATABASE_PREFIXES: [&str; 2] = ["guildhall.db", "guildhall-replaced-"];

/// Where everything is that a backup contains.
#[derive(Debug, Clone)]
pub struct BackupFolders {
    pub data: PathBuf,
    /// The configuration file, wherever it is.
    pub config_file: Option<PathBuf>,
    /// The name of this machine.
    pub host: String,
}

impl BackupFolders {
    /// Where backups are prepared.
    pub(super) fn drafts(&self) -> PathBuf {
        self.data.join(DRAFTS)
    }

    pub(super) fn remove_drafts(&self) {
        match fs::remove_dir_all(self.drafts()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => tracing::warn!(%error, "an unfinished backup could not be removed"),
            _ => {}
        }
    }

    pub(super) fn blob(&self, key: &BlobKey) -> PathBuf {
        self.data.join("files").join(key.path())
    }

    /// Keys, certificates and whatever else is in the data folder, and the configuration; in the order of their paths.
    pub(super) fn small_files(&self) -> Result<Vec<SourceFile>, BackupError> {
        let mut files = Vec::new();
        if let Some(file) = &self.config_file
            && let Some(name) = file.file_name()
            && file.is_file()
        {
            files.push(source_file(Path::new(layout::CONFIG).join(name), file.clone()).map_err(|error| unreadable(file, &error))?);
        }
        let is_left_out = |entry: &DirEntry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            LEFT_OUT.contains(&name.as_ref()) || DATABASE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        };
        collect(&self.data, Path::new(layout::DATA), &is_left_out, &mut files)?;
        Ok(files)
    }
}

fn collect(folder: &Path, path: &Path, is_left_out: &dyn Fn(&DirEntry) -> bool, files: &mut Vec<SourceFile>) -> Result<(), BackupError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(|error| unreadable(folder, &error))?;
    let mut entries: Vec<_> = entries.into_iter().filter(|entry| !is_left_out(entry)).collect();
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        let (from, to) = (entry.path(), path.join(entry.file_name()));
        let kind = entry.file_type().map_err(|error| unreadable(&from, &error))?;
        if kind.is_dir() {
            collect(&from, &to, &|_| false, files)?;
        } else if kind.is_file() {
            match source_file(to, from.clone()) {
                // Another thread has replaced or removed it meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                file => files.push(file.map_err(|error| unreadable(&from, &error))?),
            }
        }
    }
    Ok(())
}

/// Small files are read at once, so that they are of one moment.
fn source_file(path: PathBuf, file: PathBuf) -> io::Result<SourceFile> {
    let content = fs::read(&file)?;
    Ok(SourceFile { path, bytes: content.len() as u64, modified_ms: None, content: Content::Memory(content.into()) })
}

fn unreadable(path: &Path, error: &io::Error) -> BackupError {
    BackupError::SourceUnreadable { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_small_in_the_data_folder_belongs_to_a_backup() {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("data");
        for file in [
            "tls/key.pem",
            "tls/a/b",
            "zz",
            "guildhall.db",
            "guildhall.db-wal",
            "guildhall-replaced-1.db",
            "node.id",
            "files/blobs/ab",
            "snapshots/x",
            "snapshots.txt",
        ] {
            fs::create_dir_all(data.join(file).parent().unwrap()).unwrap();
            fs::write(data.join(file), file).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", data.join("link")).unwrap();
        let config = parent.path().join("guildhall.toml");
        fs::write(&config, "x = 1").unwrap();
        let folders = BackupFolders { data, config_file: Some(config), host: String::new() };
        let files = folders.small_files().unwrap();
        let paths: Vec<_> = files.iter().map(|file| file.path.display().to_string()).collect();
        assert_eq!(paths, ["config/guildhall.toml", "data/snapshots.txt", "data/tls/a/b", "data/tls/key.pem", "data/zz"]);
        assert!(files.iter().all(|file| file.bytes > 0));
    }

    #[test]
    fn a_configuration_that_does_not_exist_is_left_out() {
        let data = tempfile::tempdir().unwrap();
        let folders = BackupFolders { data: data.path().to_owned(), config_file: Some("/nonexistent".into()), host: String::new() };
        assert!(folders.small_files().unwrap().is_empty());
    }
}
