//! The check of what is sent later: a draft or a scheduled post.

use guildhall_model::post::Post;
use guildhall_model::{Actor, Result};

use super::NewPost;
use crate::access::ChannelGrant;
use crate::posts::Posts;

impl Posts<'_> {
    /// The post as it would be stored if it were sent now. Its files are not looked at.
    pub(crate) async fn check_unsent(&self, actor: &Actor, grant: &ChannelGrant, draft: NewPost) -> Result<Post> {
        let post = draft.into_post(actor, &*self.ids, self.clock.now(), self.settings().posts.max_message_chars())?;
        self.root_of(grant, &post).await?;
        Ok(post)
    }
}
