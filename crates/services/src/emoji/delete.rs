//! Deleting a custom emoji: its name becomes available again, its image is deleted.

use guildhall_model::id::EmojiId;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{blobs, emoji as rows};

use crate::boxed;
use crate::emoji::Emojis;

impl Emojis<'_> {
    #[boxed]
    pub async fn delete_emoji(&self, actor: &Actor, id: EmojiId) -> Result<()> {
        let emoji = self.emoji(actor, id).await?;
        let needed = if emoji.creator_id == actor.user_id { Permission::DeleteEmojis } else { Permission::DeleteOthersEmojis };
        let grant = self.access.system_permission(actor, needed)?;
        let now = self.clock.now();
        let mut write = self.access.write(&grant, "emoji.delete");
        write.detail("emoji_id", id);
        write.detail("name", &emoji.name);
        write.detail("creator_id", emoji.creator_id);
        write.push(rows::delete(id, now));
        write.push(blobs::release(&emoji.blob_key, now));
        write.commit(Events::none("clients notice when they next load it")).await
    }
}
