//! A user's saved (flagged) posts.

use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::post::PostList;
use guildhall_model::{Actor, Result};
use guildhall_storage::posts;

use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    /// A page, newest first. Only for the user themselves.
    #[boxed]
    pub async fn flagged_posts(
        &self,
        actor: &Actor,
        user: UserId,
        (team, channel): (Option<TeamId>, Option<ChannelId>),
        (offset, limit): (i64, i64),
    ) -> Result<PostList> {
        let own = self.access.require_own_account(actor, user)?;
        let db = self.access.read(&own);
        let ids = posts::flagged::ids(db, own.id(), team, channel).await?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(ids.len());
        let page: Vec<_> = ids.into_iter().skip(from).take(usize::try_from(limit).unwrap_or_default()).collect();
        let posts = posts::by_ids_of_member(db, own.id(), &page).await?;
        Ok(PostList { posts: self.views_of(&own, posts).await?, order: page, ..PostList::default() })
    }
}
