//! The first unread post of a channel, and marking a channel as unread from a post on.

use std::collections::BTreeSet;

use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::{Post, PostList};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::audience::{self, Addressee};
use guildhall_storage::posts::lists::{self, PostFilter};
use guildhall_storage::posts::{mentioned, recount, unread};

use super::audience::mentionable_texts;
use super::lists::PostPage;
use super::mentions::{self, MentionCandidates};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::posts::Posts;

/// Limit of posts from before mentions were stored in which they are worked out again.
const UNRECORDED_MAX: i64 = 1_000;

/// How many posts to return around the first unread post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadRequest {
    pub before: i64,
    pub after: i64,
    pub collapsed_threads: bool,
}

impl Posts<'_> {
    /// The posts around the user's first unread post; the newest posts when there is none.
    #[boxed]
    pub async fn posts_around_unread(&self, actor: &Actor, user: UserId, channel: ChannelId, request: UnreadRequest) -> Result<PostList> {
        let own = self.access.require_own_account(actor, user)?;
        let channel_grant = self.access.read_channel(actor, channel).await?;
        let filter = if request.collapsed_threads { PostFilter::Roots } else { PostFilter::All };
        let db = self.access.read(&channel_grant);
        let seen_until = channel_grant.member.as_ref().map(|member| member.last_viewed_at).unwrap_or_default();
        let first = unread::first_after(db, channel_grant.id(), seen_until, request.collapsed_threads).await?;
        let Some((first, at)) = first else {
            let mut posts = lists::page(db, channel_grant.id(), filter, 0, request.before + 1).await?;
            let prev = super::lists::truncate(&mut posts, request.before);
            return self
                .post_list(&own, &channel_grant, PostPage { is_cut: false, posts, next: None, prev }, request.collapsed_threads)
                .await;
        };
        let position = (at, first);
        // The first unread post counts as the oldest of the `after` posts.
        let mut older = lists::before(db, channel_grant.id(), filter, position, request.before + 1).await?;
        let prev = super::lists::truncate(&mut older, request.before);
        let mut newer = lists::after(db, channel_grant.id(), filter, position, request.after).await?;
        let next = super::lists::truncate_newest(&mut newer, request.after - 1);
        let mut posts = newer;
        posts.extend(guildhall_storage::posts::get_in(db, channel_grant.id(), first).await?);
        posts.extend(older);
        self.post_list(&own, &channel_grant, PostPage { is_cut: false, posts, next, prev }, request.collapsed_threads).await
    }

    /// Marks the channel as unread from this post on. With collapsed threads, a reply marks only its thread.
    #[boxed]
    pub async fn set_post_unread(
        &self,
        actor: &Actor,
        user: UserId,
        id: PostId,
        collapsed_threads: bool,
    ) -> Result<(ChannelMember, Option<TeamId>)> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, id).await?;
        let mut member = grant.channel_grant.member.clone().ok_or(context::PERMISSIONS)?;
        if grant.post.root_id.is_some() && collapsed_threads {
            self.threads().set_thread_unread_at(actor, &own, &grant).await?;
            return Ok((member, grant.channel_grant.channel.team_id));
        }
        let db = self.access.read(&grant);
        let seen_until = grant.post.create_at.minus_ms(1);
        let (all, roots) = unread::count_after(db, grant.channel_grant.id(), seen_until).await?;
        let (mentions, root_mentions) = mentioned::count_in_channel(db, grant.channel_grant.id(), user, seen_until).await?;
        let unrecorded = mentioned::unrecorded_in_channel(db, grant.channel_grant.id(), user, seen_until, UNRECORDED_MAX).await?;
        let unrecorded = self.posts_mentioning(actor, &grant.channel_grant, &unrecorded).await?;
        let unrecorded = (unrecorded.len() as i64, unrecorded.iter().filter(|post| post.root_id.is_none()).count() as i64);
        member.last_viewed_at = seen_until;
        member.msg_count = (grant.channel_grant.channel.total_msg_count - all).max(0);
        member.msg_count_root = (grant.channel_grant.channel.total_msg_count_root - roots).max(0);
        member.mention_count = mentions + unrecorded.0;
        member.mention_count_root = root_mentions + unrecorded.1;
        member.urgent_mention_count = mentioned::count_urgent_in_channel(db, grant.channel_grant.id(), user, seen_until).await?;
        member.last_update_at = self.post_time(&grant.channel_grant.channel);
        let mut write = self.access.write(&own, "posts.set_unread");
        write.push(unread::set_read_state(own.write_id(), member.channel_id, seen_until, member.last_update_at));
        write.push(recount::recount_read(own.write_id(), &[member.channel_id]));
        write.extend(recount::recount_mentions(own.write_id(), member.channel_id, unrecorded));
        let event = Event::PostUnread {
            team_id: grant.channel_grant.channel.team_id,
            post_id: id,
            msg_count: member.msg_count,
            msg_count_root: member.msg_count_root,
            member: member.clone(),
        };
        write.commit(event).await?;
        Ok((member, grant.channel_grant.channel.team_id))
    }

    /// Those of the posts that mention the actor; in direct and group channels all of them.
    pub(crate) async fn posts_mentioning<'p>(
        &self,
        actor: &Actor,
        channel_grant: &ChannelGrant,
        posts: &'p [Post],
    ) -> Result<Vec<&'p Post>> {
        if channel_grant.channel.kind.is_personal() {
            return Ok(posts.iter().collect());
        }
        let candidates: Vec<_> = posts.iter().map(|post| mentions::parse_mentions(mentionable_texts(post))).collect();
        // A name may be somebody else's longer one.
        let names: BTreeSet<String> = candidates.iter().flat_map(MentionCandidates::usernames).collect();
        let names: Vec<String> = names.into_iter().collect();
        let users = audience::find_addressees(self.access.read(channel_grant), channel_grant.id(), actor.user_id, &names, &[]).await?;
        let is_actor = |user: &Addressee| user.user_id == actor.user_id;
        let accepts_channel = users.iter().any(|user| is_actor(user) && mentions::accepts_channel_mentions(user));
        let mentions_actor = |candidates: &MentionCandidates| {
            let mentioned = candidates.resolve(&users);
            mentioned.channel_wide && accepts_channel || mentioned.users.into_iter().any(is_actor)
        };
        Ok(posts.iter().zip(&candidates).filter(|(_, candidates)| mentions_actor(candidates)).map(|(post, _)| post).collect())
    }
}
