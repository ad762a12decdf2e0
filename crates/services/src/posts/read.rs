//! Posts looked at one by one or by their ids, and what is around them.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_model::post::{PostList, PostView};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{posts, teams};

use crate::boxed;
use crate::posts::Posts;

/// Where a post is, for somebody who follows a link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostInfo {
    pub channel: Channel,
    pub has_joined_channel: bool,
    /// `None` for direct and group channels.
    pub team: Option<Team>,
    pub has_joined_team: bool,
}

/// Posts in one request by id.
pub const IDS_MAX: usize = 1_000;
const PINNED_MAX: i64 = 1_000;

impl Posts<'_> {
    #[boxed]
    pub async fn get_post(&self, actor: &Actor, id: PostId) -> Result<PostView> {
        let grant = self.access.read_post(actor, id).await?;
        self.view_of(&grant.on, grant.post).await
    }

    /// A deleted post too, for who administers the server.
    #[boxed]
    pub async fn get_post_even_deleted(&self, actor: &Actor, id: PostId) -> Result<PostView> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let found = posts::get(self.access.read(&grant), id).await?;
        let post = self.access.open(&grant, found).ok_or(codes::NOT_FOUND)?;
        let on = self.access.read_channel(actor, post.channel_id).await?;
        self.view_of(&on, post).await
    }

    /// Those of the posts that the actor may read, in the order asked for.
    #[boxed]
    pub async fn posts_by_ids(&self, actor: &Actor, ids: &[PostId]) -> Result<Vec<PostView>> {
        if ids.is_empty() {
            return Err(context::INVALID_PARAM.with("name", "post_ids"));
        }
        if ids.len() > IDS_MAX {
            return Err(codes::TOO_MANY_IDS.with("limit", IDS_MAX));
        }
        let own = self.access.own(actor);
        let found = posts::by_ids(self.access.read(&own), ids).await?;
        let mut found = self.access.readable(actor, found).await?;
        found.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
        if found.is_empty() {
            return Err(codes::NOT_FOUND.into());
        }
        self.views_of(&own, found).await
    }

    #[boxed]
    pub async fn pinned_posts(&self, actor: &Actor, channel: guildhall_model::id::ChannelId) -> Result<PostList> {
        let on = self.access.read_channel(actor, channel).await?;
        let posts = posts::lists::pinned(self.access.read(&on), on.id(), PINNED_MAX).await?;
        let order = posts.iter().map(|post| post.id).collect();
        Ok(PostList { order, posts: self.views_of(&on, posts).await?, ..PostList::default() })
    }

    #[boxed]
    pub async fn post_info(&self, actor: &Actor, id: PostId) -> Result<PostInfo> {
        let grant = self.access.read_post(actor, id).await?;
        let on = &grant.on;
        let team = match on.team_id() {
            Some(team) => teams::get(self.access.read(on), team).await?,
            None => None,
        };
        let has_joined_team = on.team_member.as_ref().is_some_and(|member| member.delete_at.is_zero());
        Ok(PostInfo { channel: on.channel.clone(), has_joined_channel: on.member.is_some(), team, has_joined_team })
    }
}
