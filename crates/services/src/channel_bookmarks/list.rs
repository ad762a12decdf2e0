//! The bookmarks of a channel, for whoever may read it.

use guildhall_model::channel_bookmark::BookmarkView;
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::channel_bookmarks;

use crate::boxed;
use crate::channel_bookmarks::ChannelBookmarks;

impl ChannelBookmarks<'_> {
    /// In their order. With `since`, only those that were changed or deleted from then on, deleted ones too.
    #[boxed]
    pub async fn list_bookmarks(&self, actor: &Actor, channel: ChannelId, since: Millis) -> Result<Vec<BookmarkView>> {
        let grant = self.access.read_channel(actor, channel).await?;
        let bookmarks = channel_bookmarks::of_channel(self.access.read(&grant), grant.id(), since).await?;
        self.views(&grant, bookmarks).await
    }
}
