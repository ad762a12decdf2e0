//! Who may do what with a post: what they may do in its channel, and whose post it is.

use guildhall_model::id::PostId;
use guildhall_model::{Actor, Permission, Result, codes};
use guildhall_storage::posts;

use super::grant::Proof;
use super::{Access, ChannelGrant, PostGrant};

impl Access {
    /// The post, when the actor may do this in its channel. A deleted one is gone for everybody.
    pub async fn post(&self, actor: &Actor, id: PostId, permission: Permission) -> Result<PostGrant> {
        let post = posts::get(&self.db, id).await?.filter(|post| post.delete_at.is_zero()).ok_or(codes::posts::NOT_FOUND)?;
        let on = self.channel(actor, post.channel_id, permission).await?;
        Ok(PostGrant { post, on, _proof: Proof })
    }

    /// The post, when the actor may read its channel.
    pub async fn read_post(&self, actor: &Actor, id: PostId) -> Result<PostGrant> {
        let post = posts::get(&self.db, id).await?.filter(|post| post.delete_at.is_zero()).ok_or(codes::posts::NOT_FOUND)?;
        let on = self.read_channel(actor, post.channel_id).await?;
        Ok(PostGrant { post, on, _proof: Proof })
    }

    /// The post of a channel that the actor holds a grant for, whoever wrote it.
    pub fn post_in(&self, on: ChannelGrant, post: guildhall_model::post::Post) -> Result<PostGrant> {
        if post.channel_id == on.channel.id { Ok(PostGrant { post, on, _proof: Proof }) } else { Err(codes::posts::NOT_FOUND.into()) }
    }
}
