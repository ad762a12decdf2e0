//! Moving a bookmark to another place.

use guildhall_model::channel_bookmark::{BookmarkView, reorder};
use guildhall_model::codes::channel_bookmarks as codes;
use guildhall_model::id::{ChannelBookmarkId, ChannelId};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::channel_bookmarks;

use crate::boxed;
use crate::channel_bookmarks::ChannelBookmarks;
use crate::retry::retry_on_conflict;

impl ChannelBookmarks<'_> {
    /// All bookmarks of the channel, in their new order. `index` counts from 0.
    #[boxed]
    pub async fn update_bookmark_sort_order(
        &self,
        actor: &Actor,
        channel: ChannelId,
        id: ChannelBookmarkId,
        index: i64,
    ) -> Result<Vec<BookmarkView>> {
        retry_on_conflict(|| self.try_to_move(actor, channel, id, index)).await
    }

    async fn try_to_move(&self, actor: &Actor, channel: ChannelId, id: ChannelBookmarkId, index: i64) -> Result<Vec<BookmarkView>> {
        let permissions = (Permission::OrderBookmarkPublicChannel, Permission::OrderBookmarkPrivateChannel);
        let grant = self.channel_to_change(actor, channel, permissions).await?;
        let before = channel_bookmarks::of_channel(self.access.read(&grant), grant.id(), Millis::ZERO).await?;
        if before.iter().all(|bookmark| bookmark.id != id) {
            return Err(codes::NOT_FOUND.into());
        }
        let mut ordered = reorder(&before, id, index).ok_or(codes::ORDER_INVALID)?;
        let now = self.now_after(before.iter().map(|bookmark| bookmark.update_at).max().unwrap_or_default());
        let mut write = self.access.write(&grant, "channel_bookmarks.order");
        write.extend(self.access.guard(actor, &grant));
        for bookmark in &mut ordered {
            let Some(former) = before.iter().find(|former| former.id == bookmark.id && former.sort_order != bookmark.sort_order) else {
                continue;
            };
            bookmark.update_at = now;
            write.push(channel_bookmarks::update(grant.write_id(), bookmark, former.update_at));
        }
        let views = self.views(&grant, ordered).await?;
        write.commit(Event::ChannelBookmarksSorted { channel_id: channel, bookmarks: views.clone().into() }).await?;
        Ok(views)
    }
}
