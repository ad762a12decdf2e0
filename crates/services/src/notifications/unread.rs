//! What of the messages that wait for a person is still to be mailed: what they have not read and may still read.

use std::collections::{HashMap, HashSet};

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelMember};
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::{Post, ThreadMember};
use guildhall_model::user::User;
use guildhall_storage::posts::{self, mentioned};
use guildhall_storage::{channel_members, threads};

use super::wanted::{Reason, can_receive, wants_mail};
use crate::access::{SystemGrant, actor_for};
use crate::notifications::Notifications;

/// Messages that are read at once, as they may be long.
const CHUNK: usize = 20;
/// Older messages are not mailed any more: the mail server was away for long, or the person was not to be disturbed.
const AGE_MAX_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// A message to be mailed.
pub(super) struct UnreadPost {
    pub post: Post,
    pub reason: Reason,
}

/// The messages to be mailed, and the channels that they are in.
#[derive(Default)]
pub(super) struct Unread {
    /// In the order of time.
    pub posts: Vec<UnreadPost>,
    pub channels: HashMap<ChannelId, Channel>,
}

/// What is known of a person's messages before each is decided on.
struct Known {
    members: HashMap<ChannelId, ChannelMember>,
    threads: HashMap<PostId, ThreadMember>,
    mentioning: HashSet<PostId>,
}

impl Notifications<'_> {
    /// Those of the messages that are still to be mailed, by what is true now. What is deleted, read, not wanted any more, or in a channel
    /// that the person may not read or that is archived, is left out.
    pub(super) async fn unread(&self, grant: &SystemGrant, user: &User, ids: &[PostId]) -> Result<Unread> {
        let mut unread = Unread::default();
        if !can_receive(user, &self.settings()) {
            return Ok(unread);
        }
        for some in ids.chunks(CHUNK) {
            self.add_unread(grant, user, some, &mut unread).await?;
        }
        unread.posts.sort_by_key(|unread| (unread.post.create_at, unread.post.id));
        Ok(unread)
    }

    async fn add_unread(&self, grant: &SystemGrant, user: &User, ids: &[PostId], unread: &mut Unread) -> Result<()> {
        let (db, own) = (self.access.read(grant), grant.user(user.id));
        let posts = posts::by_ids_of_member(db, own.id(), ids).await?;
        if posts.is_empty() {
            return Ok(());
        }
        let channels: HashSet<ChannelId> = posts.iter().map(|post| post.channel_id).collect();
        let channels: Vec<ChannelId> = channels.into_iter().collect();
        let readable = self.access.readable_channels(&actor_for(user), &channels).await?;
        let active = readable.into_iter().filter(|channel| !channel.is_archived());
        unread.channels.extend(active.map(|grant| (grant.channel.id, grant.channel)));
        let memberships = channel_members::memberships_in(db, own.id(), &channels).await?;
        let roots: Vec<PostId> = posts.iter().filter_map(|post| post.root_id).collect();
        let known = Known {
            members: memberships.into_iter().map(|membership| (membership.channel.id, membership.member)).collect(),
            threads: threads::memberships(db, own.id(), &roots).await?.into_iter().map(|thread| (thread.thread_id, thread)).collect(),
            mentioning: mentioned::mentioning_person(db, own.id(), ids).await?.into_iter().collect(),
        };
        let oldest = self.clock.now().minus_ms(AGE_MAX_MS);
        let is_candidate = |post: &Post| post.create_at >= oldest && unread.channels.contains_key(&post.channel_id);
        let candidates: Vec<Post> = posts.into_iter().filter(is_candidate).collect();
        unread.posts.extend(candidates.into_iter().filter_map(|post| known.reason(user, &post).map(|reason| UnreadPost { post, reason })));
        Ok(())
    }
}

impl Known {
    /// Why the message is to be mailed; `None` where it is read, or the person does not want it.
    fn reason(&self, user: &User, post: &Post) -> Option<Reason> {
        let member = self.members.get(&post.channel_id)?;
        let thread = post.root_id.and_then(|root| self.threads.get(&root));
        // Who views a channel in a client without threads has read these, too: that is recorded at the thread.
        let seen_until = thread.map_or(member.last_viewed_at, |thread| thread.last_viewed_at);
        let reason = if self.mentioning.contains(&post.id) {
            Reason::Mention
        } else if thread.is_some_and(|thread| thread.following) {
            Reason::Reply
        } else {
            return None;
        };
        (post.create_at > seen_until && wants_mail(user, &member.notify_props, reason)).then_some(reason)
    }
}
