//! Profile pictures: an uploaded one, or an avatar generated from the initials.

use bytes::Bytes;
use futures::StreamExt;
use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::{BlobKey, ImageFormat};
use guildhall_model::user::User;
use guildhall_model::{Actor, Error, Millis, Permission, Result};
use guildhall_storage::{blobs, users};

use crate::access::{UserGrant, Write, Writing};
use crate::boxed;
use crate::users::Users;

/// Limit of an uploaded picture, in bytes.
pub const PICTURE_BYTES_MAX: usize = 10 * 1024 * 1024;
const SIDE_PX: u32 = 128;

#[derive(Debug, Clone)]
pub struct Picture {
    pub bytes: Bytes,
    pub content_type: &'static str,
}

impl Users<'_> {
    /// The picture of a user. The caller has checked that the actor may see them.
    #[boxed]
    pub async fn picture(&self, actor: &Actor, user: &User) -> Result<Picture> {
        let grant = self.access.own_account(actor);
        match users::picture_key(self.access.read(&grant), user.id).await? {
            Some(key) => Ok(Picture { bytes: self.read_blob(&key).await?, content_type: ImageFormat::Png.content_type() }),
            None => self.default_picture(user).await,
        }
    }

    #[boxed]
    pub async fn default_picture(&self, user: &User) -> Result<Picture> {
        let image = self.images.create_initials_avatar(&user.username, user.id).await?;
        Ok(Picture { bytes: image.bytes, content_type: image.format.content_type() })
    }

    #[boxed]
    pub async fn set_picture(&self, actor: &Actor, id: UserId, bytes: Bytes) -> Result<()> {
        if bytes.len() > PICTURE_BYTES_MAX {
            return Err(codes::IMAGE_TOO_LARGE.with("limit", PICTURE_BYTES_MAX));
        }
        let grant = self.user_to_set_picture(actor, id).await?;
        let to_image_error = |error: Error| if error.is(context::BUSY) { error } else { codes::IMAGE_INVALID.with_source(error) };
        let icon = self.images.create_square_icon(actor.user_id, bytes, SIDE_PX).await.map_err(to_image_error)?;
        let key = self.put_picture(icon.bytes).await?;
        self.write_picture(&grant, Some(key)).await
    }

    #[boxed]
    pub async fn reset_picture(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.user_to_set_picture(actor, id).await?;
        self.write_picture(&grant, None).await
    }

    /// The user whose picture the actor may set: oneself, one's bots, or others with `edit_other_users`.
    async fn user_to_set_picture(&self, actor: &Actor, id: UserId) -> Result<Writing<UserGrant>> {
        if let Some(bot) = self.access.manageable_bot(actor, id).await? {
            return Ok(bot);
        }
        Ok(self.user_to_change(actor, id, Permission::EditOtherUsers).await?.0)
    }

    /// Releases the old blob to the sweep, or the new one when its row could not be written.
    async fn write_picture(&self, grant: &Writing<UserGrant>, key: Option<BlobKey>) -> Result<()> {
        let now = self.clock.now();
        let change = |user: &mut User| {
            user.last_picture_update = if key.is_some() { now.max(user.last_picture_update.plus_ms(1)) } else { Millis::ZERO };
            Ok(())
        };
        let old = users::picture_key(self.access.read(grant), grant.user_id()).await?.filter(|old| Some(*old) != key);
        let release = |key: BlobKey| blobs::release(&key.to_string(), now);
        let extra_writes = |_: &User, write: &mut Write<'_>| {
            write.push(users::set_picture(grant.write_id(), key.as_ref()));
            write.extend(old.map(release));
            Vec::new()
        };
        let action = if key.is_some() { "users.set_picture" } else { "users.reset_picture" };
        self.change_account((grant, action), change, extra_writes).await.map(|_| ())
    }

    /// Reads a small blob into memory.
    pub(crate) async fn read_blob(&self, key: &BlobKey) -> Result<Bytes> {
        let mut stream = self.blobs.open(key, None).await?.stream;
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk?);
        }
        Ok(bytes.into())
    }
}
