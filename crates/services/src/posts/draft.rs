//! What somebody wants to post, and the rules that make a post of it.

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{ChannelId, FileId, PostId};
use guildhall_model::post::{self, Post};
use guildhall_model::{Actor, Millis, Result, hashtags};

use super::props;

/// A post before it is one. REST, webhooks, slash commands and jobs fill in what they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    pub channel_id: ChannelId,
    pub root_id: Option<PostId>,
    pub message: String,
    /// Empty for a person's message, `me`, or `custom_...`.
    pub kind: String,
    /// A JSON object; what only integrations may set is taken out of a person's.
    pub props: serde_json::Map<String, serde_json::Value>,
    pub file_ids: Vec<FileId>,
    /// The sender's name for it: the same again finds the first post. Empty for none.
    pub pending_post_id: String,
    pub set_online: bool,
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
            pending_post_id: String::new(),
            set_online: true,
        }
    }

    pub fn reply_to(mut self, root: PostId) -> Self {
        self.root_id = Some(root);
        self
    }

    /// The post that this becomes, or what is wrong with it.
    pub(super) fn into_post(self, actor: &Actor, id: PostId, now: Millis) -> Result<Post> {
        check_message(&self.message)?;
        check_kind(&self.kind)?;
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
            hashtags: hashtags::in_text(&self.message),
            kind: self.kind,
            props: props::accepted(self.props, actor)?,
            file_ids,
            pending_post_id: self.pending_post_id,
            ..Post::new(id, now, actor.user_id, self.channel_id, self.message)
        })
    }
}

pub(super) fn check_message(message: &str) -> Result<()> {
    // Most messages are short enough in bytes already.
    if message.len() > post::MESSAGE_CHARS_MAX && message.chars().count() > post::MESSAGE_CHARS_MAX {
        return Err(codes::MESSAGE_TOO_LONG.with("limit", post::MESSAGE_CHARS_MAX));
    }
    Ok(())
}

/// The server's own kinds are not for people to use.
fn check_kind(kind: &str) -> Result<()> {
    let known = kind.is_empty() || kind == "me" || kind == "slack_attachment" || kind.starts_with("custom_");
    if kind.starts_with("system_") {
        return Err(context::INVALID_PARAM.with("name", "post.type"));
    }
    if known && kind.len() <= post::KIND_BYTES_MAX { Ok(()) } else { Err(codes::BAD_KIND.into()) }
}
