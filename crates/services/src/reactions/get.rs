//! Reading the reactions to posts.

use std::collections::BTreeMap;

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_model::post::Reaction;
use guildhall_model::{Actor, Result};
use guildhall_storage::{posts, reactions};

use crate::boxed;
use crate::posts::IDS_MAX;
use crate::reactions::Reactions;

impl Reactions<'_> {
    #[boxed]
    pub async fn reactions_of(&self, actor: &Actor, post: PostId) -> Result<Vec<Reaction>> {
        let grant = self.access.read_post(actor, post).await?;
        reactions::by_posts(self.access.read(&grant), &[&grant.post]).await
    }

    /// The reactions to each of the posts. 403 unless the actor may read all of them.
    #[boxed]
    pub async fn reactions_of_posts(&self, actor: &Actor, ids: &[PostId]) -> Result<BTreeMap<PostId, Vec<Reaction>>> {
        if ids.len() > IDS_MAX {
            return Err(codes::TOO_MANY_IDS.with("limit", IDS_MAX));
        }
        let own = self.access.own_account(actor);
        let db = self.access.read(&own);
        let unchecked = posts::by_ids(db, ids).await?;
        let posts = self.access.readable_posts(actor, unchecked).await?;
        if ids.iter().any(|id| !posts.iter().any(|post| post.id == *id)) {
            return Err(context::PERMISSIONS.into());
        }
        let mut by_post: BTreeMap<PostId, Vec<Reaction>> = ids.iter().map(|id| (*id, Vec::new())).collect();
        for reaction in reactions::by_posts(db, &posts.iter().collect::<Vec<_>>()).await? {
            by_post.entry(reaction.post_id).or_default().push(reaction);
        }
        Ok(by_post)
    }
}
