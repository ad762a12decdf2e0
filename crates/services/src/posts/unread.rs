//! Where somebody stopped reading, and stopping there again.

use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::{Post, PostList};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::audience;
use guildhall_storage::posts::lists::{self, Which};
use guildhall_storage::posts::unread;

use super::audience::texts_of;
use super::lists::Found;
use super::mentions;
use crate::access::ChannelGrant;
use crate::boxed;
use crate::posts::Posts;

/// The most posts in which mentions are counted again.
const COUNTED_MAX: i64 = 1_000;

/// How much around the first unread post is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadRequest {
    pub before: i64,
    pub after: i64,
    pub collapsed_threads: bool,
}

impl Posts<'_> {
    /// The posts around the first one that the person has not seen; the newest when there is none.
    #[boxed]
    pub async fn posts_around_unread(&self, actor: &Actor, user: UserId, channel: ChannelId, request: UnreadRequest) -> Result<PostList> {
        let own = self.access.only_own(actor, user)?;
        let on = self.access.read_channel(actor, channel).await?;
        let which = if request.collapsed_threads { Which::Roots } else { Which::All };
        let db = self.access.read(&on);
        let seen_until = on.member.as_ref().map(|member| member.last_viewed_at).unwrap_or_default();
        let first = unread::first_after(db, on.id(), seen_until, request.collapsed_threads).await?;
        let Some((first, at)) = first else {
            let mut posts = lists::page(db, on.id(), which, 0, request.before + 1).await?;
            let prev = super::lists::cut(&mut posts, request.before);
            return self.listed(&own, &on, Found { posts, next: None, prev }, request.collapsed_threads).await;
        };
        let place = (at, first);
        // The first unread post itself is the oldest of those "after".
        let mut older = lists::before(db, on.id(), which, place, request.before + 1).await?;
        let prev = super::lists::cut(&mut older, request.before);
        let mut newer = lists::after(db, on.id(), which, place, request.after).await?;
        let next = if newer.len() as i64 == request.after && !newer.is_empty() { Some(newer.remove(0).id) } else { None };
        let mut posts = newer;
        posts.extend(guildhall_storage::posts::get_in(db, on.id(), first).await?);
        posts.extend(older);
        self.listed(&own, &on, Found { posts, next, prev }, request.collapsed_threads).await
    }

    /// From this post on the channel is unread again; a reply only makes its thread so where the client knows threads.
    #[boxed]
    pub async fn set_post_unread(
        &self,
        actor: &Actor,
        user: UserId,
        id: PostId,
        knows_threads: bool,
    ) -> Result<(ChannelMember, Option<TeamId>)> {
        let own = self.access.only_own(actor, user)?;
        let grant = self.access.read_post(actor, id).await?;
        let mut member = grant.on.member.clone().ok_or(context::PERMISSIONS)?;
        if grant.post.root_id.is_some() && knows_threads {
            self.threads().set_thread_unread_at(actor, &own, &grant).await?;
            return Ok((member, grant.on.channel.team_id));
        }
        let db = self.access.read(&grant);
        let seen_until = grant.post.create_at.minus_ms(1);
        let (all, roots) = unread::count_after(db, grant.on.id(), seen_until).await?;
        let posts = unread::of_others_after(db, grant.on.id(), actor.user_id, seen_until, COUNTED_MAX).await?;
        let mentioned = self.mentioning(actor, &grant.on, &posts).await?;
        member.last_viewed_at = seen_until;
        member.msg_count = (grant.on.channel.total_msg_count - all).max(0);
        member.msg_count_root = (grant.on.channel.total_msg_count_root - roots).max(0);
        member.mention_count = mentioned.len() as i64;
        member.mention_count_root = mentioned.iter().filter(|post| post.root_id.is_none()).count() as i64;
        member.urgent_mention_count = 0;
        member.last_update_at = self.clock.now();
        let mut write = self.access.write(&own);
        write.push(unread::set_seen(own.write_id(), &member));
        let event = Event::PostUnread {
            team_id: grant.on.channel.team_id,
            post_id: id,
            msg_count: member.msg_count,
            msg_count_root: member.msg_count_root,
            member: member.clone(),
        };
        write.commit(event).await?;
        Ok((member, grant.on.channel.team_id))
    }

    /// Those of the posts that mention the actor.
    pub(crate) async fn mentioning<'p>(&self, actor: &Actor, on: &ChannelGrant, posts: &'p [Post]) -> Result<Vec<&'p Post>> {
        if on.channel.kind.is_personal() {
            return Ok(posts.iter().collect());
        }
        let me = audience::addressed(self.access.read(on), on.id(), actor.user_id, &[], &[]).await?;
        let mentions_me = |post: &&Post| {
            let spoken = mentions::spoken_in(texts_of(post));
            !spoken.names(&me).is_empty() || spoken.everybody && me.iter().any(mentions::hears_everybody)
        };
        Ok(posts.iter().filter(mentions_me).collect())
    }
}
