//! Receiving files: the bytes are streamed to the blob store, and the row is inserted once they are on disk.

use guildhall_model::codes::files as codes;
use guildhall_model::content_type::file_type;
use guildhall_model::file::{self, FileInfo};
use guildhall_model::id::ChannelId;
use guildhall_model::ports::{ByteStream, StoredBlob};
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{blobs, files};

use super::room::Room;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::files::Files;

/// A stored file whose channel is not known yet.
pub struct ReceivedFile {
    filename: String,
    blob: StoredBlob,
}

impl Files<'_> {
    /// Uploads a file into a channel; only the uploader can read it until it is attached to a post. A size that is declared and
    /// too large is rejected before the bytes arrive.
    pub async fn upload_file(
        &self,
        actor: &Actor,
        channel: ChannelId,
        filename: &str,
        declared_bytes: Option<i64>,
        stream: ByteStream<'_>,
    ) -> Result<FileInfo> {
        let grant = self.grant_to_upload(actor, channel).await?;
        let room = self.room(actor, &grant).await?;
        if let Some(size_bytes) = declared_bytes {
            room.check_file(size_bytes, codes::TOO_LARGE)?;
            room.check(size_bytes)?;
        }
        let blob = self.put_within(&room, stream).await?;
        self.insert_file(actor, &grant, &room, filename, blob).await
    }

    /// Stores the bytes before the channel is known. The blob is released to the sweep, which keeps it once a row
    /// references it.
    pub async fn receive_file(&self, actor: &Actor, filename: &str, stream: ByteStream<'_>) -> Result<ReceivedFile> {
        if !self.settings().files.enabled {
            return Err(codes::DISABLED.into());
        }
        let own = self.access.own_account(actor);
        let room = self.room_in_any_channel(actor.into(), &own).await?;
        room.check(0)?;
        let blob = self.put_within(&room, stream).await?;
        let mut write = self.access.write(&own, "files.reserve");
        write.push(blobs::release(&blob.key.to_string(), self.clock.now()));
        write.commit(Events::none("there is no file yet, only a blob")).await?;
        Ok(ReceivedFile { filename: filename.to_owned(), blob })
    }

    /// Inserts the file of a received blob into a channel.
    #[boxed]
    pub async fn store_received_file(&self, actor: &Actor, channel: ChannelId, received: ReceivedFile) -> Result<FileInfo> {
        let grant = self.grant_to_upload(actor, channel).await?;
        let room = self.room(actor, &grant).await?;
        // The blob is released already.
        room.check_file(i64::try_from(received.blob.size_bytes).unwrap_or(i64::MAX), codes::TOO_LARGE)?;
        self.insert_file(actor, &grant, &room, &received.filename, received.blob).await
    }

    /// Stores the bytes of a file that fits into the room that was found before.
    async fn put_within(&self, room: &Room, stream: ByteStream<'_>) -> Result<StoredBlob> {
        let blob = self.blobs.put(stream, room.max_bytes()).await.map_err(|error| room.explain(error))?;
        self.counters.uploaded_bytes.add(blob.size_bytes);
        Ok(blob)
    }

    pub(super) async fn grant_to_upload(&self, actor: &Actor, channel: ChannelId) -> Result<Writing<ChannelGrant>> {
        if !self.settings().files.enabled {
            return Err(codes::DISABLED.into());
        }
        let grant = self.access.channel(actor, channel, Permission::UploadFile).await?;
        if grant.is_archived() { Err(codes::ARCHIVED_CHANNEL.into()) } else { Ok(grant) }
    }

    async fn insert_file(
        &self,
        actor: &Actor,
        grant: &Writing<ChannelGrant>,
        room: &Room,
        filename: &str,
        blob: StoredBlob,
    ) -> Result<FileInfo> {
        let file = self.build_file_info(actor, grant.channel.id, filename, &blob).await?;
        let mut write = self.access.write(grant, "files.upload");
        write.extend(self.access.guard(actor, grant));
        write.extend(room.take(grant.write_id(), actor.user_id, file.size_bytes));
        write.push(files::insert(grant.write_id(), &file));
        if let Err(error) = write.commit(Events::none("a file is visible only with its post")).await {
            self.release_blobs(&file).await;
            return Err(error);
        }
        Ok(file)
    }

    /// Builds the row for a stored blob.
    pub(super) async fn build_file_info(&self, actor: &Actor, channel: ChannelId, filename: &str, blob: &StoredBlob) -> Result<FileInfo> {
        let now = self.clock.now();
        let name = file::sanitize_file_name(filename);
        let kind = file_type(&name, &blob.head);
        let mut file = FileInfo {
            id: self.ids.next(),
            user_id: actor.user_id,
            post_id: None,
            channel_id: channel,
            create_at: now,
            update_at: now,
            delete_at: guildhall_model::Millis::ZERO,
            mime_type: kind.mime_type,
            name,
            extension: kind.extension,
            size_bytes: i64::try_from(blob.size_bytes).unwrap_or(i64::MAX),
            width: 0,
            height: 0,
            has_preview_image: false,
            mini_preview: None,
            blob_key: blob.key.to_string(),
            thumbnail_key: None,
            preview_key: None,
        };
        if kind.is_picture {
            self.add_image_info(&mut file, blob.key).await?;
        }
        Ok(file)
    }

    /// Releases the file's blobs to the sweep when its row could not be written.
    pub(super) async fn release_blobs(&self, file: &FileInfo) {
        let grant = self.access.system("blobs without a row are released to the sweep");
        let mut write = self.access.write(&grant, "files.release");
        write.extend(blob_keys(file).map(|key| blobs::release(key, self.clock.now())));
        if let Err(error) = write.commit(Events::none("no row references the blobs")).await {
            tracing::warn!(%error, "blobs without a row could not be released");
        }
    }
}

/// The keys of the file's blobs.
pub(super) fn blob_keys(file: &FileInfo) -> impl Iterator<Item = &str> {
    [Some(&file.blob_key), file.thumbnail_key.as_ref(), file.preview_key.as_ref()].into_iter().flatten().map(String::as_str)
}
