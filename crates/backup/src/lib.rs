//! Backups: repositories in restic's format, encrypted and deduplicated, in a folder or on another machine.
//!
//! `repository` and `restore` know repositories, `storage` where they are, `store` what a backup of Guildhall contains, and
//! `continuous` copies a database while it changes. All but the store block: they are called from threads for blocking work.

mod backend;
mod continuous;
mod error;
mod hook;
mod progress;
mod read_ahead;
mod repository;
mod restore;
mod source;
pub mod storage;
pub mod store;

pub use continuous::{ContinuousCopies, ContinuousSource, RestoredPages, SCRATCH as CONTINUOUS_FOLDER};
pub use error::{BackupError, Result};
pub use hook::Hook;
pub use repository::{ArchiveSummary, Repository};
pub use restore::RestoredFiles;
pub use source::{Content, SourceFile, SourceFiles, SourceTree};
pub use storage::{Connector, Location, Storage, StorageError};
pub use store::{BackupFolders, RepositoryStore};
