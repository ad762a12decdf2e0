//! Reading posts by id, pinned posts, and the context of a post.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_model::post::{PostList, PostView};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{posts, teams};

use super::lists::{fitting, truncate};
use crate::boxed;
use crate::posts::Posts;

/// The channel and team of a post, for a client that follows a link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostInfo {
    pub channel: Channel,
    pub has_joined_channel: bool,
    /// `None` for direct and group channels.
    pub team: Option<Team>,
    pub has_joined_team: bool,
}

/// Limit of post ids per request.
pub const IDS_MAX: usize = 1_000;
const PINNED_MAX: i64 = 1_000;

impl Posts<'_> {
    #[boxed]
    pub async fn get_post(&self, actor: &Actor, id: PostId) -> Result<PostView> {
        let grant = self.access.read_post(actor, id).await?;
        self.view_of(&grant.channel_grant, grant.post).await
    }

    /// Also deleted posts; for system administrators.
    #[boxed]
    pub async fn get_post_including_deleted(&self, actor: &Actor, id: PostId) -> Result<PostView> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let unchecked = posts::get(self.access.read(&grant), id).await?;
        let post = self.access.open(&grant, unchecked).ok_or(codes::NOT_FOUND)?;
        let channel_grant = self.access.read_channel(actor, post.channel_id).await?;
        self.view_of(&channel_grant, post).await
    }

    /// Those of the posts that the actor may read, in the order of `ids`. 404 when there are none.
    #[boxed]
    pub async fn posts_by_ids(&self, actor: &Actor, ids: &[PostId]) -> Result<Vec<PostView>> {
        if ids.is_empty() {
            return Err(context::INVALID_PARAM.with("name", "post_ids"));
        }
        if ids.len() > IDS_MAX {
            return Err(codes::TOO_MANY_IDS.with("limit", IDS_MAX));
        }
        let own = self.access.own_account(actor);
        let unchecked = posts::by_ids(self.access.read(&own), ids).await?;
        let mut posts = self.access.readable_posts(actor, unchecked).await?;
        let fitting = fitting(posts.iter(), IDS_MAX as i64);
        if fitting < posts.len() {
            return Err(codes::TOO_MANY_IDS.with("limit", fitting));
        }
        posts.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
        if posts.is_empty() {
            return Err(codes::NOT_FOUND.into());
        }
        self.views_of(&own, posts).await
    }

    #[boxed]
    pub async fn pinned_posts(&self, actor: &Actor, channel: guildhall_model::id::ChannelId) -> Result<PostList> {
        let channel_grant = self.access.read_channel(actor, channel).await?;
        let mut posts = posts::lists::pinned(self.access.read(&channel_grant), channel_grant.id(), PINNED_MAX).await?;
        let has_next = truncate(&mut posts, PINNED_MAX).is_some();
        let order = posts.iter().map(|post| post.id).collect();
        Ok(PostList { order, posts: self.views_of(&channel_grant, posts).await?, has_next, ..PostList::default() })
    }

    #[boxed]
    pub async fn post_info(&self, actor: &Actor, id: PostId) -> Result<PostInfo> {
        let grant = self.access.read_post(actor, id).await?;
        let channel_grant = &grant.channel_grant;
        let team = match channel_grant.team_id() {
            Some(team) => teams::get(self.access.read(channel_grant), team).await?,
            None => None,
        };
        let has_joined_team = channel_grant.team_member.as_ref().is_some_and(|member| member.delete_at.is_zero());
        Ok(PostInfo { channel: channel_grant.channel.clone(), has_joined_channel: channel_grant.member.is_some(), team, has_joined_team })
    }
}
