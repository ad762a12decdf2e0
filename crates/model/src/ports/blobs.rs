//! Where the bytes of files live: streamed in and out, addressed by their SHA-256.

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;

use crate::id::{BadId, UploadId};
use crate::{Millis, Result};

/// Bytes on their way; an error ends the stream.
pub type ByteStream<'a> = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send + 'a>>;

/// A stream of bytes that are already in memory (thumbnails, avatars).
pub fn stream_of(bytes: Bytes) -> ByteStream<'static> {
    Box::pin(Once(Some(bytes)))
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The name of a blob: the SHA-256 of its content, 64 hexadecimal characters in a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    pub const fn from_sha256(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobKey({self})")
    }
}

impl FromStr for BlobKey {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(BadId);
        }
        let mut sha256 = [0; 32];
        for (byte, pair) in sha256.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Ok(Self(sha256))
    }
}

/// Lower case only, so that a key has one spelling.
const fn hex_digit(digit: u8) -> Result<u8, BadId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(BadId),
    }
}

/// What `put` made of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlob {
    pub key: BlobKey,
    pub size_bytes: u64,
    /// The first 4 KiB at most, to tell the content type by.
    pub head: Bytes,
}

/// Part of a blob: from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    pub start: u64,
    pub end: u64,
}

/// A blob being read: its whole size, and the bytes asked for.
pub struct BlobReader {
    pub total_bytes: u64,
    pub stream: ByteStream<'static>,
}

/// Storage of blobs. Equal content is one blob, so several rows may name the same key, and the
/// owner of the rows counts them: a blob may go when no row names it any more.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Stores a stream. The blob is durable when this answers Ok; insert the row that names it only then.
    /// More than `max_bytes` is `codes::files::TOO_LARGE`; the stream's own error is passed on.
    /// Whatever fails leaves nothing behind.
    async fn put(&self, stream: ByteStream<'_>, max_bytes: u64) -> Result<StoredBlob>;

    /// A blob's bytes, or a part of them cut to the blob's size (empty where it starts beyond the end).
    /// No such blob is `codes::files::NOT_FOUND`.
    async fn open(&self, key: &BlobKey, range: Option<ByteRange>) -> Result<BlobReader>;

    async fn exists(&self, key: &BlobKey) -> Result<bool>;

    /// Removes a blob, unless the same content was stored again at or after `unless_put_since`.
    /// Between `put` and its row no row names the blob yet: pass a moment far enough back
    /// (an hour before the references were counted) and such a blob survives.
    /// Answers whether the blob is gone; an absent one is.
    async fn delete(&self, key: &BlobKey, unless_put_since: Millis) -> Result<bool>;

    /// Adds to a resumable upload and answers its new length. `offset` must be the present length
    /// (else `codes::files::OFFSET_MISMATCH`), and the whole may not pass `max_bytes` (`TOO_LARGE`:
    /// nothing beyond the limit is kept). When the stream breaks, what arrived is kept.
    async fn stage_append(&self, upload_id: UploadId, offset: u64, stream: ByteStream<'_>, max_bytes: u64) -> Result<u64>;

    /// How much of an upload has arrived durably; 0 for one never heard of.
    async fn stage_len(&self, upload_id: UploadId) -> Result<u64>;

    /// Turns what was staged into a blob; the upload is gone afterwards.
    async fn stage_finish(&self, upload_id: UploadId) -> Result<StoredBlob>;

    /// Forgets an upload; one never heard of is fine.
    async fn stage_discard(&self, upload_id: UploadId) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_spelling() {
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let key: BlobKey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        for bad in ["", "../../etc/passwd", &text.to_uppercase(), &text[1..], &format!("{text}0")] {
            assert_eq!(bad.parse::<BlobKey>(), Err(BadId));
        }
    }
}
