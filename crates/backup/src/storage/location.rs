//! The address of a repository, in restic's own notation.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use guildhall_model::backup::TargetKeys;

use super::s3::{S3Address, S3Storage};
use super::sftp::{SftpAddress, SftpStorage};
use super::{Connector, FolderStorage, Storage, StorageError};

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `/mnt/backup`
    Folder(PathBuf),
    /// `sftp:user@host:/path`, `sftp:user@host:2222:/path`, `sftp://user@host:2222//path`
    Sftp(SftpAddress),
    /// `s3:https://host/bucket/prefix`, `s3:host/bucket/prefix`
    S3(S3Address),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no address of a backup: {reason}")]
pub struct InvalidLocation {
    pub(super) text: String,
    pub(super) reason: &'static str,
}

impl Location {
    /// The storage at this address; nothing is accessed yet.
    pub fn open(&self, keys: &TargetKeys, connector: &Connector) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(match self {
            Self::Folder(path) => Arc::new(FolderStorage::new(path.clone())),
            Self::Sftp(address) => Arc::new(SftpStorage::new(address.clone(), connector)),
            Self::S3(address) => Arc::new(S3Storage::new(address.clone(), keys, connector)?),
        })
    }

    /// Whether an access key and a secret key are needed.
    pub const fn needs_keys(&self) -> bool {
        matches!(self, Self::S3(_))
    }
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let invalid = |reason| InvalidLocation { text: text.to_owned(), reason };
        if let Some(address) = text.strip_prefix("sftp:") {
            return SftpAddress::parse(address).map(Self::Sftp).map_err(invalid);
        }
        if let Some(address) = text.strip_prefix("s3:") {
            return S3Address::parse(address).map(Self::S3).map_err(invalid);
        }
        let path = PathBuf::from(text.strip_prefix("local:").unwrap_or(text));
        if path.is_absolute() {
            return Ok(Self::Folder(path));
        }
        Err(invalid("write the folder with its whole path, such as /mnt/backup"))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Sftp(address) => address.fmt(f),
            Self::S3(address) => address.fmt(f),
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

    #[test]
    fn other_machines_are_shown_as_they_were_written() {
        for text in ["sftp:ada@backup:/srv/chat", "sftp://ada@backup:23//srv/chat", "s3:https://s3.example.com/bucket/chat"] {
            assert_eq!(text.parse::<Location>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_object_storage_needs_its_keys() {
        let location: Location = "s3:s3.example.com/bucket".parse().unwrap();
        let keys = TargetKeys {
            password: guildhall_model::ports::Secret::new("x"),
            access_key: String::new(),
            secret_key: guildhall_model::ports::Secret::new(""),
        };
        let error = location.open(&keys, &Connector::without_network()).err().unwrap();
        assert!(error.to_string().contains("access key"), "{error}");
    }
}
