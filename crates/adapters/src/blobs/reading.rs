//! Reads a blob as a stream of chunks.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;
use futures::stream;
use guildhall_model::Result;
use guildhall_model::ports::{BlobReader, ByteRange};

use super::blocking;

/// Memory held per slow reader.
const CHUNK_BYTES: u64 = 128 * 1024;

pub async fn open(path: PathBuf, range: Option<ByteRange>) -> Result<BlobReader> {
    let (file, total_bytes, length) = blocking(move || {
        let mut file = File::open(path)?;
        let total_bytes = file.metadata()?.len();
        let range = range.unwrap_or(ByteRange { start: 0, end: total_bytes });
        let start = range.start.min(total_bytes);
        file.seek(SeekFrom::Start(start))?;
        Ok((file, total_bytes, range.end.min(total_bytes).saturating_sub(start)))
    })
    .await?;
    let chunks = stream::try_unfold((file, length), |(file, remaining)| async move {
        if remaining == 0 {
            return Ok(None);
        }
        let (file, chunk) = blocking(move || read_chunk(file, remaining.min(CHUNK_BYTES))).await?;
        let remaining = remaining - chunk.len() as u64;
        Ok(Some((chunk, (file, remaining))))
    });
    Ok(BlobReader { total_bytes, stream: Box::pin(chunks) })
}

fn read_chunk(mut file: File, length: u64) -> io::Result<(File, Bytes)> {
    let mut chunk = Vec::new();
    chunk.reserve_exact(usize::try_from(length).unwrap_or_default());
    (&mut file).take(length).read_to_end(&mut chunk)?;
    if (chunk.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, chunk.into()))
}
