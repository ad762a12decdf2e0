//! A repository in a temporary folder, files for it, and a storage that fails on demand.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use guildhall_backup::storage::{FileKind, FileName, FolderStorage};
use guildhall_backup::{Content, Repository, SourceFile, SourceTree, Storage, StorageError};
use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;
use sha2::{Digest, Sha256};

pub const PASSWORD: &str = "correct horse";
/// 2026-01-01 00:00 UTC
pub const NOW: Millis = Millis(1_767_225_600_000);
pub const DAY_MS: i64 = 86_400_000;

pub struct Target(tempfile::TempDir);

impl Target {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(FolderStorage::new(self.path().to_owned()))
    }

    pub fn open(&self) -> Repository {
        self.open_with(&Arc::default())
    }

    pub fn open_with(&self, control: &Arc<BackupControl>) -> Repository {
        Repository::open_or_create(self.storage(), PASSWORD, Arc::clone(control)).unwrap()
    }

    pub fn largest_pack(&self) -> PathBuf {
        let folders = fs::read_dir(self.path().join("data")).unwrap().map(|entry| entry.unwrap().path());
        let packs = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap());
        packs.max_by_key(|entry| entry.metadata().unwrap().len()).unwrap().path()
    }

    /// Runs Debian's restic on the repository; what it prints.
    pub fn restic(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("restic");
        command.args(["--no-cache", "--repo"]).arg(self.path()).args(arguments).env("RESTIC_PASSWORD", PASSWORD);
        let output = command.output().expect("restic is installed by scripts/install-test-tools");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Bytes that cannot be compressed, the same each time.
pub fn noise(bytes: usize) -> Vec<u8> {
    let blocks = (0..bytes.div_ceil(32)).flat_map(|block| Sha256::digest(block.to_le_bytes()));
    blocks.take(bytes).collect()
}

pub fn memory(path: &str, content: Vec<u8>) -> SourceFile {
    let content = Bytes::from(content);
    SourceFile { path: path.into(), bytes: content.len() as u64, modified_ms: None, content: Content::Memory(content) }
}

pub fn file_of(path: &str, file: &str, bytes: u64) -> SourceFile {
    SourceFile { path: path.into(), bytes, modified_ms: None, content: Content::File(file.into()) }
}

pub fn tree(files: Vec<SourceFile>) -> SourceTree {
    let bytes_total = files.iter().map(|file| file.bytes).sum();
    SourceTree { bytes_total, files: Box::new(move || Box::new(files.clone().into_iter().map(Ok))) }
}

/// A folder whose writes fail after so many.
pub struct Faults {
    folder: FolderStorage,
    writes_left: AtomicI64,
    error: parking_lot::Mutex<Option<StorageError>>,
}

impl Faults {
    pub fn new(path: &Path) -> Arc<Self> {
        let folder = FolderStorage::new(path.to_owned());
        Arc::new(Self { folder, writes_left: AtomicI64::new(0), error: parking_lot::Mutex::default() })
    }

    pub fn fail_after(&self, writes: i64, error: StorageError) {
        self.writes_left.store(writes, Ordering::SeqCst);
        *self.error.lock() = Some(error);
    }

    pub fn work_again(&self) {
        *self.error.lock() = None;
    }
}

impl Storage for Faults {
    fn location(&self) -> String {
        "the target".to_owned()
    }
    fn create(&self) -> Result<(), StorageError> {
        self.folder.create()
    }
    fn list(&self, kind: FileKind) -> Result<Vec<(String, u64)>, StorageError> {
        self.folder.list(kind)
    }
    fn read(&self, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, StorageError> {
        self.folder.read(file, range)
    }
    fn write(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError> {
        match self.error.lock().clone() {
            Some(error) if self.writes_left.fetch_sub(1, Ordering::SeqCst) <= 0 => Err(error),
            _ => self.folder.write(file, parts),
        }
    }
    fn remove(&self, file: &FileName) -> Result<(), StorageError> {
        self.folder.remove(file)
    }
}
