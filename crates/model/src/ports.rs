//! Ports: traits for files, images, secrets and outgoing HTTP that `adapters` implements and tests replace.
//! Signatures only; nothing here opens a file or a socket.

mod blobs;
mod images;
mod outgoing;
mod secrets;

pub use blobs::{BlobKey, BlobReader, BlobSpace, BlobStore, ByteRange, ByteStream, StoredBlob, stream_from_bytes};
pub use images::{EncodedImage, ImageFormat, ImageInfo, ImageSource, Images, Renditions};
pub use outgoing::{Method, OutgoingHttp, OutgoingRequest, OutgoingResponse};
pub use secrets::{PasswordHasher, Secret, SecretSource, TokenHash, constant_time_eq};
