//! Pictures: what a file shows, its smaller renditions, and profile pictures.

use async_trait::async_trait;
use bytes::Bytes;

use super::blobs::BlobKey;
use crate::Result;
use crate::id::UserId;

/// Where a picture's bytes are.
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
}

impl ImageFormat {
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
        }
    }
}

/// What the header says, turned upright (a rotated photo has its sides exchanged).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageInfo {
    pub width_px: u32,
    pub height_px: u32,
    pub format: ImageFormat,
    pub animated: bool,
}

/// A picture ready to be stored or served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedImage {
    pub bytes: Bytes,
    pub format: ImageFormat,
    pub width_px: u32,
    pub height_px: u32,
}

/// The smaller copies of an uploaded picture, made from one decoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renditions {
    pub info: ImageInfo,
    /// JPEG within 120x100.
    pub thumbnail: EncodedImage,
    /// At most 1920 wide; JPEG, or PNG where the picture has transparency.
    pub preview: EncodedImage,
    /// A JPEG of 16x16, small enough to travel inside a file's JSON.
    pub mini_preview: Bytes,
}

/// Work on pictures, on threads of its own and within pixel, memory and time limits.
/// A picture beyond them is `codes::files::IMAGE_TOO_LARGE`, a broken one `codes::files::IMAGE_INVALID`,
/// and a full queue `codes::context::BUSY`.
#[async_trait]
pub trait Images: Send + Sync {
    /// What a picture is, from its header alone; `None` where it is no picture that can be shown.
    async fn probe(&self, source: ImageSource) -> Result<Option<ImageInfo>>;

    async fn renditions(&self, source: ImageSource) -> Result<Renditions>;

    /// A square PNG of at most `side_px`, cut from the middle: profile pictures and team icons.
    async fn square_icon(&self, bytes: Bytes, side_px: u32) -> Result<EncodedImage>;

    /// A picture that fits a custom emoji (128x128); a small one passes unchanged, animation is kept.
    async fn emoji(&self, bytes: Bytes) -> Result<EncodedImage>;

    /// The profile picture of somebody who chose none: the initial on a colour of their own, PNG 128x128.
    async fn initials_avatar(&self, username: &str, user_id: UserId) -> Result<EncodedImage>;
}
