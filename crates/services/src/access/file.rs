//! Authorization for files: readable to everybody that may read the post, or the channel of a bookmark; before a file is attached, to its
//! uploader only.

use guildhall_model::codes::{context, files as codes, posts};
use guildhall_model::file::FileInfo;
use guildhall_model::id::FileId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{channel_bookmarks, files};

use super::Access;

impl Access {
    /// The file, if the actor may read it. Inaccessible and missing files give the same error.
    pub async fn read_file(&self, actor: &Actor, id: FileId) -> Result<FileInfo> {
        let file = self.db.open_unchecked(files::get(&self.db, id).await?).ok_or_else(|| self.absent(actor, codes::NOT_FOUND))?;
        let is_readable = match file.post_id {
            None if channel_bookmarks::has_file(&self.db, id).await? => {
                self.read_channel(actor, file.channel_id).await?.channel.id == file.channel_id
            }
            None => file.user_id == actor.user_id,
            Some(post) => match self.read_post(actor, post).await {
                Err(error) if error.is(posts::NOT_FOUND) => return Err(codes::NOT_FOUND.into()),
                decision => decision?.post.id == post,
            },
        };
        match (is_readable, file.delete_at.is_zero()) {
            (false, _) => Err(context::PERMISSIONS.into()),
            (true, false) => Err(codes::NOT_FOUND.into()),
            (true, true) => Ok(file),
        }
    }

    /// The file, if the actor may create public links to it.
    pub async fn file_to_link(&self, actor: &Actor, id: FileId) -> Result<FileInfo> {
        let file = self.read_file(actor, id).await?;
        let grant = self.post_to_read(actor, file.post_id.ok_or(codes::LINK_WITHOUT_POST)?, Permission::GetPublicLink).await?;
        if file.post_id == Some(grant.post.id) { Ok(file) } else { Err(codes::NOT_FOUND.into()) }
    }
}
