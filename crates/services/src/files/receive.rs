//! Receiving a file: the bytes go straight to the blob store, and the row appears when they are on disk.

use guildhall_model::codes::files as codes;
use guildhall_model::content_type::content_type;
use guildhall_model::file::{self, FileInfo};
use guildhall_model::id::ChannelId;
use guildhall_model::ports::{ByteStream, StoredBlob};
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{blobs, files};

use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::files::Files;

/// A file whose bytes came before it was said where it belongs.
pub struct ReceivedFile {
    filename: String,
    blob: StoredBlob,
}

impl Files<'_> {
    /// Takes a file into a channel; it is the uploader's alone until a post has it.
    pub async fn upload_file(&self, actor: &Actor, channel: ChannelId, filename: &str, stream: ByteStream<'_>) -> Result<FileInfo> {
        let grant = self.may_upload(actor, channel).await?;
        let blob = self.blobs.put(stream, self.max_file_bytes()).await?;
        self.file_of(actor, &grant, filename, blob).await
    }

    /// Takes the bytes before the channel is known. They are noted for the sweep, which spares them once a row names them.
    pub async fn receive_file(&self, actor: &Actor, filename: &str, stream: ByteStream<'_>) -> Result<ReceivedFile> {
        if !self.settings().files.enabled {
            return Err(codes::DISABLED.into());
        }
        let blob = self.blobs.put(stream, self.max_file_bytes()).await?;
        let mut write = self.access.write(&self.access.own(actor));
        write.push(blobs::release(&blob.key.to_string(), self.clock.now()));
        write.commit(Events::none("no file yet, only bytes")).await?;
        Ok(ReceivedFile { filename: filename.to_owned(), blob })
    }

    /// Makes received bytes a file of a channel.
    #[boxed]
    pub async fn place_file(&self, actor: &Actor, channel: ChannelId, received: ReceivedFile) -> Result<FileInfo> {
        let grant = self.may_upload(actor, channel).await?;
        self.file_of(actor, &grant, &received.filename, received.blob).await
    }

    pub(super) async fn may_upload(&self, actor: &Actor, channel: ChannelId) -> Result<Writing<ChannelGrant>> {
        if !self.settings().files.enabled {
            return Err(codes::DISABLED.into());
        }
        let grant = self.access.channel(actor, channel, Permission::UploadFile).await?;
        if grant.channel.is_archived() { Err(codes::ARCHIVED_CHANNEL.into()) } else { Ok(grant) }
    }

    pub(super) fn max_file_bytes(&self) -> u64 {
        u64::try_from(self.settings().files.max_size_bytes).unwrap_or_default()
    }

    async fn file_of(&self, actor: &Actor, on: &Writing<ChannelGrant>, filename: &str, blob: StoredBlob) -> Result<FileInfo> {
        let file = self.describe_file(actor, on.channel.id, filename, &blob).await?;
        let mut write = self.access.write(on);
        write.push(files::insert(on.write_id(), &file));
        if let Err(error) = write.commit(Events::none("nobody sees a file before its post")).await {
            self.release_unnamed(&file).await;
            return Err(error);
        }
        Ok(file)
    }

    /// What the row of a stored blob says.
    pub(super) async fn describe_file(&self, actor: &Actor, channel: ChannelId, filename: &str, blob: &StoredBlob) -> Result<FileInfo> {
        let now = self.clock.now();
        let name = file::clean_name(filename);
        let extension = file::extension(&name);
        let mut file = FileInfo {
            id: self.ids.next(),
            user_id: actor.user_id,
            post_id: None,
            channel_id: channel,
            create_at: now,
            update_at: now,
            delete_at: guildhall_model::Millis::ZERO,
            mime_type: content_type(&name, &blob.head),
            name,
            extension,
            size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
            width: 0,
            height: 0,
            has_preview_image: false,
            mini_preview: None,
            blob_key: blob.key.to_string(),
            thumbnail_key: None,
            preview_key: None,
        };
        self.describe_picture(&mut file, blob.key).await?;
        Ok(file)
    }

    /// Bytes whose row could not be written are left to the sweep.
    pub(super) async fn release_unnamed(&self, file: &FileInfo) {
        let grant = self.access.system("bytes without a row are noted for the sweep");
        let mut write = self.access.write(&grant);
        write.extend(released(file).map(|key| blobs::release(key, self.clock.now())));
        if let Err(error) = write.commit(Events::none("no row ever named these bytes")).await {
            tracing::warn!(%error, "bytes without a row could not be noted");
        }
    }
}

/// The blobs that a file names.
pub(super) fn released(file: &FileInfo) -> impl Iterator<Item = &str> {
    [Some(&file.blob_key), file.thumbnail_key.as_ref(), file.preview_key.as_ref()].into_iter().flatten().map(String::as_str)
}
