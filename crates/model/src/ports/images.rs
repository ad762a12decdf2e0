//! Image processing: metadata of images, thumbnails and previews, profile pictures, emoji and QR codes.

use async_trait::async_trait;
use bytes::Bytes;

use super::blobs::BlobKey;
use super::secrets::Secret;
use crate::Result;
use crate::id::UserId;

/// The location of an image's bytes.
#[derive(Debug, Clone)]
pub enum ImageSource {
    Blob(BlobKey),
    Bytes(Bytes),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
    Gif,
    Webp,
    Bmp,
    Tiff,
    /// Known by its dimensions only.
    Avif,
    /// Known by its dimensions only; also HEIC.
    Heif,
}

impl ImageFormat {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Avif => "image/avif",
            Self::Heif => "image/heif",
        }
    }

    /// Whether the pixels can be read, for smaller copies.
    pub const fn is_decodable(self) -> bool {
        !matches!(self, Self::Avif | Self::Heif)
    }
}

/// Metadata from the image's header, with the EXIF orientation applied to width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageInfo {
    pub width_px: u32,
    pub height_px: u32,
    pub format: ImageFormat,
    pub animated: bool,
}

/// An encoded image that can be stored or served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedImage {
    pub bytes: Bytes,
    pub format: ImageFormat,
    pub width_px: u32,
    pub height_px: u32,
}

/// The smaller copies of an uploaded image; the image is decoded once for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renditions {
    pub info: ImageInfo,
    /// JPEG of at most 120x100 pixels.
    pub thumbnail: EncodedImage,
    /// At most 1920 pixels wide; JPEG, or PNG if the image has transparency.
    pub preview: EncodedImage,
    /// JPEG of 16x16 pixels, small enough to be part of a file's JSON.
    pub mini_preview: Bytes,
}

/// Image processing on dedicated threads, within limits of pixels, memory and time.
/// An image beyond them is `codes::files::IMAGE_TOO_LARGE`, a damaged one `codes::files::IMAGE_INVALID`,
/// and a full queue `codes::context::BUSY`. A `person` who has several processed waits for their own only.
#[async_trait]
pub trait Images: Send + Sync {
    /// Reads an image's header; `None` if the content is not a supported image.
    async fn probe(&self, person: UserId, source: ImageSource) -> Result<Option<ImageInfo>>;

    async fn create_renditions(&self, person: UserId, source: ImageSource) -> Result<Renditions>;

    /// Crops the centre to a square PNG of at most `side_px`: profile pictures and team icons.
    async fn create_square_icon(&self, person: UserId, bytes: Bytes, side_px: u32) -> Result<EncodedImage>;

    /// Scales an image down to this width and height at most, as a PNG; a smaller one keeps its size.
    async fn fit_picture(&self, person: UserId, bytes: Bytes, max_px: (u32, u32)) -> Result<EncodedImage>;

    /// Scales an image to fit a custom emoji (128x128); a smaller one is returned unchanged, animation is kept.
    async fn resize_emoji(&self, person: UserId, bytes: Bytes) -> Result<EncodedImage>;

    /// The default profile picture: the initial on a background colour derived from the user id, PNG 128x128.
    async fn create_initials_avatar(&self, username: &str, user_id: UserId) -> Result<EncodedImage>;

    /// A QR code of the text, with its quiet zone, as a PNG in black and white.
    async fn create_qr_code(&self, person: UserId, text: Secret) -> Result<EncodedImage>;
}
