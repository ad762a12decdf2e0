//! The brand image: the picture where people log in.

use bytes::Bytes;
use guildhall_model::codes::{brand as codes, files};
use guildhall_model::ports::{BlobKey, ByteStream};
use guildhall_model::{Actor, Error, Events, Permission, Result};
use guildhall_storage::{blobs, brand_image};

use crate::boxed;
use crate::brand::Brand;

/// Limit of an uploaded picture, in bytes.
pub const IMAGE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Twice what the widest screens show of it.
const MAX_PX: (u32, u32) = (1200, 800);

/// The picture as a stream, a PNG.
pub struct BrandImage {
    pub size_bytes: u64,
    pub stream: ByteStream<'static>,
}

impl Brand<'_> {
    /// Identifies the picture: another picture has another key.
    #[boxed]
    pub async fn brand_image_key(&self) -> Result<BlobKey> {
        let grant = self.access.system("everybody sees the page where people log in");
        brand_image::key(self.access.read(&grant), grant.server()).await?.ok_or_else(|| codes::NOT_FOUND.into())
    }

    #[boxed]
    pub async fn brand_image(&self, key: &BlobKey) -> Result<BrandImage> {
        let reader = self.blobs.open(key, None).await;
        let reader = reader.map_err(|error| if error.is(files::NOT_FOUND) { codes::NOT_FOUND.with_source(error) } else { error })?;
        Ok(BrandImage { size_bytes: reader.total_bytes, stream: reader.stream })
    }

    #[boxed]
    pub async fn set_brand_image(&self, actor: &Actor, picture: Bytes) -> Result<()> {
        if picture.len() > IMAGE_BYTES_MAX {
            return Err(codes::TOO_LARGE.with("limit", IMAGE_BYTES_MAX));
        }
        let grant = self.access.system_permission(actor, Permission::EditBrand)?;
        let to_code = |error: Error| if error.is(files::IMAGE_INVALID) { codes::INVALID.with_source(error) } else { error };
        let image = self.images.fit_picture(actor.user_id, picture, MAX_PX).await.map_err(to_code)?;
        let key = self.put_picture(image.bytes).await?;
        let old = brand_image::key(self.access.read(&grant), grant.server()).await?.filter(|old| *old != key);
        let now = self.clock.now();
        let mut write = self.access.write(&grant, "brand.set_image");
        write.push(brand_image::set(grant.write_server(), &key, now));
        write.extend(old.map(|old| blobs::release(&old.to_string(), now)));
        write.commit(Events::none("clients load it where people log in")).await
    }

    #[boxed]
    pub async fn remove_brand_image(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::EditBrand)?;
        let old = brand_image::key(self.access.read(&grant), grant.server()).await?.ok_or(codes::NOT_FOUND)?;
        let mut write = self.access.write(&grant, "brand.remove_image");
        write.push(brand_image::remove(grant.write_server()));
        write.push(blobs::release(&old.to_string(), self.clock.now()));
        write.commit(Events::none("clients load it where people log in")).await
    }
}
