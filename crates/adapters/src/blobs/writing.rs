//! Writes a stream into a file: buffers, counts and hashes the bytes.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

use bytes::Bytes;
use guildhall_model::Result;
use guildhall_model::ports::{BlobKey, StoredBlob};
use sha2::{Digest, Sha256};
use tempfile::TempPath;

use super::{blocking, store_error};

/// Bytes written per call on the blocking threads.
const BUFFER_BYTES: usize = 256 * 1024;
const HEAD_BYTES: usize = 4096;

/// Buffers chunks and writes them on the blocking threads. Dropping it early (an aborted request) writes the buffered
/// bytes, as a resumable upload needs it.
pub struct Sink<W: Write + Send + 'static> {
    out: BufWriter<W>,
    length: u64,
}

impl<W: Write + Send + 'static> Sink<W> {
    /// `length` is the current length of the file.
    pub fn new(file: W, length: u64) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER_BYTES, file), length }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    pub async fn push(mut self, chunk: Bytes) -> Result<Self> {
        self.length += chunk.len() as u64;
        if chunk.len() < self.out.capacity() - self.out.buffer().len() {
            self.out.write_all(&chunk).map_err(store_error)?;
            return Ok(self);
        }
        blocking(move || self.out.write_all(&chunk).map(|()| self)).await
    }

    /// Flushes the buffer and returns the file.
    pub fn into_file(self) -> io::Result<W> {
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// A temporary file, removed when dropped; hashes the bytes written to it.
pub struct HashingFile {
    pub file: File,
    pub path: TempPath,
    hasher: BlobHasher,
}

impl HashingFile {
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        let (file, path) = tempfile::Builder::new().prefix("put-").tempfile_in(folder)?.into_parts();
        Ok(Self { file, path, hasher: BlobHasher::default() })
    }

    pub fn into_parts(self) -> (File, TempPath, StoredBlob) {
        (self.file, self.path, self.hasher.finish())
    }
}

impl Write for HashingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Hashes an existing file.
pub fn hash_file(file: &mut File) -> io::Result<StoredBlob> {
    let mut hasher = BlobHasher::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    file.rewind()?;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[derive(Default)]
struct BlobHasher {
    sha256: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
}

impl BlobHasher {
    fn update(&mut self, bytes: &[u8]) {
        let missing = (HEAD_BYTES - self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.sha256.update(bytes);
        self.size_bytes += bytes.len() as u64;
    }

    fn finish(self) -> StoredBlob {
        StoredBlob { key: BlobKey::from_sha256(self.sha256.finalize().into()), size_bytes: self.size_bytes, head: self.head.into() }
    }
}
