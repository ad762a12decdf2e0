//! Erasing people, which Mattermost does by `DELETE /users/{user_id}?permanent=true`.

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::erasure::ErasedMessages;
use serde::Deserialize;

/// `POST /users/{user_id}/erase`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EraseUser {
    /// Of the account, to confirm.
    pub username: String,
    /// `keep` or `delete`; empty is `keep`.
    pub messages: String,
}

impl EraseUser {
    pub fn messages(&self) -> Result<ErasedMessages> {
        let name = if self.messages.is_empty() { "keep" } else { &self.messages };
        ErasedMessages::from_name(name).ok_or_else(|| context::INVALID_PARAM.with("name", "messages"))
    }
}

/// `?permanent=` of `DELETE /users/{user_id}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeleteQuery {
    pub permanent: String,
}

impl DeleteQuery {
    pub fn is_permanent(&self) -> bool {
        matches!(self.permanent.as_str(), "true" | "1" | "t" | "T" | "TRUE" | "True")
    }
}
