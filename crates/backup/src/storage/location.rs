//! The address of a repository, in restic's own notation.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::{FolderStorage, Storage};

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `/mnt/backup`
    Folder(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no address of a backup: {reason}")]
pub struct InvalidLocation {
    text: String,
    reason: &'static str,
}

impl Location {
    /// The storage at this address; nothing is accessed yet.
    pub fn open(&self) -> Arc<dyn Storage> {
        match self {
            Self::Folder(path) => Arc::new(FolderStorage::new(path.clone())),
        }
    }
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let path = PathBuf::from(text.strip_prefix("local:").unwrap_or(text));
        if path.is_absolute() {
            return Ok(Self::Folder(path));
        }
        Err(InvalidLocation { text: text.to_owned(), reason: "write the folder with its whole path, such as /mnt/backup" })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_whole_paths() {
        assert_eq!("/mnt/backup".parse(), Ok(Location::Folder("/mnt/backup".into())));
        assert_eq!("local:/mnt/backup".parse(), Ok(Location::Folder("/mnt/backup".into())));
        for text in ["", "backup", "./backup", "local:backup"] {
            assert!(text.parse::<Location>().is_err(), "{text}");
        }
    }
}
