//! The JSON of moving the database of a running server. This operation is ours.

use guildhall_model::DatabaseMode as ModelMode;
use serde::{Deserialize, Serialize};

/// Who writes to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseMode {
    Normal,
    Copying,
    ReadOnly,
    Moved,
}

/// `PUT /database/mode`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct DatabaseModeRequest {
    pub mode: DatabaseMode,
    /// After so many milliseconds the server returns to its normal mode, unless this is sent again.
    pub lease_ms: i64,
    /// Once the database has moved: whether the server ends in such a way that systemd starts it again.
    #[serde(default)]
    pub restart: bool,
}

impl From<DatabaseModeRequest> for ModelMode {
    fn from(request: DatabaseModeRequest) -> Self {
        match request.mode {
            DatabaseMode::Normal => Self::Normal,
            DatabaseMode::Copying => Self::Copying,
            DatabaseMode::ReadOnly => Self::ReadOnly,
            DatabaseMode::Moved => Self::Moved { restart: request.restart },
        }
    }
}
