//! Changing and deleting a bookmark. Who changes the bookmark of somebody else replaces it by one of their own, as in Mattermost, so that
//! everybody sees whose link it is.

use std::sync::Arc;

use guildhall_model::channel_bookmark::{BookmarkView, ChannelBookmark, DELETED_KEPT_MS, ROWS_MAX};
use guildhall_model::codes::channel_bookmarks as codes;
use guildhall_model::id::{ChannelBookmarkId, ChannelId, FileId};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_bookmarks;
use guildhall_storage::usage::{self, Counted};

use crate::boxed;
use crate::channel_bookmarks::ChannelBookmarks;
use crate::files::give_back;
use crate::retry::retry_on_conflict;

/// What is to change of a bookmark.
#[derive(Debug, Clone, Default)]
pub struct BookmarkPatch {
    pub display_name: Option<String>,
    pub sort_order: Option<i64>,
    pub link_url: Option<String>,
    pub image_url: Option<String>,
    pub emoji: Option<String>,
    pub file_id: Option<FileId>,
}

impl BookmarkPatch {
    fn apply(&self, bookmark: &mut ChannelBookmark) {
        let set = |old: &mut String, new: &Option<String>| {
            if let Some(new) = new {
                new.trim().clone_into(old);
            }
        };
        set(&mut bookmark.display_name, &self.display_name);
        set(&mut bookmark.link_url, &self.link_url);
        set(&mut bookmark.image_url, &self.image_url);
        if let Some(emoji) = &self.emoji {
            emoji.trim().trim_matches(':').clone_into(&mut bookmark.emoji);
        }
        bookmark.sort_order = self.sort_order.unwrap_or(bookmark.sort_order);
        bookmark.file_id = self.file_id.or(bookmark.file_id);
    }
}

/// The bookmark as it is now, and the one that it has replaced.
#[derive(Debug, Clone)]
pub struct Changed {
    pub updated: BookmarkView,
    pub deleted: Option<BookmarkView>,
}

impl ChannelBookmarks<'_> {
    #[boxed]
    pub async fn update_bookmark(
        &self,
        actor: &Actor,
        channel: ChannelId,
        id: ChannelBookmarkId,
        patch: &BookmarkPatch,
    ) -> Result<Changed> {
        retry_on_conflict(|| self.try_to_update(actor, channel, id, patch)).await
    }

    async fn try_to_update(&self, actor: &Actor, channel: ChannelId, id: ChannelBookmarkId, patch: &BookmarkPatch) -> Result<Changed> {
        let permissions = (Permission::EditBookmarkPublicChannel, Permission::EditBookmarkPrivateChannel);
        let grant = self.channel_to_change(actor, channel, permissions).await?;
        let before = self.view(&grant, self.bookmark(&grant, id).await?).await?;
        let now = self.now_after(before.bookmark.update_at);
        let is_own = before.bookmark.owner_id == actor.user_id;
        let mut changed = before.bookmark.clone();
        patch.apply(&mut changed);
        changed.update_at = now;
        if !is_own {
            (changed.id, changed.owner_id, changed.create_at) = (self.ids.next(), actor.user_id, now);
            changed.original_id = Some(id);
        }
        changed.check()?;
        let is_other_file = changed.file_id != before.bookmark.file_id;
        let file = match changed.file_id {
            Some(file) if is_other_file => Some(self.unattached_file(actor, &grant, file).await?),
            _ => before.file.clone(),
        };

        let mut write = self.access.write(&grant, "channel_bookmarks.update");
        write.extend(self.access.guard(actor, &grant));
        if is_other_file {
            write.push(channel_bookmarks::delete_file(grant.write_id(), id, now));
            let former = before.file.as_ref();
            write.extend(former.into_iter().flat_map(|file| give_back(channel, file.user_id, std::slice::from_ref(file))));
            if let Some(file) = changed.file_id {
                write.push(channel_bookmarks::attach_file(grant.write_id(), file, actor.user_id, changed.id));
            }
        }
        let updated = BookmarkView { bookmark: changed, file };
        if is_own {
            write.push(channel_bookmarks::update(grant.write_id(), &updated.bookmark, before.bookmark.update_at));
            write.commit(Event::ChannelBookmarkUpdated { updated: Arc::new(updated.clone()), deleted: None }).await?;
            return Ok(Changed { updated, deleted: None });
        }
        write.push(channel_bookmarks::delete(grant.write_id(), id, now, before.bookmark.update_at));
        write.push(channel_bookmarks::forget(grant.write_id(), now.plus_ms(-DELETED_KEPT_MS)));
        write.push(channel_bookmarks::insert(grant.write_id(), &updated.bookmark));
        if !is_other_file {
            write.push(channel_bookmarks::pass_file(grant.write_id(), id, updated.bookmark.id));
        }
        write.extend(usage::guard(Counted::BookmarkRowsIn(channel), ROWS_MAX, codes::CHANGED_TOO_OFTEN));
        let deleted = BookmarkView { bookmark: ChannelBookmark { delete_at: now, update_at: now, ..before.bookmark }, file: before.file };
        let event = Event::ChannelBookmarkUpdated { updated: Arc::new(updated.clone()), deleted: Some(Arc::new(deleted.clone())) };
        write.commit(event).await?;
        Ok(Changed { updated, deleted: Some(deleted) })
    }

    /// The bookmark as it was, with the time of its deletion. Its file goes with it.
    #[boxed]
    pub async fn delete_bookmark(&self, actor: &Actor, channel: ChannelId, id: ChannelBookmarkId) -> Result<BookmarkView> {
        retry_on_conflict(|| self.try_to_delete(actor, channel, id)).await
    }

    async fn try_to_delete(&self, actor: &Actor, channel: ChannelId, id: ChannelBookmarkId) -> Result<BookmarkView> {
        let permissions = (Permission::DeleteBookmarkPublicChannel, Permission::DeleteBookmarkPrivateChannel);
        let grant = self.channel_to_change(actor, channel, permissions).await?;
        let BookmarkView { bookmark, file } = self.view(&grant, self.bookmark(&grant, id).await?).await?;
        let now = self.now_after(bookmark.update_at);
        let mut write = self.access.write(&grant, "channel_bookmarks.delete");
        write.extend(self.access.guard(actor, &grant));
        write.push(channel_bookmarks::delete(grant.write_id(), id, now, bookmark.update_at));
        if let Some(file) = &file {
            write.push(channel_bookmarks::delete_file(grant.write_id(), id, now));
            write.extend(give_back(channel, file.user_id, std::slice::from_ref(file)));
        }
        let deleted = BookmarkView { bookmark: ChannelBookmark { delete_at: now, update_at: now, ..bookmark }, file };
        write.commit(Event::ChannelBookmarkDeleted(Arc::new(deleted.clone()))).await?;
        Ok(deleted)
    }
}
