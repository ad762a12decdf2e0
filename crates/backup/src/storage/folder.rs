//! A repository in a folder of this machine: a disk, a mounted share.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use guildhall_model::Millis;

use super::{FOLDERS, FileKind, FileName, Storage, StorageError, UNFINISHED, is_before, is_unfinished};

pub struct FolderStorage {
    root: PathBuf,
}

impl FolderStorage {
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn path(&self, file: &FileName) -> PathBuf {
        self.root.join(file.path())
    }

    fn error(&self, error: &io::Error, file: Option<&FileName>) -> StorageError {
        let location = self.location();
        match (error.kind(), file) {
            (io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _) => StorageError::Full { location },
            (io::ErrorKind::TimedOut, _) => StorageError::TimedOut { location },
            (io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem, _) => {
                StorageError::Denied { location, reason: error.to_string() }
            }
            (io::ErrorKind::NotFound, Some(file)) => StorageError::Missing { location, file: file.path() },
            _ => StorageError::Unusable { location, reason: error.to_string() },
        }
    }
}

impl Storage for FolderStorage {
    fn location(&self) -> String {
        self.root.display().to_string()
    }

    fn create(&self) -> Result<(), StorageError> {
        let folders = FOLDERS.iter().filter_map(|kind| kind.folder());
        let create = || folders.map(|folder| self.root.join(folder)).try_for_each(|folder| create_private_folders(&folder));
        create().map_err(|error| self.error(&error, None))
    }

    fn list(&self, kind: FileKind) -> Result<Vec<(String, u64)>, StorageError> {
        let list = || match kind.folder() {
            None => match fs::metadata(self.root.join("config")) {
                Ok(metadata) => Ok(vec![(String::new(), metadata.len())]),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error),
            },
            Some(folder) => {
                let mut files = Vec::new();
                list_files(&self.root.join(folder), kind, kind == FileKind::Pack, &mut files)?;
                Ok(files)
            }
        };
        list().map_err(|error| self.error(&error, None))
    }

    fn read(&self, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, StorageError> {
        let read = || {
            let mut input = File::open(self.path(file))?;
            let mut bytes = Vec::new();
            match range {
                None => {
                    input.read_to_end(&mut bytes)?;
                }
                Some((offset, length)) => {
                    input.seek(SeekFrom::Start(offset))?;
                    input.take(length).read_to_end(&mut bytes)?;
                }
            }
            Ok(bytes.into())
        };
        read().map_err(|error| self.error(&error, Some(file)))
    }

    fn write(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError> {
        let target = self.path(file);
        let write = || {
            let folder = target.parent().unwrap_or(&self.root);
            create_private_folders(folder)?;
            let mut output = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
            parts.iter().try_for_each(|part| output.write_all(part))?;
            output.as_file().sync_all()?;
            output.persist(&target).map_err(|error| error.error)?;
            File::open(folder)?.sync_all()
        };
        write().map_err(|error| self.error(&error, None))
    }

    fn remove(&self, file: &FileName) -> Result<(), StorageError> {
        match fs::remove_file(self.path(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.error(&error, Some(file))),
            _ => Ok(()),
        }
    }

    fn remove_unfinished(&self, before: Millis) -> Result<(), StorageError> {
        // Whatever else is in the root belongs to others.
        let folders = FOLDERS.iter().filter_map(|kind| kind.folder()).map(|folder| (self.root.join(folder), 1));
        let removed = folders.chain([(self.root.clone(), 0)]).try_for_each(|(folder, levels)| remove_unfinished(&folder, levels, before));
        removed.map_err(|error| self.error(&error, None))
    }
}

/// Also in the folders of a folder, so many levels deep.
fn remove_unfinished(folder: &Path, levels: u32, before: Millis) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if levels > 0 {
                remove_unfinished(&entry.path(), levels - 1, before)?;
            }
            continue;
        }
        let modified = || Ok::<_, io::Error>(entry.metadata()?.modified()?.duration_since(UNIX_EPOCH).ok());
        if is_unfinished(&entry.file_name()) && is_before(modified()?, before) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn list_files(folder: &Path, kind: FileKind, has_subfolders: bool, files: &mut Vec<(String, u64)>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if has_subfolders && entry.file_type()?.is_dir() {
            list_files(&entry.path(), kind, false, files)?;
        } else if let Some(name) = entry.file_name().to_str().filter(|name| kind.accepts(name)) {
            files.push((name.to_owned(), entry.metadata()?.len()));
        }
    }
    Ok(())
}

pub(crate) fn create_private_folders(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}
