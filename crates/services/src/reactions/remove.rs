//! Removing a reaction from a post.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::Reaction;
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::reactions;

use super::add::is_valid_emoji_name;
use crate::boxed;
use crate::reactions::Reactions;

impl Reactions<'_> {
    #[boxed]
    pub async fn remove_reaction(&self, actor: &Actor, user: UserId, post: PostId, emoji_name: &str) -> Result<()> {
        if !is_valid_emoji_name(emoji_name) {
            return Err(codes::BAD_EMOJI_NAME.into());
        }
        let grant = self.access.post_to_remove_reaction(actor, post, user).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::REACTION_ARCHIVED.into());
        }
        let now = self.now_after(grant.post.update_at);
        let removed = Reaction {
            user_id: user,
            post_id: post,
            emoji_name: emoji_name.to_owned(),
            create_at: Millis::ZERO,
            update_at: now,
            delete_at: Millis::ZERO,
            channel_id: grant.channel_grant.channel.id,
        };
        let mut write = self.access.write(&grant, "reactions.remove");
        write.detail("user_id", user);
        write.detail("emoji_name", emoji_name);
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(reactions::remove(grant.write_id(), user, emoji_name, now));
        write.commit(Event::ReactionRemoved(removed)).await
    }
}
