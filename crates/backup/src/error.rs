//! What can go wrong with a backup, as one sentence each.

use rustic_core::{ErrorKind, RusticError};

use crate::storage::StorageError;

pub type Result<T, E = BackupError> = std::result::Result<T, E>;

#[derive(Debug, Clone, thiserror::Error)]
pub enum BackupError {
    #[error("The password does not open the repository at {location}.")]
    WrongPassword { location: String },
    #[error("There is no repository at {location}.")]
    NoRepository { location: String },
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{path} could not be read: {reason}.")]
    SourceUnreadable { path: String, reason: String },
    #[error("There is no backup {snapshot} in this repository.")]
    NoSnapshot { snapshot: String },
    #[error("The repository is damaged: {reason}.")]
    Damaged { reason: String },
    #[error("{path} could not be written: {reason}.")]
    DestinationUnwritable { path: String, reason: String },
    #[error("It was canceled.")]
    Canceled,
    #[error("{0}.")]
    Other(String),
}

impl BackupError {
    /// What an error of the library means, if no cause of our own is known.
    pub(crate) fn from_library(error: &RusticError, location: &str) -> Self {
        let reason = first_line(&error.display_log());
        match kind_of(error) {
            _ if error.is_incorrect_password() => Self::WrongPassword { location: location.to_owned() },
            Some(ErrorKind::Cryptography | ErrorKind::Repository | ErrorKind::Internal) => Self::Damaged { reason },
            _ => Self::Other(reason),
        }
    }
}

/// The library keeps the kind to itself, except in the text.
fn kind_of(error: &RusticError) -> Option<ErrorKind> {
    let text = error.to_string();
    [ErrorKind::Cryptography, ErrorKind::Repository, ErrorKind::Internal, ErrorKind::Backend, ErrorKind::InputOutput]
        .into_iter()
        .find(|kind| text.contains(&kind.to_string()))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().trim_end_matches('.').to_owned()
}
