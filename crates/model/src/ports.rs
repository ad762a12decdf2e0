//! The outside world as the use cases see it: traits that `adapters` implements and tests replace.
//! Signatures only; bytes and streams pass through, nothing here opens a file or a socket.

mod blobs;
mod images;
mod outgoing;
mod secrets;

pub use blobs::{BlobKey, BlobReader, BlobStore, ByteRange, ByteStream, StoredBlob, stream_of};
pub use images::{EncodedImage, ImageFormat, ImageInfo, ImageSource, Images, Renditions};
pub use outgoing::{Method, OutgoingHttp, OutgoingRequest, OutgoingResponse};
pub use secrets::{PasswordHasher, Secret, SecretSource, TokenHash, same_bytes};
