//! The last calls of outgoing webhooks and commands. Not of Mattermost's API.

use guildhall_model::Millis;
use guildhall_model::id::IntegrationCallId;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct IntegrationCall {
    pub id: IntegrationCallId,
    pub create_at: Millis,
    pub duration_ms: i64,
    /// Of the HTTP response; 0 where there was none.
    pub status: i64,
    pub error: String,
}

impl From<guildhall_model::integration::IntegrationCall> for IntegrationCall {
    fn from(call: guildhall_model::integration::IntegrationCall) -> Self {
        Self { id: call.id, create_at: call.create_at, duration_ms: call.duration_ms, status: call.status, error: call.error }
    }
}
