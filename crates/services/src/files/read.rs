//! Reading files: for users who may read the file's post; until it has one, only for its uploader.

use futures::TryStreamExt;
use guildhall_model::codes::{context, files as codes};
use guildhall_model::file::FileInfo;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::ports::{BlobKey, BlobReader, ByteRange, ImageFormat};
use guildhall_model::{Actor, Result};
use guildhall_storage::files;

use crate::boxed;
use crate::files::Files;

/// The file itself or one of its smaller images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendition {
    Original,
    Thumbnail,
    Preview,
}

/// A file and the blob of the requested rendition.
pub struct FileContent {
    pub file: FileInfo,
    pub rendition: Rendition,
    key: BlobKey,
}

impl FileContent {
    /// An ETag: changes with the content.
    pub fn tag(&self) -> String {
        self.key.to_string()
    }
}

impl Files<'_> {
    /// The file, when the actor may read it. Hidden and absent files give the same error.
    #[boxed]
    pub async fn file_info(&self, actor: &Actor, id: FileId) -> Result<FileInfo> {
        self.access.read_file(actor, id).await
    }

    /// The files of a post that the actor may read.
    #[boxed]
    pub async fn file_infos_of_post(&self, actor: &Actor, post: PostId) -> Result<Vec<FileInfo>> {
        let grant = self.access.read_post(actor, post).await?;
        files::by_posts(self.access.read(&grant), &[&grant.post]).await
    }

    /// The content that `open_file` opens, and the metadata for the response's headers.
    #[boxed]
    pub async fn file_content(&self, actor: &Actor, id: FileId, rendition: Rendition) -> Result<FileContent> {
        let content = select_rendition(self.file_info(actor, id).await?, rendition)?;
        if rendition == Rendition::Original {
            self.security_alerts().note_download(actor, id).await;
        }
        Ok(content)
    }

    #[boxed]
    pub async fn open_file(&self, content: &FileContent, range: Option<ByteRange>) -> Result<BlobReader> {
        self.blobs.open(&content.key, range).await
    }

    /// The size in bytes and the media type of the content.
    #[boxed]
    pub async fn size_and_type(&self, content: &FileContent) -> Result<(u64, String)> {
        // The preview of an animated picture is the picture itself.
        if content.rendition == Rendition::Original || content.tag() == content.file.blob_key {
            return Ok((u64::try_from(content.file.size_bytes).unwrap_or_default(), content.file.mime_type.clone()));
        }
        // The server encodes renditions as JPEG, or as PNG when they are transparent.
        let mut head = self.blobs.open(&content.key, Some(ByteRange { start: 0, end: 1 })).await?;
        let first = head.stream.try_next().await?.and_then(|bytes| bytes.first().copied());
        let media_type = if first == Some(0x89) { ImageFormat::Png } else { ImageFormat::Jpeg }.content_type();
        Ok((head.total_bytes, media_type.to_owned()))
    }
}

pub(super) fn select_rendition(file: FileInfo, rendition: Rendition) -> Result<FileContent> {
    let key = match rendition {
        Rendition::Original => &file.blob_key,
        Rendition::Thumbnail => file.thumbnail_key.as_ref().ok_or(codes::NO_THUMBNAIL)?,
        Rendition::Preview => file.preview_key.as_ref().ok_or(codes::NO_PREVIEW)?,
    };
    let key = key.parse().map_err(|error| context::INTERNAL.with_source(error))?;
    Ok(FileContent { file, rendition, key })
}
