//! Profile pictures: a chosen one, or the initial on a colour of one's own.

use bytes::Bytes;
use futures::StreamExt;
use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::{BlobKey, ImageFormat, stream_of};
use guildhall_model::user::User;
use guildhall_model::{Actor, Error, Events, Millis, Permission, Result};
use guildhall_storage::{blobs, users};

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::users::Users;

/// Largest picture that is taken in.
pub const PICTURE_BYTES_MAX: usize = 10 * 1024 * 1024;
const SIDE_PX: u32 = 128;

#[derive(Debug, Clone)]
pub struct Picture {
    pub bytes: Bytes,
    pub content_type: &'static str,
}

impl Users<'_> {
    /// The picture of somebody whom the actor may see.
    #[boxed]
    pub async fn picture(&self, actor: &Actor, user: &User) -> Result<Picture> {
        let grant = self.access.own(actor);
        match users::picture_key(self.access.read(&grant), user.id).await? {
            Some(key) => Ok(Picture { bytes: self.read_blob(&key).await?, content_type: ImageFormat::Png.content_type() }),
            None => self.default_picture(user).await,
        }
    }

    #[boxed]
    pub async fn default_picture(&self, user: &User) -> Result<Picture> {
        let image = self.images.initials_avatar(&user.username, user.id).await?;
        Ok(Picture { bytes: image.bytes, content_type: image.format.content_type() })
    }

    #[boxed]
    pub async fn set_picture(&self, actor: &Actor, id: UserId, bytes: Bytes) -> Result<()> {
        if bytes.len() > PICTURE_BYTES_MAX {
            return Err(codes::IMAGE_TOO_LARGE.with("limit", PICTURE_BYTES_MAX));
        }
        let grant = self.picturable(actor, id).await?;
        let refused = |error: Error| if error.is(context::BUSY) { error } else { codes::IMAGE_INVALID.because(error) };
        let icon = self.images.square_icon(bytes, SIDE_PX).await.map_err(refused)?;
        let blob = self.blobs.put(stream_of(icon.bytes), PICTURE_BYTES_MAX as u64).await?;
        self.write_picture(&grant, Some(blob.key)).await
    }

    #[boxed]
    pub async fn reset_picture(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.picturable(actor, id).await?;
        self.write_picture(&grant, None).await
    }

    /// People's own, and those of bots that the actor looks after.
    async fn picturable(&self, actor: &Actor, id: UserId) -> Result<Writing<UserGrant>> {
        if let Some(bot) = self.access.own_bot(actor, id).await? {
            return Ok(bot);
        }
        Ok(self.changeable(actor, id, Permission::EditOtherUsers).await?.0)
    }

    /// The bytes that no row names any more are left to the sweep, the new ones where their row could not be written.
    async fn write_picture(&self, grant: &Writing<UserGrant>, key: Option<BlobKey>) -> Result<()> {
        let now = self.clock.now();
        let change = |user: &mut User| {
            user.last_picture_update = if key.is_some() { now.max(user.last_picture_update.plus_ms(1)) } else { Millis::ZERO };
            Ok(())
        };
        let old = users::picture_key(self.access.read(grant), grant.user_id()).await?.filter(|old| Some(*old) != key);
        let released = |key: BlobKey| blobs::release(&key.to_string(), now);
        let beside = |_: &User| {
            let mut statements = vec![users::set_picture(grant.write_id(), key.as_ref())];
            statements.extend(old.map(released));
            (statements, Vec::new())
        };
        let outcome = self.change_account(grant, change, beside).await;
        if let (Err(_), Some(key)) = (&outcome, key) {
            let mut write = self.access.write(grant);
            write.push(released(key));
            let _ = write.commit(Events::none("no row ever named these bytes")).await;
        }
        outcome.map(|_| ())
    }

    /// Icons are small: they are held in memory on their way out.
    pub(crate) async fn read_blob(&self, key: &BlobKey) -> Result<Bytes> {
        let mut stream = self.blobs.open(key, None).await?.stream;
        let mut bytes = Vec::new();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes.into())
    }
}
