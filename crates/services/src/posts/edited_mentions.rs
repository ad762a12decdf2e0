//! What an edit changes about the people whom a post mentions: their counters, who follows the thread, and the events.

use guildhall_model::codes::posts as codes;
use guildhall_model::event::MentionChange;
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::{self, mentioned, recount};
use guildhall_storage::{Statement, threads};

use crate::access::{PostGrant, Writing};
use crate::posts::Posts;

/// What an edit adds to its batch, where it changes whom the post mentions.
#[derive(Default)]
pub(super) struct EditedMentions {
    pub statements: Vec<Statement>,
    pub change: MentionChange,
    pub events: Vec<Event>,
}

impl Posts<'_> {
    pub(super) async fn edited_mentions(&self, actor: &Actor, grant: &Writing<PostGrant>, post: &Post) -> Result<EditedMentions> {
        let (before, _) = self.mentioned_by(actor, grant).await?;
        let after = self.mentioned_after_edit(actor, &grant.channel_grant, (&grant.post, post), &before).await?;
        let missing = |from: &[UserId], among: &[UserId]| from.iter().filter(|user| !among.contains(user)).copied().collect();
        let change = MentionChange { added: missing(&after, &before), removed: missing(&before, &after) };
        let mut statements = vec![mentioned::set(grant.write_id(), &after)];
        let channel = grant.channel_write_id();
        statements.extend(recount::change_unread_mentions(channel, post, &change.added, 1));
        statements.extend(recount::change_unread_mentions(channel, post, &change.removed, -1));
        let mut events = Vec::new();
        if post.root_id.is_some() && !change.is_empty() {
            statements.extend(self.follow_edited(grant, post, &change).await?);
            statements.extend(recount::change_unread_thread_mentions(post, &change.added, 1));
            statements.extend(recount::change_unread_thread_mentions(post, &change.removed, -1));
            events = self.edited_thread_events(grant, post, &change).await?;
        }
        Ok(EditedMentions { statements, change, events })
    }

    /// Who is mentioned in a reply follows the thread.
    async fn follow_edited(&self, grant: &Writing<PostGrant>, reply: &Post, change: &MentionChange) -> Result<Vec<Statement>> {
        let channel = grant.channel_write_id();
        let Some(root) = reply.root_id else { return Ok(Vec::new()) };
        let root = posts::get_in(self.access.read(grant), channel.to_read(), root).await?.ok_or(codes::BAD_ROOT)?;
        let thread = channel.thread(&root).ok_or(codes::ROOT_IN_OTHER_CHANNEL)?;
        let before = root.create_at.minus_ms(1);
        Ok(change.added.iter().map(|user| threads::follow(thread, *user, before, reply.update_at)).collect())
    }

    /// The new unread counts of the thread's followers, and the new followers.
    async fn edited_thread_events(&self, grant: &PostGrant, reply: &Post, change: &MentionChange) -> Result<Vec<Event>> {
        let members = threads::members(self.access.read(grant), grant.thread_id()).await?;
        let (team_id, channel_id, thread_id) = (grant.channel_grant.channel.team_id, reply.channel_id, reply.thread_id());
        let is_follower = |user: &UserId| members.iter().any(|(member, .., following)| member == user && *following);
        let reply_count = grant.post.reply_count;
        let follow = |user_id: &UserId| Event::ThreadFollowChanged { user_id: *user_id, team_id, thread_id, following: true, reply_count };
        let mut events: Vec<Event> = change.added.iter().filter(|user| !is_follower(user)).map(follow).collect();
        for (user_id, seen_until, mentions, replies, _) in members {
            let difference = i64::from(change.added.contains(&user_id)) - i64::from(change.removed.contains(&user_id));
            if difference != 0 && seen_until < reply.create_at {
                events.push(Event::ThreadRead {
                    user_id,
                    team_id,
                    channel_id,
                    thread_id,
                    timestamp: seen_until,
                    unread_mentions: (mentions + difference).max(0),
                    unread_replies: replies,
                    previous_unread_mentions: mentions,
                    previous_unread_replies: replies,
                });
            }
        }
        Ok(events)
    }
}
