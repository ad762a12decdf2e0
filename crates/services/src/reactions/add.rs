//! Adding a reaction to a post.

use guildhall_model::codes::posts as codes;
use guildhall_model::emoji::canonical_name;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::Reaction;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::posts::persistent_notifications;
use guildhall_storage::reactions;

use crate::boxed;
use crate::reactions::Reactions;

/// Limit of distinct emoji per post.
const EMOJI_PER_POST_MAX: usize = 50;

impl Reactions<'_> {
    /// Idempotent: returns the existing reaction when there is one. An emoji has several names, and all of them are one
    /// reaction: under the name that the post's reactions have already, else under the emoji's canonical name.
    #[boxed]
    pub async fn add_reaction(&self, actor: &Actor, user: UserId, post: PostId, emoji_name: &str) -> Result<Reaction> {
        if !is_valid_emoji_name(emoji_name) {
            return Err(codes::BAD_EMOJI_NAME.into());
        }
        if user != actor.user_id {
            return Err(codes::REACTION_OF_OTHER_USER.into());
        }
        let grant = self.access.post(actor, post, Permission::AddReaction).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::REACTION_ARCHIVED.into());
        }
        let existing = reactions::by_posts(self.access.read(&grant), &[&grant.post]).await?;
        let canonical = canonical_name(emoji_name);
        let same = existing.iter().find(|reaction| canonical_name(&reaction.emoji_name) == canonical);
        let is_new_emoji = same.is_none();
        let emoji_name = same.map_or(&*canonical, |reaction| reaction.emoji_name.as_str());
        if let Some(same) = existing.iter().find(|reaction| reaction.user_id == user && reaction.emoji_name == emoji_name) {
            return Ok(same.clone());
        }
        if is_new_emoji {
            let mut names: Vec<&str> = existing.iter().map(|reaction| reaction.emoji_name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            if names.len() >= EMOJI_PER_POST_MAX {
                return Err(codes::TOO_MANY_REACTIONS.with("limit", EMOJI_PER_POST_MAX));
            }
            if !self.emoji().emoji_exists(emoji_name).await? {
                return Err(codes::UNKNOWN_EMOJI.into());
            }
        }
        let now = self.now_after(grant.post.update_at);
        let reaction = Reaction {
            user_id: user,
            post_id: post,
            emoji_name: emoji_name.to_owned(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            channel_id: grant.channel_grant.channel.id,
        };
        let mut write = self.access.write(&grant, "reactions.add");
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(reactions::add(grant.write_id(), &reaction));
        if grant.post.priority.persistent_notifications {
            write.push(persistent_notifications::delete_if_mentioned(grant.write_id(), user));
        }
        write.commit(Event::ReactionAdded(reaction.clone())).await?;
        Ok(reaction)
    }
}

pub(super) fn is_valid_emoji_name(name: &str) -> bool {
    guildhall_model::emoji::is_valid_name(name)
}
