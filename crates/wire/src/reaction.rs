//! Reactions to posts.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post as model;
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Reaction<'a> {
    user_id: UserId,
    post_id: PostId,
    emoji_name: &'a str,
    create_at: Millis,
    update_at: Millis,
    delete_at: Millis,
    remote_id: &'static str,
    channel_id: ChannelId,
}

impl<'a> From<&'a model::Reaction> for Reaction<'a> {
    fn from(reaction: &'a model::Reaction) -> Self {
        Self {
            user_id: reaction.user_id,
            post_id: reaction.post_id,
            emoji_name: &reaction.emoji_name,
            create_at: reaction.create_at,
            update_at: reaction.update_at,
            delete_at: reaction.delete_at,
            remote_id: "",
            channel_id: reaction.channel_id,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct NewReaction {
    pub user_id: UserId,
    pub post_id: PostId,
    pub emoji_name: String,
}
