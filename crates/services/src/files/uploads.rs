//! Resumable uploads: created, continued at their offset, and turned into a file when they are complete.

use guildhall_model::codes::files as codes;
use guildhall_model::file::{FileInfo, UploadSession, sanitize_file_name};
use guildhall_model::id::{ChannelId, UploadId, UserId};
use guildhall_model::ports::ByteStream;
use guildhall_model::usage::Usage;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::files;
use guildhall_storage::usage::{self, Counted};

use crate::access::Grant;
use crate::boxed;
use crate::files::Files;

/// Limit of uploads per answer.
const UPLOADS_LISTED_MAX: usize = 1_000;

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
        let grant = self.grant_to_upload(actor, new.channel_id).await?;
        if new.size_bytes <= 0 {
            return Err(codes::UPLOAD_SIZE.into());
        }
        let room = self.room(actor, &grant).await?;
        room.check_file(new.size_bytes, codes::UPLOAD_TOO_LARGE)?;
        room.check(new.size_bytes)?;
        let session = UploadSession {
            id: self.ids.next(),
            user_id: actor.user_id,
            channel_id: new.channel_id,
            filename: sanitize_file_name(&new.filename),
            size_bytes: new.size_bytes,
            create_at: self.clock.now(),
        };
        let mut write = self.access.write(&grant, "files.create_upload");
        write.extend(self.access.guard(actor, &grant));
        write.push(files::insert_upload(grant.write_id(), &session));
        let max = self.settings().quotas.uploads_per_user;
        write.extend(usage::guard(Counted::UploadsOf(actor.user_id), max, codes::TOO_MANY_UPLOADS));
        // The room for the whole file, so that it is there when the upload is complete.
        write.extend(room.take(grant.write_id(), actor.user_id, session.size_bytes));
        write.commit(Events::none("an upload is visible only to its client")).await?;
        Ok(Upload { session, offset_bytes: 0 })
    }

    #[boxed]
    pub async fn upload(&self, actor: &Actor, id: UploadId) -> Result<Upload> {
        let session = self.own_upload(actor, id).await?;
        self.with_offset(session).await
    }

    #[boxed]
    pub async fn uploads_of_user(&self, actor: &Actor, user: UserId) -> Result<Vec<Upload>> {
        let grant = self.access.require_own_account(actor, user)?;
        let max = usize::try_from(self.settings().quotas.uploads_per_user).unwrap_or_default();
        let sessions = files::uploads_of(self.access.read(&grant), grant.id(), max.min(UPLOADS_LISTED_MAX)).await?;
        let mut uploads = Vec::with_capacity(sessions.len());
        for session in sessions {
            uploads.push(self.with_offset(session).await?);
        }
        Ok(uploads)
    }

    /// Appends data to an upload; returns the file once it is complete. Data received before a disconnect is kept.
    pub async fn upload_data(&self, actor: &Actor, id: UploadId, stream: ByteStream<'_>) -> Result<Option<FileInfo>> {
        let session = self.own_upload(actor, id).await?;
        let grant = self.grant_to_upload(actor, session.channel_id).await?;
        let _lock = self.lock_upload(&grant, id)?;
        let size_bytes = u64::try_from(session.size_bytes).unwrap_or_default();
        let offset = self.blobs.stage_len(id).await?;
        let received = self.blobs.stage_append(id, offset, stream, size_bytes).await?;
        self.counters.uploaded_bytes.add(received.saturating_sub(offset));
        if received < size_bytes { Ok(None) } else { self.finish_upload(actor, session).await.map(Some) }
    }

    /// Ends an upload before it is complete, and gives back the room that it takes.
    #[boxed]
    pub async fn cancel_upload(&self, actor: &Actor, id: UploadId) -> Result<()> {
        let session = self.own_upload(actor, id).await?;
        let grant = self.access.own_account(actor);
        let _lock = self.lock_upload(&grant, id)?;
        self.blobs.stage_discard(id).await?;
        let mut write = self.access.write(&grant, "uploads.cancel");
        write.extend(usage::give_back(session.channel_id, session.user_id, Usage::of_file(session.size_bytes)));
        write.push(files::delete_upload(grant.write_id(), id).or(codes::UPLOAD_NOT_FOUND));
        write.commit(Events::none("an upload is visible only to its client")).await
    }

    async fn finish_upload(&self, actor: &Actor, session: UploadSession) -> Result<FileInfo> {
        let grant = self.grant_to_upload(actor, session.channel_id).await?;
        let blob = self.blobs.stage_finish(session.id).await?;
        let file = self.build_file_info(actor, session.channel_id, &session.filename, &blob).await?;
        let mut write = self.access.write(&grant, "files.finish_upload");
        write.extend(self.access.guard(actor, &grant));
        write.push(files::complete_upload(self.access.own_account(actor).write_id(), session.id));
        write.push(files::insert(grant.write_id(), &file));
        if let Err(error) = write.commit(Events::none("a file is visible only with its post")).await {
            self.release_blobs(&file).await;
            return Err(error);
        }
        Ok(file)
    }

    async fn own_upload(&self, actor: &Actor, id: UploadId) -> Result<UploadSession> {
        let grant = self.access.own_account(actor);
        files::upload(self.access.read(&grant), grant.id(), id).await?.ok_or_else(|| codes::UPLOAD_NOT_FOUND.into())
    }

    async fn with_offset(&self, session: UploadSession) -> Result<Upload> {
        let offset = self.blobs.stage_len(session.id).await?;
        Ok(Upload { session, offset_bytes: i64::try_from(offset).unwrap_or(i64::MAX) })
    }

    /// Locks the upload for one request at a time; `UPLOAD_BUSY` when it is locked.
    fn lock_upload(&self, _grant: &impl Grant, id: UploadId) -> Result<UploadLock<'_>> {
        if self.state().active_uploads.lock().insert(id) { Ok(UploadLock { files: *self, id }) } else { Err(codes::UPLOAD_BUSY.into()) }
    }
}

/// Unlocks the upload when the request ends.
struct UploadLock<'a> {
    files: Files<'a>,
    id: UploadId,
}

impl Drop for UploadLock<'_> {
    fn drop(&mut self) {
        self.files.state().active_uploads.lock().remove(&self.id);
    }
}
