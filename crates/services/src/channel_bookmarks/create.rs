//! Adding a bookmark, after those that are there.

use std::sync::Arc;

use guildhall_model::channel_bookmark::{BOOKMARKS_MAX, BookmarkKind, BookmarkView, ChannelBookmark, DELETED_KEPT_MS, ROWS_MAX};
use guildhall_model::codes::channel_bookmarks as codes;
use guildhall_model::id::{ChannelId, FileId};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::channel_bookmarks;
use guildhall_storage::usage::{self, Counted};

use crate::boxed;
use crate::channel_bookmarks::ChannelBookmarks;

/// What somebody sets of a bookmark.
#[derive(Debug, Clone)]
pub struct NewBookmark {
    pub kind: BookmarkKind,
    pub display_name: String,
    pub link_url: String,
    pub image_url: String,
    pub emoji: String,
    pub file_id: Option<FileId>,
}

impl ChannelBookmarks<'_> {
    #[boxed]
    pub async fn create_bookmark(&self, actor: &Actor, channel: ChannelId, new: NewBookmark) -> Result<BookmarkView> {
        let permissions = (Permission::AddBookmarkPublicChannel, Permission::AddBookmarkPrivateChannel);
        let grant = self.channel_to_change(actor, channel, permissions).await?;
        let existing = channel_bookmarks::of_channel(self.access.read(&grant), grant.id(), Millis::ZERO).await?;
        let now = self.clock.now();
        let bookmark = ChannelBookmark {
            id: self.ids.next(),
            channel_id: channel,
            owner_id: actor.user_id,
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            kind: new.kind,
            display_name: new.display_name.trim().to_owned(),
            sort_order: existing.last().map_or(0, |last| last.sort_order + 1),
            link_url: new.link_url.trim().to_owned(),
            image_url: new.image_url.trim().to_owned(),
            emoji: new.emoji.trim().trim_matches(':').to_owned(),
            file_id: new.file_id,
            original_id: None,
            parent_id: None,
        };
        bookmark.check()?;
        let file = match bookmark.file_id {
            Some(file) => Some(self.unattached_file(actor, &grant, file).await?),
            None => None,
        };
        let mut write = self.access.write(&grant, "channel_bookmarks.create");
        write.extend(self.access.guard(actor, &grant));
        write.push(channel_bookmarks::forget(grant.write_id(), now.plus_ms(-DELETED_KEPT_MS)));
        write.push(channel_bookmarks::insert(grant.write_id(), &bookmark));
        if let Some(file) = bookmark.file_id {
            write.push(channel_bookmarks::attach_file(grant.write_id(), file, actor.user_id, bookmark.id));
        }
        write.extend(usage::guard(Counted::BookmarksIn(channel), BOOKMARKS_MAX, codes::TOO_MANY));
        write.extend(usage::guard(Counted::BookmarkRowsIn(channel), ROWS_MAX, codes::CHANGED_TOO_OFTEN));
        let view = BookmarkView { bookmark, file };
        write.commit(Event::ChannelBookmarkCreated(Arc::new(view.clone()))).await?;
        Ok(view)
    }
}
