//! The blob store: file contents, streamed in and out and addressed by their SHA-256.

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;

use crate::id::{BadId, UploadId};
use crate::{Millis, Result};

/// A stream of bytes; an error ends it.
pub type ByteStream<'a> = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send + 'a>>;

/// A stream of bytes that are already in memory (thumbnails, avatars).
pub fn stream_from_bytes(bytes: Bytes) -> ByteStream<'static> {
    Box::pin(Once(Some(bytes)))
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The key of a blob: the SHA-256 of its content, written as 64 lower-case hexadecimal characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    pub const fn from_sha256(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.0
    }

    /// Where a folder of files, and a backup of it, has the blob: `blobs/ab/cd/<key>`.
    pub fn path(&self) -> String {
        let name = self.to_string();
        format!("blobs/{}/{}/{name}", &name[..2], &name[2..4])
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobKey({self})")
    }
}

impl FromStr for BlobKey {
    type Err = BadId;
    /// Lower case only, so that a key has exactly one text form.
    fn from_str(text: &str) -> Result<Self, BadId> {
        let mut sha256 = [0; 32];
        hex::decode_to_slice(text, &mut sha256).map_err(|_| BadId)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Err(BadId) } else { Ok(Self(sha256)) }
    }
}

/// The result of `put` and `stage_finish`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlob {
    pub key: BlobKey,
    pub size_bytes: u64,
    /// At most the first 4 KiB, for detecting the content type.
    pub head: Bytes,
}

/// Part of a blob, in bytes: from `start` to `end`, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    pub start: u64,
    pub end: u64,
}

/// A blob being read: its total size, and the requested bytes.
pub struct BlobReader {
    pub total_bytes: u64,
    pub stream: ByteStream<'static>,
}

/// Of a file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobSpace {
    pub total_bytes: u64,
    /// For those who are not root.
    pub free_bytes: u64,
}

/// Storage of blobs. Equal content is stored once, so several rows may reference the same key. The owner of the rows
/// counts the references and deletes a blob when no row references it.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores a stream. The blob is durable when this returns `Ok`; insert the row that references it only then.
    /// More than `max_bytes` is `codes::files::TOO_LARGE`; the stream's own error is returned as it is.
    /// Nothing is stored if it fails.
    async fn put(&self, stream: ByteStream<'_>, max_bytes: u64) -> Result<StoredBlob>;

    /// Reads a blob, or a range of it clamped to the blob's size (empty if it starts beyond the end).
    /// A missing blob is `codes::files::NOT_FOUND`.
    async fn open(&self, key: &BlobKey, range: Option<ByteRange>) -> Result<BlobReader>;

    /// Writes a little durably and removes it again: whether blobs can be stored.
    async fn check_writable(&self) -> Result<()>;

    /// Of the file system of the blobs.
    async fn disk_space(&self) -> Result<BlobSpace>;

    /// The free space that is left for others: with less, `put` and `stage_append` fail with `codes::files::STORE_FULL`.
    fn set_free_space_reserve(&self, bytes: u64);

    async fn exists(&self, key: &BlobKey) -> Result<bool>;

    /// Deletes a blob, unless the same content was stored again at or after `unless_put_since`.
    /// Between `put` and the insert of its row a blob has no reference: pass a time far enough in the past
    /// (an hour before the references were counted) to keep such a blob.
    /// Returns whether the blob is absent afterwards; true if it never existed.
    async fn delete(&self, key: &BlobKey, unless_put_since: Millis) -> Result<bool>;

    /// Appends to a resumable upload and returns its new length in bytes. `offset` must be the current length
    /// (else `codes::files::OFFSET_MISMATCH`), and the total must not exceed `max_bytes` (`TOO_LARGE`: nothing beyond
    /// the limit is kept). If the stream fails, the bytes received so far are kept.
    async fn stage_append(&self, upload_id: UploadId, offset: u64, stream: ByteStream<'_>, max_bytes: u64) -> Result<u64>;

    /// The number of bytes of an upload that are stored durably; 0 for an unknown upload.
    async fn stage_len(&self, upload_id: UploadId) -> Result<u64>;

    /// Turns a staged upload into a blob and removes the upload.
    async fn stage_finish(&self, upload_id: UploadId) -> Result<StoredBlob>;

    /// Removes a staged upload; an unknown one is not an error.
    async fn stage_discard(&self, upload_id: UploadId) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_in_two_levels_of_folders() {
        assert_eq!(BlobKey::from_sha256([0xab; 32]).path(), format!("blobs/ab/ab/{}", "ab".repeat(32)));
    }

    #[test]
    fn a_key_has_exactly_one_text_form() {
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let key: BlobKey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        for bad in ["", "../../etc/passwd", &text.to_uppercase(), &text[1..], &format!("{text}0")] {
            assert_eq!(bad.parse::<BlobKey>(), Err(BadId));
        }
    }
}
