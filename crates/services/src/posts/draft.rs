//! Drafts of posts, and their validation.

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{ChannelId, FileId, PostId};
use guildhall_model::post::{self, Post, PostPriority};
use guildhall_model::{Actor, IdSource, Millis, Result};

use super::hashtags::hashtags_in;
use super::props;

/// A post to be created, as REST, webhooks, slash commands and jobs fill it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    pub channel_id: ChannelId,
    pub root_id: Option<PostId>,
    pub message: String,
    /// Empty for a plain message, or `me`, `slack_attachment`, `custom_...`.
    pub kind: String,
    /// A JSON object; props that only integrations may set are removed from other senders' posts.
    pub props: serde_json::Map<String, serde_json::Value>,
    pub file_ids: Vec<FileId>,
    pub priority: PostPriority,
    /// The server's own kind of message, which nobody else can choose.
    pub server_kind: Option<&'static str>,
    /// Chosen by the client to make resends idempotent. Empty for none.
    pub pending_post_id: String,
    pub set_online: bool,
    /// A further part of a message of an integration that is too long for one post, after one that was posted: it counts for the
    /// rate of messages, but is not rejected by it, so that no message stays half.
    pub is_further_part: bool,
    /// Sent by the server when its author may not be there: what others have written meanwhile is not read by it.
    pub is_unattended: bool,
}

impl NewPost {
    pub fn new(channel_id: ChannelId, message: impl Into<String>) -> Self {
        Self {
            channel_id,
            root_id: None,
            message: message.into(),
            kind: String::new(),
            props: serde_json::Map::new(),
            file_ids: Vec::new(),
            priority: PostPriority::default(),
            server_kind: None,
            pending_post_id: String::new(),
            set_online: true,
            is_further_part: false,
            is_unattended: false,
        }
    }

    pub fn reply_to(mut self, root: PostId) -> Self {
        self.root_id = Some(root);
        self
    }

    /// Validates the draft. Errors are 400s about the field at fault.
    pub(super) fn into_post(self, actor: &Actor, ids: &dyn IdSource, now: Millis, message_chars_max: usize) -> Result<Post> {
        check_message(&self.message, message_chars_max)?;
        let kind = match self.server_kind {
            Some(kind) => kind.to_owned(),
            None => check_kind(self.kind)?,
        };
        if self.root_id.is_some() && !self.priority.is_default() {
            return Err(codes::PRIORITY_OF_REPLY.into());
        }
        if self.pending_post_id.len() > post::PENDING_POST_ID_BYTES_MAX {
            return Err(context::INVALID_PARAM.with("name", "pending_post_id"));
        }
        let mut file_ids: Vec<FileId> = Vec::new();
        self.file_ids.into_iter().for_each(|id| {
            if !file_ids.contains(&id) {
                file_ids.push(id)
            }
        });
        if file_ids.len() > post::FILES_PER_POST_MAX {
            return Err(codes::TOO_MANY_FILES.with("limit", post::FILES_PER_POST_MAX));
        }
        Ok(Post {
            root_id: self.root_id,
            hashtags: hashtags_in(&self.message),
            kind,
            props: props::sanitize(self.props, actor, ids)?,
            file_ids,
            priority: self.priority,
            pending_post_id: self.pending_post_id,
            ..Post::new(ids.next(), now, actor.user_id, self.channel_id, self.message)
        })
    }
}

pub(super) fn check_message(message: &str, chars_max: usize) -> Result<()> {
    // The byte length is checked first to avoid counting characters of most messages.
    if message.len() > chars_max && message.chars().count() > chars_max {
        return Err(codes::MESSAGE_TOO_LONG.with("limit", chars_max));
    }
    Ok(())
}

/// `system_` kinds are reserved for the server.
fn check_kind(kind: String) -> Result<String> {
    let is_allowed = kind.is_empty() || kind == "me" || kind == "slack_attachment" || kind.starts_with("custom_");
    if kind.starts_with("system_") {
        return Err(context::INVALID_PARAM.with("name", "post.type"));
    }
    if is_allowed && kind.len() <= post::KIND_BYTES_MAX { Ok(kind) } else { Err(codes::BAD_KIND.into()) }
}
