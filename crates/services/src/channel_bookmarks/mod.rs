//! Bookmarks of channels: links and files that stand above a channel.

mod change;
mod create;
mod list;
mod order;

use guildhall_model::channel_bookmark::{BookmarkView, ChannelBookmark};
use guildhall_model::codes::{channel_bookmarks as codes, channels};
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelBookmarkId, ChannelId, FileId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{channel_bookmarks, files};

use crate::access::{ChannelGrant, Writing};

pub use change::{BookmarkPatch, Changed};
pub use create::NewBookmark;

noun! {
    /// Bookmarks of channels.
    channel_bookmarks::ChannelBookmarks, uses: []
}

impl ChannelBookmarks<'_> {
    /// The channel, if the actor may do this with its bookmarks: in public and private channels by the permissions, in direct and group
    /// channels as a member who is no guest.
    async fn channel_to_change(
        &self,
        actor: &Actor,
        channel: ChannelId,
        (public, private): (Permission, Permission),
    ) -> Result<Writing<ChannelGrant>> {
        let grant = self.access.channel_by_kind(actor, channel, public, private).await?;
        if grant.channel.kind.is_personal() && actor.is_guest {
            return Err(codes::GUEST.into());
        }
        if grant.is_archived() {
            return Err(channels::ARCHIVED.into());
        }
        Ok(grant)
    }

    async fn bookmark(&self, grant: &ChannelGrant, id: ChannelBookmarkId) -> Result<ChannelBookmark> {
        channel_bookmarks::get(self.access.read(grant), grant.id(), id).await?.ok_or_else(|| codes::NOT_FOUND.into())
    }

    async fn views(&self, grant: &ChannelGrant, bookmarks: Vec<ChannelBookmark>) -> Result<Vec<BookmarkView>> {
        let has_files = bookmarks.iter().any(|bookmark| bookmark.file_id.is_some());
        let files = if has_files { channel_bookmarks::files(self.access.read(grant), grant.id()).await? } else { Vec::new() };
        let view = |bookmark: ChannelBookmark| BookmarkView {
            file: files.iter().find(|file| bookmark.file_id == Some(file.id)).cloned(),
            bookmark,
        };
        Ok(bookmarks.into_iter().map(view).collect())
    }

    async fn view(&self, grant: &ChannelGrant, bookmark: ChannelBookmark) -> Result<BookmarkView> {
        let views = self.views(grant, vec![bookmark]).await?;
        views.into_iter().next().ok_or_else(|| codes::NOT_FOUND.into())
    }

    /// A file that the actor has uploaded to the channel, and that no message or bookmark has.
    async fn unattached_file(&self, actor: &Actor, grant: &ChannelGrant, file: FileId) -> Result<FileInfo> {
        let files = files::unattached(self.access.read(grant), &[file], actor.user_id, grant.id()).await?;
        files.into_iter().next().ok_or_else(|| codes::FILE_INVALID.into())
    }
}
