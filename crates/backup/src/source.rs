//! The tree of files that is backed up. A file that cannot be read fails the backup: the library would leave it out.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Buf as _, Bytes};
use guildhall_model::backup::BackupControl;
use rustic_core::jiff::Timestamp;
use rustic_core::repofile::{Metadata, Node, NodeType};
use rustic_core::{ErrorKind, ReadSource, ReadSourceEntry, ReadSourceOpen, RusticError, RusticResult};

use crate::backend::FirstError;
use crate::error::BackupError;
use crate::progress;

/// The folder in the snapshot that everything is in.
pub(crate) const ROOT: &str = "guildhall";

/// A file of a backup.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// In the backup, such as `database/posts.jsonl`.
    pub path: PathBuf,
    pub bytes: u64,
    /// A file of the same path, size and time as in the backup before is not read again. Milliseconds since 1970; `None` where the
    /// path says what the content is.
    pub modified_ms: Option<i64>,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub enum Content {
    /// A file of this machine.
    File(PathBuf),
    Memory(Bytes),
}

/// One pass over the files.
pub type SourceFiles = Box<dyn Iterator<Item = Result<SourceFile, BackupError>> + Send>;

/// Files in the order of their paths, folder by folder, made anew for each pass.
pub struct SourceTree {
    pub bytes_total: u64,
    pub files: Box<dyn Fn() -> SourceFiles + Send + Sync>,
}

/// The tree as the library expects it.
pub(crate) struct Source {
    tree: SourceTree,
    control: Arc<BackupControl>,
    first_error: Arc<FirstError>,
    /// Files that were handed to the library.
    count: Arc<AtomicU64>,
}

impl Source {
    pub fn new(tree: SourceTree, control: Arc<BackupControl>, first_error: Arc<FirstError>) -> Self {
        Self { tree, control, first_error, count: Arc::default() }
    }

    /// How many files there were, to be asked at the end.
    pub fn counted(&self) -> impl Fn() -> u64 + use<> {
        let count = Arc::clone(&self.count);
        move || count.load(Ordering::Acquire)
    }
}

impl ReadSource for Source {
    type Open = OpenFile;
    type Iter = Box<dyn Iterator<Item = RusticResult<ReadSourceEntry<OpenFile>>> + Send>;

    fn size(&self) -> RusticResult<Option<u64>> {
        Ok(Some(self.tree.bytes_total))
    }

    fn entries(&self) -> Self::Iter {
        let (control, first_error, count) = (Arc::clone(&self.control), Arc::clone(&self.first_error), Arc::clone(&self.count));
        let entries = (self.tree.files)().map_while(move |file| {
            // After an error the backup cannot be complete any more.
            if first_error.is_set() {
                return None;
            }
            Some(match progress::check(&control).and(file) {
                Ok(file) => {
                    count.fetch_add(1, Ordering::AcqRel);
                    Ok(entry(file, &control, &first_error))
                }
                Err(error) => Err(remember(error, &first_error)),
            })
        });
        Box::new(entries)
    }
}

fn remember(error: BackupError, first_error: &FirstError) -> Box<RusticError> {
    let message = error.to_string();
    first_error.set(error);
    RusticError::new(ErrorKind::InputOutput, message)
}

fn entry(file: SourceFile, control: &Arc<BackupControl>, first_error: &Arc<FirstError>) -> ReadSourceEntry<OpenFile> {
    let metadata = Metadata {
        mode: Some(0o600),
        mtime: file.modified_ms.and_then(|at| Timestamp::from_millisecond(at).ok()),
        size: file.bytes,
        ..Metadata::default()
    };
    let node = Node::new_node(file.path.file_name().unwrap_or_default(), NodeType::File, metadata);
    let open =
        OpenFile { content: file.content, path: file.path.clone(), control: Arc::clone(control), first_error: Arc::clone(first_error) };
    ReadSourceEntry { path: Path::new(ROOT).join(file.path), node, open: Some(open) }
}

/// A file that is about to be read.
pub(crate) struct OpenFile {
    content: Content,
    path: PathBuf,
    control: Arc<BackupControl>,
    first_error: Arc<FirstError>,
}

impl OpenFile {
    fn unreadable(&self, error: &io::Error) -> BackupError {
        BackupError::SourceUnreadable { path: self.path.display().to_string(), reason: error.to_string() }
    }
}

impl ReadSourceOpen for OpenFile {
    type Reader = SourceReader;

    fn open(self) -> RusticResult<SourceReader> {
        let input: Box<dyn Read + Send> = match &self.content {
            Content::Memory(bytes) => Box::new(bytes.clone().reader()),
            Content::File(path) => Box::new(File::open(path).map_err(|error| remember(self.unreadable(&error), &self.first_error))?),
        };
        Ok(SourceReader { input, file: self })
    }
}

pub(crate) struct SourceReader {
    input: Box<dyn Read + Send>,
    file: OpenFile,
}

impl Read for SourceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Err(error) = progress::check(&self.file.control) {
            self.file.first_error.set(error);
            return Err(io::Error::other("canceled"));
        }
        self.input.read(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.file.first_error.set(self.file.unreadable(error));
            }
        })
    }
}
