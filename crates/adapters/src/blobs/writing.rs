//! Bytes on their way into a file: gathered into large writes, counted and summed.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

use bytes::Bytes;
use guildhall_model::Result;
use guildhall_model::ports::{BlobKey, StoredBlob};
use sha2::{Digest, Sha256};
use tempfile::TempPath;

use super::{blocking, unavailable};

/// One trip to the blocking threads carries this much.
const BUFFER_BYTES: usize = 256 * 1024;
const HEAD_BYTES: usize = 4096;

/// Collects chunks, and writes them out on the blocking threads. Dropping it halfway (the sender has
/// vanished) writes what was collected, which is what a resumable upload wants.
pub struct Sink<W: Write + Send + 'static> {
    out: BufWriter<W>,
    length: u64,
}

impl<W: Write + Send + 'static> Sink<W> {
    /// `length` is what the file holds already.
    pub fn new(file: W, length: u64) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER_BYTES, file), length }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    pub async fn push(mut self, chunk: Bytes) -> Result<Self> {
        self.length += chunk.len() as u64;
        if chunk.len() < self.out.capacity() - self.out.buffer().len() {
            self.out.write_all(&chunk).map_err(unavailable)?;
            return Ok(self);
        }
        blocking(move || self.out.write_all(&chunk).map(|()| self)).await
    }

    /// The file, with everything written to it.
    pub fn into_file(self) -> io::Result<W> {
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// A file that has no name yet and is removed when dropped; sums what is written to it.
pub struct Nameless {
    pub file: File,
    pub path: TempPath,
    sum: Sum,
}

impl Nameless {
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        let (file, path) = tempfile::Builder::new().prefix("put-").tempfile_in(folder)?.into_parts();
        Ok(Self { file, path, sum: Sum::default() })
    }

    pub fn into_parts(self) -> (File, TempPath, StoredBlob) {
        (self.file, self.path, self.sum.finish())
    }
}

impl Write for Nameless {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.add(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What a file that was written earlier is as a blob.
pub fn describe(file: &mut File) -> io::Result<StoredBlob> {
    let mut sum = Sum::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    file.rewind()?;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(sum.finish()),
            Ok(read) => sum.add(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[derive(Default)]
struct Sum {
    hasher: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let missing = (HEAD_BYTES - self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hasher.update(bytes);
        self.size_bytes += bytes.len() as u64;
    }

    fn finish(self) -> StoredBlob {
        StoredBlob { key: BlobKey::from_sha256(self.hasher.finalize().into()), size_bytes: self.size_bytes, head: self.head.into() }
    }
}
