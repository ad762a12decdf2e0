//! What a received file shows, and its smaller copies. A picture that cannot be worked on stays a file without preview.

use guildhall_model::file::FileInfo;
use guildhall_model::ports::{BlobKey, EncodedImage, ImageSource, stream_of};
use guildhall_model::{Kind, Result};

use crate::files::Files;

impl Files<'_> {
    /// Fills in the picture's side of a file. Only a failing store is an error.
    pub(super) async fn describe_picture(&self, file: &mut FileInfo, blob: BlobKey) -> Result<()> {
        if !may_be_picture(&file.mime_type) {
            return Ok(());
        }
        let info = match self.images.probe(ImageSource::Blob(blob)).await {
            Ok(Some(info)) => info,
            Ok(None) => return Ok(()),
            Err(error) => return without_preview(&error),
        };
        (file.width, file.height) = (info.width_px.into(), info.height_px.into());
        let renditions = match self.images.renditions(ImageSource::Blob(blob)).await {
            Ok(renditions) => renditions,
            Err(error) => return without_preview(&error),
        };
        file.thumbnail_key = Some(self.store_rendition(renditions.thumbnail).await?);
        file.preview_key = Some(self.store_rendition(renditions.preview).await?);
        file.mini_preview = Some(renditions.mini_preview.to_vec());
        file.has_preview_image = true;
        Ok(())
    }

    async fn store_rendition(&self, image: EncodedImage) -> Result<String> {
        let size_bytes = image.bytes.len() as u64;
        Ok(self.blobs.put(stream_of(image.bytes), size_bytes).await?.key.to_string())
    }
}

/// What begins as something else is not looked into.
fn may_be_picture(mime_type: &str) -> bool {
    mime_type.starts_with("image/")
}

fn without_preview(error: &guildhall_model::Error) -> Result<()> {
    if error.code.kind == Kind::Internal {
        tracing::warn!(%error, "a picture could not be worked on");
    }
    Ok(())
}
