//! Deleting posts.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::PostId;
use guildhall_model::post::{Post, PostView};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::change;
use guildhall_storage::{files, search, threads};

use crate::access::PostGrant;
use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    /// Deletes a post; deleting a root post deletes its thread.
    #[boxed]
    pub async fn delete_post(&self, actor: &Actor, id: PostId) -> Result<()> {
        let grant = self.access.post_to_delete(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        let now = self.now_after(grant.post.update_at);
        let mut write = self.access.write(&grant).in_lane_of(&grant.channel_grant.channel.id);
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(change::delete(grant.write_id(), &grant.post, now));
        write.push(files::delete_of_post(grant.write_id(), now));
        write.push(search::remove(grant.write_id()));
        if grant.post.root_id.is_none() {
            write.push(change::delete_files_of_replies(grant.write_id(), now));
            write.push(search::remove_replies(grant.write_id()));
        }
        let post: PostView = Post { delete_at: now, update_at: now, ..grant.post.clone() }.into();
        let mut events = vec![Event::PostDeleted { post: Arc::new(post), deleted_by: actor.user_id }];
        if let Some(root) = grant.post.root_id {
            events.extend(self.unread_count_events(&grant, root).await?);
        }
        write.commit(events).await
    }

    /// Events with the new unread counts for the thread's followers who had not read the deleted reply.
    async fn unread_count_events(&self, reply: &PostGrant, root: PostId) -> Result<Vec<Event>> {
        let mut followers = threads::followers(self.access.read(reply), reply.thread_id()).await?;
        followers.retain(|(user, seen_until, ..)| *user != reply.post.user_id && *seen_until < reply.post.create_at);
        let events = followers.into_iter().map(|(user_id, seen_until, mentions, replies)| {
            let unread_replies = (replies - 1).max(0);
            Event::ThreadRead {
                user_id,
                team_id: reply.channel_grant.channel.team_id,
                channel_id: reply.channel_grant.channel.id,
                thread_id: root,
                timestamp: seen_until,
                unread_mentions: mentions.min(unread_replies),
                unread_replies,
                previous_unread_mentions: mentions,
                previous_unread_replies: replies,
            }
        });
        Ok(events.collect())
    }
}
