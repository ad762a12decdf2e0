//! Reading the image of a custom emoji.

use guildhall_model::codes::{emoji as codes, files};
use guildhall_model::id::EmojiId;
use guildhall_model::ports::{BlobKey, BlobReader};
use guildhall_model::{Actor, Result};

use crate::boxed;
use crate::emoji::Emojis;

pub struct EmojiImage {
    pub mime_type: String,
    pub content: BlobReader,
}

impl Emojis<'_> {
    #[boxed]
    pub async fn emoji_image(&self, actor: &Actor, id: EmojiId) -> Result<EmojiImage> {
        let emoji = self.emoji(actor, id).await?;
        let key: BlobKey = emoji.blob_key.parse().map_err(|error| codes::IMAGE_NOT_FOUND.with_source(error))?;
        let content = self.blobs.open(&key, None).await;
        let content =
            content.map_err(|error| if error.is(files::NOT_FOUND) { codes::IMAGE_NOT_FOUND.with_source(error) } else { error })?;
        Ok(EmojiImage { mime_type: emoji.mime_type, content })
    }
}
