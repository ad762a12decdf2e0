//! Following a thread, and not any more.

use guildhall_model::id::{PostId, UserId};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::threads;

use crate::threads::Threads;

impl Threads<'_> {
    pub async fn follow_thread(&self, actor: &Actor, user: UserId, thread: PostId, following: bool) -> Result<()> {
        self.own_only(actor, user)?;
        let grant = self.access.read_post(actor, thread).await?;
        let root = grant.post.thread_id();
        let mut write = self.access.write(&grant);
        write.push(threads::set_following(root, user, following, self.clock.now()));
        write
            .commit(Event::ThreadFollowChanged {
                user_id: user,
                team_id: grant.on.channel.team_id,
                thread_id: root,
                following,
                reply_count: grant.post.reply_count,
            })
            .await
    }
}
