//! Deleting posts.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::deletion;
use guildhall_storage::{search, threads};

use super::audience::Recorded;
use crate::access::PostGrant;
use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    /// Deletes a post; deleting a root post deletes its thread. What is stored of it is erased: only the event still has
    /// the post as it was, for integrations that mirror the channel.
    #[boxed]
    pub async fn delete_post(&self, actor: &Actor, id: PostId) -> Result<()> {
        let grant = self.access.post_to_delete(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        let now = self.now_after(grant.post.update_at);
        let (mentioned, recorded) = self.mentioned_by(actor, &grant).await?;
        let unrecorded = (recorded == Recorded::No).then_some(mentioned.as_slice());
        let mut write = self.access.write(&grant, "posts.delete").in_lane_of(&grant.channel_grant.channel.id);
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(deletion::delete(grant.write_id(), &grant.post, unrecorded, now));
        write.push(search::remove(grant.write_id()));
        if grant.post.root_id.is_none() {
            write.push(search::remove_replies(grant.write_id()));
        }
        let post = self.view_of(&grant.channel_grant, grant.post.clone()).await?;
        let mut events = Vec::new();
        if let Some(root) = grant.post.root_id {
            events.extend(self.unread_count_events(&grant, root, &mentioned).await?);
        }
        events.insert(0, Event::PostDeleted { post: Arc::new(post), deleted_by: actor.user_id, mentioned });
        write.commit(events).await
    }

    /// Events with the new unread counts for the thread's followers who had not read the deleted reply.
    async fn unread_count_events(&self, reply: &PostGrant, root: PostId, mentioned: &[UserId]) -> Result<Vec<Event>> {
        let mut followers = threads::members(self.access.read(reply), reply.thread_id()).await?;
        followers
            .retain(|(user, seen_until, .., following)| *following && *user != reply.post.user_id && *seen_until < reply.post.create_at);
        let events = followers.into_iter().map(|(user_id, seen_until, mentions, replies, _)| Event::ThreadRead {
            user_id,
            team_id: reply.channel_grant.channel.team_id,
            channel_id: reply.channel_grant.channel.id,
            thread_id: root,
            timestamp: seen_until,
            unread_mentions: (mentions - i64::from(mentioned.contains(&user_id))).max(0),
            unread_replies: (replies - 1).max(0),
            previous_unread_mentions: mentions,
            previous_unread_replies: replies,
        });
        Ok(events.collect())
    }
}
