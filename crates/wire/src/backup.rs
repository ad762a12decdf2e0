//! The JSON of backups and their targets. These operations are ours.

use guildhall_model::backup::{
    BackupPause as ModelPause, BackupTarget as ModelTarget, Retention as ModelRetention, StoredBackup as ModelBackup,
};
use guildhall_model::changes::ContinuousState;
use guildhall_model::id::BackupTargetId;
use serde::{Deserialize, Serialize};

/// Which backups are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    pub last: i64,
    pub daily: i64,
    pub weekly: i64,
    pub monthly: i64,
    pub yearly: i64,
}

impl Default for Retention {
    fn default() -> Self {
        ModelRetention::default().into()
    }
}

impl From<ModelRetention> for Retention {
    fn from(retention: ModelRetention) -> Self {
        let ModelRetention { last, daily, weekly, monthly, yearly } = retention;
        Self { last, daily, weekly, monthly, yearly }
    }
}

impl From<Retention> for ModelRetention {
    fn from(retention: Retention) -> Self {
        let Retention { last, daily, weekly, monthly, yearly } = retention;
        Self { last, daily, weekly, monthly, yearly }
    }
}

/// `POST /backups/targets`.
#[derive(Debug, Clone, Deserialize)]
pub struct NewBackupTarget {
    pub name: String,
    pub location: String,
    pub password: String,
    #[serde(default)]
    pub access_key: String,
    #[serde(default)]
    pub secret_key: String,
    #[serde(default = "every_day")]
    pub interval_hours: i64,
    #[serde(default)]
    pub keep: Retention,
    #[serde(default)]
    pub bytes_per_second: i64,
    #[serde(default)]
    pub is_continuous: bool,
}

const fn every_day() -> i64 {
    24
}

/// `PUT /backups/targets/{target_id}`: what is absent stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BackupTargetPatch {
    pub name: Option<String>,
    pub location: Option<String>,
    pub password: Option<String>,
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    pub interval_hours: Option<i64>,
    pub keep: Option<Retention>,
    pub bytes_per_second: Option<i64>,
    pub is_continuous: Option<bool>,
}

/// A target without its secrets. Times are zero where nothing has happened so far, errors are empty where there was none.
#[derive(Debug, Clone, Serialize)]
pub struct BackupTarget {
    pub id: String,
    pub create_at: i64,
    pub update_at: i64,
    pub name: String,
    pub location: String,
    pub access_key: String,
    pub interval_hours: i64,
    pub keep: Retention,
    pub bytes_per_second: i64,
    pub is_continuous: bool,
    /// What was committed before is in the continuous backup; zero as long as that is not complete.
    pub continuous_reached_at: i64,
    pub continuous_error: String,
    pub last_start_at: i64,
    pub last_success_at: i64,
    pub last_snapshot: String,
    pub last_duration_ms: i64,
    pub last_bytes: i64,
    pub last_bytes_added: i64,
    pub last_error: String,
    pub last_check_at: i64,
    pub last_check_error: String,
    pub last_drill_at: i64,
    pub last_drill_error: String,
    pub last_drill_duration_ms: i64,
}

impl From<ModelTarget> for BackupTarget {
    fn from(target: ModelTarget) -> Self {
        let ModelTarget {
            id,
            create_at,
            update_at,
            name,
            location,
            keys,
            interval_hours,
            retention,
            bytes_per_second,
            is_continuous,
            state,
        } = target;
        Self {
            id: id.to_string(),
            create_at: create_at.0,
            update_at: update_at.0,
            name,
            location,
            access_key: keys.access_key,
            interval_hours,
            keep: retention.into(),
            bytes_per_second,
            is_continuous,
            continuous_reached_at: 0,
            continuous_error: String::new(),
            last_start_at: state.last_start_at.0,
            last_success_at: state.last_success_at.0,
            last_snapshot: state.last_snapshot,
            last_duration_ms: state.last_duration_ms,
            last_bytes: state.last_bytes,
            last_bytes_added: state.last_bytes_added,
            last_error: state.last_error,
            last_check_at: state.last_check_at.0,
            last_check_error: state.last_check_error,
            last_drill_at: state.last_drill_at.0,
            last_drill_error: state.last_drill_error,
            last_drill_duration_ms: state.last_drill_duration_ms,
        }
    }
}

impl BackupTarget {
    /// The target with how far its continuous backup is.
    #[must_use]
    pub fn with_continuous(self, states: &[(BackupTargetId, ContinuousState)]) -> Self {
        match states.iter().find(|(id, _)| id.to_string() == self.id) {
            Some((_, state)) => Self { continuous_reached_at: state.reached_at.0, continuous_error: state.error.clone(), ..self },
            None => self,
        }
    }
}

/// `GET /backups/pause`: whether a restored server makes no backups; the rest is zero and empty where it makes them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BackupPause {
    pub is_paused: bool,
    /// When it was restored.
    pub restored_at: i64,
    /// The address of the repository that the server was restored from.
    pub restored_from: String,
    /// The moment whose state was restored.
    pub state_at: i64,
}

impl From<ModelPause> for BackupPause {
    fn from(pause: ModelPause) -> Self {
        let ModelPause { at, restored_from, state_at } = pause;
        Self { is_paused: true, restored_at: at.0, restored_from, state_at: state_at.0 }
    }
}

/// One backup in a target's repository.
#[derive(Debug, Clone, Serialize)]
pub struct Backup {
    pub snapshot: String,
    pub create_at: i64,
    pub host: String,
    pub files: u64,
    pub bytes: u64,
    pub bytes_added: u64,
}

impl From<ModelBackup> for Backup {
    fn from(backup: ModelBackup) -> Self {
        let ModelBackup { snapshot, create_at, host, files, bytes, bytes_added } = backup;
        Self { snapshot, create_at: create_at.0, host, files, bytes, bytes_added }
    }
}

/// `POST /backups/targets/{target_id}/check`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct CheckRequest {
    /// How much of the data is read.
    pub percent: u8,
}

impl Default for CheckRequest {
    fn default() -> Self {
        Self { percent: 100 }
    }
}
