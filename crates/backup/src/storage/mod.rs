//! Where the files of a repository are: the port that folders and other machines implement.

mod connector;
mod folder;
mod location;
mod remote;
mod s3;
mod sftp;

use std::ffi::OsStr;
use std::time::Duration;

use bytes::Bytes;
use guildhall_model::Millis;

use crate::continuous;

pub use connector::{Connector, HttpFactory};
pub use folder::FolderStorage;
pub(crate) use folder::create_private_folders;
pub use location::{InvalidLocation, Location};
pub use remote::Timing;

/// The files of a repository, by restic's layout: `config`, and one folder for each other kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Config,
    Key,
    Snapshot,
    Index,
    Pack,
    /// Of a continuous backup, which restic does not know.
    Continuous,
}

impl FileKind {
    /// The folder of the kind; none for the configuration, which is one file.
    pub const fn folder(self) -> Option<&'static str> {
        match self {
            Self::Config => None,
            Self::Key => Some("keys"),
            Self::Snapshot => Some("snapshots"),
            Self::Index => Some("index"),
            Self::Pack => Some("data"),
            Self::Continuous => Some("continuous"),
        }
    }

    /// Whether a file of this kind can have this name. Others are not of the repository, such as unfinished ones.
    pub fn accepts(self, name: &str) -> bool {
        match self {
            Self::Config => false,
            Self::Continuous => continuous::is_object_name(name),
            Self::Key | Self::Snapshot | Self::Index | Self::Pack => is_id(name),
        }
    }
}

/// Begins the names of files that are not whole yet.
const UNFINISHED: &str = ".incomplete-";

/// Every kind that has a folder.
pub const FOLDERS: [FileKind; 5] = [FileKind::Key, FileKind::Snapshot, FileKind::Index, FileKind::Pack, FileKind::Continuous];

/// One file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    pub kind: FileKind,
    /// 64 hexadecimal digits, or the name of an object of a continuous backup; of no meaning for the configuration.
    pub id: String,
}

impl FileName {
    /// `config`, `keys/<id>`, `data/ab/<id>`, ...
    pub fn path(&self) -> String {
        match self.kind.folder() {
            None => "config".to_owned(),
            Some(folder) if self.kind == FileKind::Pack => format!("{folder}/{}/{}", self.id.get(..2).unwrap_or_default(), self.id),
            Some(folder) => format!("{folder}/{}", self.id),
        }
    }
}

/// Why a storage could not do what it should, as one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    #[error("{location} has no space left.")]
    Full { location: String },
    #[error("{location} did not answer in time.")]
    TimedOut { location: String },
    #[error("{location} denied access: {reason}.")]
    Denied { location: String, reason: String },
    #[error("{file} is missing at {location}.")]
    Missing { location: String, file: String },
    #[error("{location} cannot be used: {reason}.")]
    Unusable { location: String, reason: String },
}

/// The place of a repository. Calls block, and come from several threads at once.
pub trait Storage: Send + Sync + 'static {
    /// For people; without passwords.
    fn location(&self) -> String;

    /// How many bytes a read that needs few of them is worth, because it waits for another machine; 0 where it does not.
    fn read_ahead_bytes(&self) -> u64 {
        0
    }

    /// Makes the folders; there may be some already.
    fn create(&self) -> Result<(), StorageError>;

    /// The ids and sizes in bytes of all files of a kind, in any order. Other files are left out.
    fn list(&self, kind: FileKind) -> Result<Vec<(String, u64)>, StorageError>;

    /// A whole file, or `length` bytes of it from `offset`; fewer where the file ends before.
    fn read(&self, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, StorageError>;

    /// Stores a file that consists of these parts. It exists completely, and on disk, or not at all.
    fn write(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError>;

    /// Removes a file, which may be absent.
    fn remove(&self, file: &FileName) -> Result<(), StorageError>;

    /// Removes what is older and not whole: what the end of a process has left in the middle of a write. An object storage has nothing
    /// that could be listed.
    fn remove_unfinished(&self, _before: Millis) -> Result<(), StorageError> {
        Ok(())
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(UNFINISHED))
}

/// Whether a file was modified, so long after 1970, before a moment; what is not known was not.
fn is_before(modified: Option<Duration>, before: Millis) -> bool {
    modified.is_some_and(|modified| modified.as_millis() < u128::from(before.0.unsigned_abs()) && before > Millis::ZERO)
}

fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
