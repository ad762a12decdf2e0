//! A blob's bytes on their way out, a piece at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;
use futures::stream;
use guildhall_model::Result;
use guildhall_model::ports::{BlobReader, ByteRange};

use super::blocking;

/// What a slow reader holds in memory.
const PIECE_BYTES: u64 = 128 * 1024;

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
    let pieces = stream::try_unfold((file, length), |(file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let (file, piece) = blocking(move || read_piece(file, left.min(PIECE_BYTES))).await?;
        let left = left - piece.len() as u64;
        Ok(Some((piece, (file, left))))
    });
    Ok(BlobReader { total_bytes, stream: Box::pin(pieces) })
}

fn read_piece(mut file: File, length: u64) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::new();
    piece.reserve_exact(usize::try_from(length).unwrap_or_default());
    (&mut file).take(length).read_to_end(&mut piece)?;
    if (piece.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((file, piece.into()))
}
