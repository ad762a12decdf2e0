//! A storage as the library expects it. The first error of the storage is kept, because the library's own say less.

use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::backup::BackupControl;
use parking_lot::Mutex;
use rustic_core::{BytesList, ErrorKind, FileType, Id, ReadBackend, RusticError, RusticResult, WriteBackend};

use crate::error::BackupError;
use crate::progress;
use crate::read_ahead::ReadAhead;
use crate::storage::{FileKind, FileName, Storage, StorageError};

pub(crate) struct Backend {
    storage: Arc<dyn Storage>,
    read_ahead: Option<ReadAhead>,
    /// Held by the thread that waits, so that the limit holds for all together.
    pace: Mutex<()>,
    control: Arc<BackupControl>,
    first_error: Arc<FirstError>,
}

/// Why an operation fails, from whatever thread it happens in.
#[derive(Default)]
pub(crate) struct FirstError(Mutex<Option<BackupError>>);

impl FirstError {
    pub fn set(&self, error: BackupError) {
        self.0.lock().get_or_insert(error);
    }

    pub fn is_set(&self) -> bool {
        self.0.lock().is_some()
    }

    pub fn take(&self) -> Option<BackupError> {
        self.0.lock().take()
    }
}

impl Backend {
    pub fn new(storage: Arc<dyn Storage>, control: Arc<BackupControl>, first_error: Arc<FirstError>) -> Self {
        let read_ahead = ReadAhead::new(storage.read_ahead_bytes());
        Self { storage, read_ahead, pace: Mutex::default(), control, first_error }
    }

    /// Waits for as long as so many bytes may take. Only packs are large.
    fn pace(&self, file_type: FileType, bytes: u64) -> Result<(), BackupError> {
        if self.control.bytes_per_second() == 0 || file_type != FileType::Pack {
            return Ok(());
        }
        let _turn = self.pace.lock();
        progress::pace(&self.control, bytes)
    }

    fn access<T>(&self, work: impl FnOnce(&dyn Storage) -> Result<T, StorageError>) -> Result<T, BackupError> {
        progress::check(&self.control)?;
        Ok(work(&*self.storage)?)
    }

    fn read(&self, file_type: FileType, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, BackupError> {
        let bytes = self.access(|storage| storage.read(file, range))?;
        self.pace(file_type, bytes.len() as u64)?;
        Ok(bytes)
    }

    /// The library's error, whose cause is kept.
    fn report<T>(&self, outcome: Result<T, BackupError>) -> RusticResult<T> {
        outcome.map_err(|error| {
            let message = error.to_string();
            self.first_error.set(error);
            RusticError::new(ErrorKind::Backend, message)
        })
    }
}

fn kind(file_type: FileType) -> FileKind {
    match file_type {
        FileType::Config => FileKind::Config,
        FileType::Key => FileKind::Key,
        FileType::Snapshot => FileKind::Snapshot,
        FileType::Index => FileKind::Index,
        FileType::Pack => FileKind::Pack,
    }
}

fn file(file_type: FileType, id: &Id) -> FileName {
    FileName { kind: kind(file_type), id: id.to_hex().to_string() }
}

impl ReadBackend for Backend {
    fn location(&self) -> String {
        self.storage.location()
    }

    fn list_with_size(&self, file_type: FileType) -> RusticResult<Vec<(Id, u32)>> {
        let files = self.report(self.access(|storage| storage.list(kind(file_type))))?;
        let entry = |(name, bytes): (String, u64)| {
            // The configuration has no id.
            let id = if file_type == FileType::Config { Some(Id::default()) } else { name.parse().ok() };
            Some((id?, u32::try_from(bytes).unwrap_or(u32::MAX)))
        };
        Ok(files.into_iter().filter_map(entry).collect())
    }

    fn read_full(&self, file_type: FileType, id: &Id) -> RusticResult<Bytes> {
        self.report(self.read(file_type, &file(file_type, id), None))
    }

    fn read_partial(&self, file_type: FileType, id: &Id, _: bool, offset: u32, length: u32) -> RusticResult<Bytes> {
        let name = file(file_type, id);
        let read = |offset, length| self.read(file_type, &name, Some((offset, length)));
        let bytes = match &self.read_ahead {
            Some(read_ahead) if file_type == FileType::Pack => read_ahead.read(&name.id, offset.into(), length.into(), read),
            _ => read(offset.into(), length.into()),
        };
        self.report(bytes.and_then(|bytes| match bytes.len() as u64 == u64::from(length) {
            true => Ok(bytes),
            false => Err(BackupError::Damaged { reason: format!("{} is too short", name.path()) }),
        }))
    }

    fn warmup_path(&self, file_type: FileType, id: &Id) -> String {
        file(file_type, id).path()
    }
}

impl WriteBackend for Backend {
    fn create(&self) -> RusticResult<()> {
        self.report(self.access(|storage| storage.create()))
    }

    fn write_bytes(&self, file_type: FileType, id: &Id, _: bool, content: BytesList) -> RusticResult<()> {
        let write = || {
            self.pace(file_type, content.size() as u64)?;
            self.access(|storage| storage.write(&file(file_type, id), content.slice()))
        };
        self.report(write())
    }

    fn remove(&self, file_type: FileType, id: &Id, _: bool) -> RusticResult<()> {
        self.report(self.access(|storage| storage.remove(&file(file_type, id))))
    }
}
