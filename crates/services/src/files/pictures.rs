//! Dimensions and renditions of image files. An image that cannot be processed is stored without a preview.

use guildhall_model::file::FileInfo;
use guildhall_model::ports::{BlobKey, EncodedImage, ImageSource, stream_from_bytes};
use guildhall_model::{Kind, Result};

use crate::files::Files;

impl Files<'_> {
    /// Adds the image's dimensions and renditions to the file. Only a failing blob store is an error.
    pub(super) async fn add_image_info(&self, file: &mut FileInfo, blob: BlobKey) -> Result<()> {
        let info = match self.images.probe(file.user_id, ImageSource::Blob(blob)).await {
            Ok(Some(info)) => info,
            Ok(None) => return Ok(()),
            Err(error) => return without_preview(&error),
        };
        (file.width, file.height) = (info.width_px.into(), info.height_px.into());
        if !info.format.is_decodable() {
            return Ok(());
        }
        let renditions = match self.images.create_renditions(file.user_id, ImageSource::Blob(blob)).await {
            Ok(renditions) => renditions,
            Err(error) => return without_preview(&error),
        };
        file.thumbnail_key = Some(self.store_rendition(renditions.thumbnail).await?);
        // A copy would not move any more.
        let preview = if info.animated { blob.to_string() } else { self.store_rendition(renditions.preview).await? };
        file.preview_key = Some(preview);
        file.mini_preview = Some(renditions.mini_preview.to_vec());
        file.has_preview_image = true;
        Ok(())
    }

    async fn store_rendition(&self, image: EncodedImage) -> Result<String> {
        let size_bytes = image.bytes.len() as u64;
        Ok(self.blobs.put(stream_from_bytes(image.bytes), size_bytes).await?.key.to_string())
    }
}

fn without_preview(error: &guildhall_model::Error) -> Result<()> {
    if error.code.kind == Kind::Internal {
        tracing::warn!(%error, "an image could not be processed");
    }
    Ok(())
}
