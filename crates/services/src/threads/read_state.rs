//! The read state of threads: up to when a user has read them, and the unread counts that follow from it.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, TeamId, UserId};
use guildhall_model::post::Thread;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::Granted;
use guildhall_storage::posts::{mentioned, recount};
use guildhall_storage::threads::{self, lists};

use super::{ThreadPage, Totals};
use crate::access::{ChannelGrant, PostGrant, UserGrant, Writing};
use crate::boxed;
use crate::threads::Threads;

/// Limit of replies from before mentions were stored in which they are worked out again.
const UNRECORDED_MAX: i64 = 1_000;

impl Threads<'_> {
    /// Marks the thread as read up to `seen_until`.
    #[boxed]
    pub async fn read_thread(&self, actor: &Actor, user: UserId, thread: PostId, seen_until: Millis) -> Result<ThreadPage> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, thread).await?;
        let thread = self.set_read_until(actor, &own, &grant.channel_grant, grant.id(), seen_until).await?;
        self.load_page(&grant, Totals::default(), vec![thread], true).await
    }

    /// Marks the thread as unread from this post on.
    #[boxed]
    pub async fn set_thread_unread(&self, actor: &Actor, user: UserId, thread: PostId, post: PostId) -> Result<ThreadPage> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, post).await?;
        if grant.post.thread_id() != thread {
            return Err(codes::NOT_IN_THREAD.into());
        }
        let thread = self.set_thread_unread_at(actor, &own, &grant).await?;
        self.load_page(&grant, Totals::default(), vec![thread], true).await
    }

    pub(crate) async fn set_thread_unread_at(&self, actor: &Actor, own: &Writing<UserGrant>, from: &PostGrant) -> Result<Thread> {
        let mut write = self.access.write(own, "threads.set_unread");
        let newest = from.channel_grant.channel.last_post_at;
        write.push(threads::set_following(from.thread_id(), own.write_id(), true, newest, self.clock.now()));
        write.commit(guildhall_model::Events::none("set_read_until publishes the event")).await?;
        self.set_read_until(actor, own, &from.channel_grant, from.thread_id(), from.post.create_at.minus_ms(1)).await
    }

    async fn set_read_until(
        &self,
        actor: &Actor,
        own: &Writing<UserGrant>,
        grant: &ChannelGrant,
        thread: Granted<PostId>,
        seen_until: Millis,
    ) -> Result<Thread> {
        let db = self.access.read(grant);
        let before = lists::get(db, own.id(), thread).await?.ok_or(codes::THREAD_NOT_FOLLOWED)?;
        let (mentions, unrecorded) = if seen_until >= before.last_reply_at {
            (0, 0)
        } else {
            let unrecorded = mentioned::unrecorded_in_thread(db, thread, actor.user_id, seen_until, UNRECORDED_MAX).await?;
            let unrecorded = self.posts().posts_mentioning(actor, grant, &unrecorded).await?.len() as i64;
            (mentioned::count_in_thread(db, thread, actor.user_id, seen_until).await?, unrecorded)
        };
        let unread_mentions = mentions + unrecorded;
        let mut write = self.access.write(own, "threads.read");
        write.push(threads::set_read_state(thread, own.write_id(), seen_until, self.clock.now()));
        write.push(recount::recount_thread_mentions(own.write_id(), thread.key(), unrecorded));
        let mut after = Thread { last_viewed_at: seen_until, unread_mentions, ..before.clone() };
        after.unread_replies = self.unread_replies(grant, actor, thread, seen_until, &before).await?;
        write
            .commit(Event::ThreadRead {
                user_id: actor.user_id,
                team_id: grant.channel.team_id,
                channel_id: grant.channel.id,
                thread_id: thread.key(),
                timestamp: seen_until,
                unread_mentions,
                unread_replies: after.unread_replies,
                previous_unread_mentions: before.unread_mentions,
                previous_unread_replies: before.unread_replies,
            })
            .await?;
        Ok(after)
    }

    async fn unread_replies(
        &self,
        grant: &ChannelGrant,
        actor: &Actor,
        thread: Granted<PostId>,
        seen_until: Millis,
        before: &Thread,
    ) -> Result<i64> {
        if seen_until >= before.last_reply_at {
            return Ok(0);
        }
        threads::lists::replies_after(self.access.read(grant), thread, actor.user_id, seen_until).await
    }

    #[boxed]
    pub async fn read_all_threads(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<()> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let now = self.clock.now();
        let mut write = self.access.write(&own, "threads.read_all");
        write.extend(lists::read_all(own.write_id(), lists::Scope { user: own.id(), team: grant.id(), include_personal: true }, now));
        write.commit(Event::AllThreadsRead { user_id: user, team_id: Some(team), channel_id: None, timestamp: now }).await
    }
}
