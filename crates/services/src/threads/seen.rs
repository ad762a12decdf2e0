//! How far somebody has read threads.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, TeamId, UserId};
use guildhall_model::post::Thread;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::Granted;
use guildhall_storage::posts::thread;
use guildhall_storage::threads::{self, lists};

use super::{ThreadPage, Totals};
use crate::access::{ChannelGrant, PostGrant, UserGrant, Writing};
use crate::boxed;
use crate::threads::Threads;

/// The most replies in which mentions are counted again.
const COUNTED_MAX: i64 = 1_000;
const LAST: PostId = PostId::from_bytes([0xff; 16]);

impl Threads<'_> {
    /// The person has read the thread until `seen_until`.
    #[boxed]
    pub async fn read_thread(&self, actor: &Actor, user: UserId, thread: PostId, seen_until: Millis) -> Result<ThreadPage> {
        let own = self.access.only_own(actor, user)?;
        let grant = self.access.read_post(actor, thread).await?;
        let found = self.move_seen(actor, &own, &grant.on, grant.id(), seen_until).await?;
        self.whole(&grant, Totals::default(), vec![found], true).await
    }

    /// From this post of the thread on it is unread again.
    #[boxed]
    pub async fn set_thread_unread(&self, actor: &Actor, user: UserId, thread: PostId, post: PostId) -> Result<ThreadPage> {
        let own = self.access.only_own(actor, user)?;
        let grant = self.access.read_post(actor, post).await?;
        if grant.post.thread_id() != thread {
            return Err(codes::NOT_IN_THREAD.into());
        }
        let found = self.set_thread_unread_at(actor, &own, &grant).await?;
        self.whole(&grant, Totals::default(), vec![found], true).await
    }

    pub(crate) async fn set_thread_unread_at(&self, actor: &Actor, own: &Writing<UserGrant>, from: &PostGrant) -> Result<Thread> {
        let mut write = self.access.write(own);
        write.push(threads::set_following(from.thread_id(), own.write_id(), true, self.clock.now()));
        write.commit(guildhall_model::Events::none("the event of what was seen follows")).await?;
        self.move_seen(actor, own, &from.on, from.thread_id(), from.post.create_at.minus_ms(1)).await
    }

    async fn move_seen(
        &self,
        actor: &Actor,
        own: &Writing<UserGrant>,
        on: &ChannelGrant,
        thread: Granted<PostId>,
        seen_until: Millis,
    ) -> Result<Thread> {
        let db = self.access.read(on);
        let before = lists::one(db, own.id(), thread).await?.ok_or(codes::THREAD_NOT_FOLLOWED)?;
        let unread_mentions = if seen_until >= before.last_reply_at {
            0
        } else {
            let mut replies = thread::replies(db, thread, thread::From::After(seen_until, LAST), COUNTED_MAX).await?;
            replies.retain(|reply| reply.user_id != actor.user_id);
            self.posts().mentioning(actor, on, &replies).await?.len() as i64
        };
        let mut write = self.access.write(own);
        write.push(threads::set_seen(thread, own.write_id(), seen_until, unread_mentions, self.clock.now()));
        let mut after = Thread { last_viewed_at: seen_until, unread_mentions, ..before.clone() };
        after.unread_replies = self.unread_replies(on, actor, thread, seen_until, &before).await?;
        write
            .commit(Event::ThreadRead {
                user_id: actor.user_id,
                team_id: on.channel.team_id,
                channel_id: on.channel.id,
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
        on: &ChannelGrant,
        actor: &Actor,
        thread: Granted<PostId>,
        seen_until: Millis,
        before: &Thread,
    ) -> Result<i64> {
        if seen_until >= before.last_reply_at {
            return Ok(0);
        }
        threads::lists::replies_after(self.access.read(on), thread, actor.user_id, seen_until).await
    }

    #[boxed]
    pub async fn read_all_threads(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<()> {
        let own = self.access.only_own(actor, user)?;
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let now = self.clock.now();
        let mut write = self.access.write(&own);
        write.push(lists::read_all(own.write_id(), lists::Scope { user: own.id(), team: on.id(), personal_too: true }, now));
        write.commit(Event::AllThreadsRead { user_id: user, team_id: Some(team), channel_id: None, timestamp: now }).await
    }
}
