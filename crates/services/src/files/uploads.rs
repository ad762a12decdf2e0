//! Uploads in pieces: begun, continued where they stopped, and turned into a file when the last byte is there.

use guildhall_model::codes::files as codes;
use guildhall_model::file::{FileInfo, UPLOADS_PER_USER_MAX, UploadSession, clean_name};
use guildhall_model::id::{ChannelId, UploadId, UserId};
use guildhall_model::ports::ByteStream;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::files;

use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::files::Files;

pub struct NewUpload {
    pub channel_id: ChannelId,
    pub filename: String,
    pub size_bytes: i64,
}

/// An upload in progress, and how much of it has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub session: UploadSession,
    pub offset_bytes: i64,
}

impl Files<'_> {
    #[boxed]
    pub async fn create_upload(&self, actor: &Actor, new: NewUpload) -> Result<Upload> {
        let grant = self.may_upload(actor, new.channel_id).await?;
        let limit = self.settings().files.max_size_bytes;
        if new.size_bytes <= 0 {
            return Err(codes::UPLOAD_SIZE.into());
        }
        if new.size_bytes > limit {
            return Err(codes::UPLOAD_TOO_LARGE.with("limit", limit));
        }
        let under_way = files::uploads_of(self.access.read(&grant), self.access.own(actor).id(), UPLOADS_PER_USER_MAX).await?;
        if under_way.len() >= UPLOADS_PER_USER_MAX {
            return Err(codes::UPLOADS_FULL.with("limit", UPLOADS_PER_USER_MAX));
        }
        let session = UploadSession {
            id: self.ids.next(),
            user_id: actor.user_id,
            channel_id: new.channel_id,
            filename: clean_name(&new.filename),
            size_bytes: new.size_bytes,
            create_at: self.clock.now(),
        };
        let mut write = self.access.write(&grant);
        write.push(files::insert_upload(grant.write_id(), &session));
        write.commit(Events::none("an upload is between a client and the server")).await?;
        Ok(Upload { session, offset_bytes: 0 })
    }

    #[boxed]
    pub async fn upload(&self, actor: &Actor, id: UploadId) -> Result<Upload> {
        let session = self.own_upload(actor, id).await?;
        self.with_offset(session).await
    }

    #[boxed]
    pub async fn uploads_of_user(&self, actor: &Actor, user: UserId) -> Result<Vec<Upload>> {
        let grant = self.access.only_own(actor, user)?;
        let sessions = files::uploads_of(self.access.read(&grant), grant.id(), UPLOADS_PER_USER_MAX).await?;
        let mut uploads = Vec::with_capacity(sessions.len());
        for session in sessions {
            uploads.push(self.with_offset(session).await?);
        }
        Ok(uploads)
    }

    /// Adds data to an upload; answers the file once it is whole. What arrives before a break is kept.
    pub async fn upload_data(&self, actor: &Actor, id: UploadId, stream: ByteStream<'_>) -> Result<Option<FileInfo>> {
        let session = self.own_upload(actor, id).await?;
        let on = self.may_upload(actor, session.channel_id).await?;
        let _sending = self.start_sending(&on, id)?;
        let size_bytes = u64::try_from(session.size_bytes).unwrap_or_default();
        let offset = self.blobs.stage_len(id).await?;
        let arrived = self.blobs.stage_append(id, offset, stream, size_bytes).await?;
        if arrived < size_bytes { Ok(None) } else { self.finish_upload(actor, session).await.map(Some) }
    }

    async fn finish_upload(&self, actor: &Actor, session: UploadSession) -> Result<FileInfo> {
        let grant = self.may_upload(actor, session.channel_id).await?;
        let blob = self.blobs.stage_finish(session.id).await?;
        let file = self.describe_file(actor, session.channel_id, &session.filename, &blob).await?;
        let mut write = self.access.write(&grant);
        write.push(files::delete_upload(self.access.own(actor).write_id(), session.id));
        write.push(files::insert(grant.write_id(), &file));
        if let Err(error) = write.commit(Events::none("nobody sees a file before its post")).await {
            self.release_unnamed(&file).await;
            return Err(error);
        }
        Ok(file)
    }

    async fn own_upload(&self, actor: &Actor, id: UploadId) -> Result<UploadSession> {
        let grant = self.access.own(actor);
        files::upload(self.access.read(&grant), grant.id(), id).await?.ok_or_else(|| codes::UPLOAD_NOT_FOUND.into())
    }

    async fn with_offset(&self, session: UploadSession) -> Result<Upload> {
        let offset = self.blobs.stage_len(session.id).await?;
        Ok(Upload { session, offset_bytes: i64::try_from(offset).unwrap_or(i64::MAX) })
    }

    /// One request at a time, by who may upload into the channel.
    fn start_sending(&self, _on: &Writing<ChannelGrant>, id: UploadId) -> Result<Sending<'_>> {
        if self.state().sending.lock().insert(id) { Ok(Sending { files: *self, id }) } else { Err(codes::UPLOAD_BUSY.into()) }
    }
}

/// Holds an upload for one request.
struct Sending<'a> {
    files: Files<'a>,
    id: UploadId,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.files.state().sending.lock().remove(&self.id);
    }
}
