//! Presence and custom statuses.

use std::collections::BTreeMap;

use guildhall_model::Millis;
use guildhall_model::id::UserId;
use guildhall_model::user;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    pub user_id: String,
    pub status: &'static str,
    pub manual: bool,
    pub last_activity_at: i64,
    /// In seconds, unlike all other times.
    pub dnd_end_time: i64,
}

impl From<&user::Status> for Status {
    fn from(status: &user::Status) -> Self {
        Self {
            user_id: status.user_id.to_string(),
            status: status.presence.name(),
            manual: status.manual,
            last_activity_at: status.last_activity_at.0,
            dnd_end_time: status.dnd_end_time.0 / 1_000,
        }
    }
}

/// The response of the WebSocket actions: the presence by user id.
pub fn presence_by_user(statuses: &[user::Status]) -> BTreeMap<String, &'static str> {
    statuses.iter().map(|status| (status.user_id.to_string(), status.presence.name())).collect()
}

/// `PUT /users/{user_id}/status`
#[derive(Debug, Clone, Deserialize)]
pub struct StatusUpdate {
    pub user_id: UserId,
    pub status: String,
    #[serde(default)]
    dnd_end_time: i64,
}

impl StatusUpdate {
    pub const fn dnd_end_time(&self) -> Millis {
        Millis(self.dnd_end_time.saturating_mul(1_000))
    }
}

/// `PUT /users/{user_id}/status/custom`, and the recent status to remove.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CustomStatus {
    pub emoji: String,
    pub text: String,
    pub duration: String,
    pub expires_at: Option<String>,
}
