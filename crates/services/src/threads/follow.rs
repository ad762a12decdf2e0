//! Following and unfollowing threads.

use guildhall_model::id::{PostId, UserId};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::threads;

use crate::boxed;
use crate::threads::Threads;

impl Threads<'_> {
    #[boxed]
    pub async fn follow_thread(&self, actor: &Actor, user: UserId, thread: PostId, following: bool) -> Result<()> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, thread).await?;
        let thread = grant.thread_id();
        let mut write = self.access.write(&own, "threads.follow");
        write.push(threads::set_following(thread, own.write_id(), following, grant.channel_grant.channel.last_post_at, self.clock.now()));
        write
            .commit(Event::ThreadFollowChanged {
                user_id: user,
                team_id: grant.channel_grant.channel.team_id,
                thread_id: thread.key(),
                following,
                reply_count: grant.post.reply_count,
            })
            .await
    }
}
