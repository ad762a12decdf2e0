//! Removing a reaction from a post.

use guildhall_model::codes::posts as codes;
use guildhall_model::emoji::canonical_name;
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
        let canonical = canonical_name(emoji_name);
        let existing = reactions::by_posts(self.access.read(&grant), &[&grant.post]).await?;
        let own = existing.into_iter().filter(|reaction| reaction.user_id == user);
        let removed = own.filter(|reaction| canonical_name(&reaction.emoji_name) == canonical);
        let now = self.now_after(grant.post.update_at);
        let mut write = self.access.write(&grant, "reactions.remove");
        write.detail("user_id", user);
        write.detail("emoji_name", &canonical);
        write.extend(self.access.guard(actor, &grant.channel_grant));
        let mut events = Vec::new();
        for reaction in removed {
            write.extend(reactions::remove(grant.write_id(), user, &reaction.emoji_name, now));
            events.push(Event::ReactionRemoved(Reaction { create_at: Millis::ZERO, update_at: now, ..reaction }));
        }
        write.commit(events).await
    }
}
