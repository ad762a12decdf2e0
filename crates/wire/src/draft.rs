//! Drafts and scheduled posts.

use std::collections::BTreeMap;

use guildhall_model::Millis;
use guildhall_model::draft::{self as model, WithFiles};
use guildhall_model::id::{ChannelId, FileId, ScheduledPostId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::opt_id;
use crate::file::FileInfo;

/// The key of direct and group channels in the answer with the scheduled posts of a team.
pub const DIRECT_CHANNELS: &str = "directChannels";

#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    #[serde(flatten)]
    content: Content,
    delete_at: Millis,
}

#[derive(Debug, Clone, Serialize)]
pub struct ScheduledPost {
    id: ScheduledPostId,
    #[serde(flatten)]
    content: Content,
    scheduled_at: Millis,
    processed_at: Millis,
    error_code: &'static str,
}

/// Scheduled posts by the id of the team, or [`DIRECT_CHANNELS`].
pub type ScheduledPosts = BTreeMap<String, Vec<ScheduledPost>>;

#[derive(Debug, Clone, Serialize)]
struct Content {
    create_at: Millis,
    update_at: Millis,
    user_id: UserId,
    channel_id: ChannelId,
    root_id: String,
    message: String,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    kind: String,
    props: Map<String, Value>,
    file_ids: Vec<FileId>,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Value>,
}

#[derive(Debug, Clone, Serialize)]
struct Metadata {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Value>,
}

impl Content {
    fn new(draft: model::Draft, files: Vec<guildhall_model::file::FileInfo>) -> Self {
        let priority: Option<Value> = serde_json::from_str(&draft.priority).ok();
        Self {
            create_at: draft.create_at,
            update_at: draft.update_at,
            user_id: draft.user_id,
            channel_id: draft.channel_id,
            root_id: opt_id(draft.root_id),
            message: draft.message,
            kind: draft.kind,
            props: draft.props.members().clone(),
            file_ids: draft.file_ids,
            metadata: Metadata { files: files.into_iter().map(FileInfo::from).collect(), priority: priority.clone() },
            priority,
        }
    }
}

impl From<WithFiles<model::Draft>> for Draft {
    fn from(draft: WithFiles<model::Draft>) -> Self {
        Self { content: Content::new(draft.item, draft.files), delete_at: Millis::ZERO }
    }
}

impl From<WithFiles<model::ScheduledPost>> for ScheduledPost {
    fn from(post: WithFiles<model::ScheduledPost>) -> Self {
        Self {
            id: post.item.id,
            scheduled_at: post.item.scheduled_at,
            processed_at: post.item.processed_at,
            error_code: post.item.error.map_or("", model::SendError::name),
            content: Content::new(post.item.draft, post.files),
        }
    }
}

/// A draft to be saved, or a post to be scheduled. Fields that the server determines are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewDraft {
    #[serde(flatten)]
    pub post: crate::post::NewPost,
    pub priority: Option<Map<String, Value>>,
    pub metadata: Option<NewMetadata>,
    /// Of a scheduled post.
    pub scheduled_at: Option<i64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewMetadata {
    pub priority: Option<Map<String, Value>>,
}

impl NewDraft {
    /// Clients send the priority in one place or the other.
    pub fn take_priority(&mut self) -> Map<String, Value> {
        let in_metadata = self.metadata.take().and_then(|metadata| metadata.priority);
        self.priority.take().or(in_metadata).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_priority_is_found_in_both_places() {
        for body in [r#"{"priority":{"priority":"urgent"}}"#, r#"{"metadata":{"priority":{"priority":"urgent"}},"priority":null}"#] {
            let mut draft: NewDraft = serde_json::from_str(body).unwrap();
            assert_eq!(draft.take_priority()["priority"], "urgent", "{body}");
        }
        let mut draft: NewDraft = serde_json::from_str(r#"{"message":"x","metadata":{"files":[]}}"#).unwrap();
        assert!(draft.take_priority().is_empty());
        assert_eq!(draft.post.message.as_deref(), Some("x"));
    }
}
