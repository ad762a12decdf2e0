//! Reads committed frames from a write-ahead log (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>). What is committed
//! its index says (<https://www.sqlite.org/walformat.html#the_wal_index_file_format>): frames of a commit that failed look the same.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use serde::{Deserialize, Serialize};

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// Without its last bit, which says the order of the bytes that checksums are made of.
const MAGIC: u32 = 0x377f_0682;
/// Of the first copy of the index's header.
const INDEX_HEADER_BYTES: usize = 48;
const INDEX_VERSION: u32 = 3_007_000;

/// After a frame of a log. Logs are restarted in the same file, each time with other salts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine::sqlite) struct WalPosition {
    pub salts: [u8; 8],
    /// Frames before it.
    pub frame: u32,
    /// Of everything before it.
    pub checksum: [u32; 2],
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub page_bytes: u32,
    /// How often the log was restarted since it was made.
    pub restarts: u32,
    is_big_endian: bool,
    start: WalPosition,
}

/// Whole transactions of a log, one after the other.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub database_pages: u32,
    /// Each page with its number before it (4 bytes, big-endian).
    pub pages: Vec<u8>,
}

impl Header {
    /// `None` as long as nothing was written.
    pub fn read(file: &File) -> io::Result<Option<Self>> {
        let mut bytes = [0; HEADER_BYTES];
        match file.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            outcome => outcome?,
        }
        let number = |at: usize| be(&bytes, at);
        let is_big_endian = number(0) & 1 == 1;
        let checksum = sum([0, 0], bytes.get(..24).unwrap_or_default(), is_big_endian);
        if number(0) & !1 != MAGIC || checksum != [number(24), number(28)] {
            return Ok(None);
        }
        let salts = salts(&bytes, 16);
        let start = WalPosition { salts, frame: 0, checksum };
        Ok(Some(Self { page_bytes: number(8), restarts: number(12), is_big_endian, start }))
    }

    pub const fn start(&self) -> WalPosition {
        self.start
    }

    pub fn has(&self, position: &WalPosition) -> bool {
        self.start.salts == position.salts
    }

    /// Whether this log is the next after that of the position: the first salt is counted up by each restart.
    pub fn is_next_of(&self, position: &WalPosition) -> bool {
        be(&self.start.salts, 0) == be(&position.salts, 0).wrapping_add(1)
    }

    fn frame_bytes(&self) -> usize {
        FRAME_HEADER_BYTES + self.page_bytes as usize
    }

    fn offset(&self, frame: u32) -> u64 {
        HEADER_BYTES as u64 + u64::from(frame) * self.frame_bytes() as u64
    }

    /// Whether the frames before the position are those that were there when it was read.
    pub fn confirms(&self, file: &File, position: &WalPosition) -> io::Result<bool> {
        if !self.has(position) || position.frame == 0 {
            return Ok(*position == self.start);
        }
        let mut bytes = [0; FRAME_HEADER_BYTES];
        match file.read_exact_at(&mut bytes, self.offset(position.frame - 1)) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            outcome => outcome.map(|()| salts(&bytes, 8) == position.salts && [be(&bytes, 16), be(&bytes, 20)] == position.checksum),
        }
    }

    /// The frames between two positions of the log, which are ends of commits. More than `bytes_max` of pages is an error.
    pub fn frames_between(&self, file: &File, start: WalPosition, end: WalPosition, bytes_max: usize) -> io::Result<Frames> {
        let count = end.frame.checked_sub(start.frame).ok_or_else(|| io::Error::other("SQLite's log was shortened"))?;
        let frame_bytes = self.frame_bytes();
        if (count as usize).saturating_mul(frame_bytes) > bytes_max {
            return Err(io::Error::other("a commit is too large for it"));
        }
        let mut bytes = vec![0; count as usize * frame_bytes];
        file.read_exact_at(&mut bytes, self.offset(start.frame))?;
        let mut frames = Frames { database_pages: 0, pages: Vec::with_capacity(bytes.len()) };
        let mut at = start;
        for frame in bytes.chunks_exact(frame_bytes) {
            at = self.next(&at, frame).ok_or_else(|| io::Error::other("SQLite's log is not whole"))?;
            frames.pages.extend_from_slice(frame.get(..4).unwrap_or_default());
            frames.pages.extend_from_slice(frame.get(FRAME_HEADER_BYTES..).unwrap_or_default());
            frames.database_pages = be(frame, 4);
        }
        if at != end || (count > 0 && frames.database_pages == 0) {
            return Err(io::Error::other("SQLite's log does not end where it should"));
        }
        Ok(frames)
    }

    /// The position after this frame; `None` if it does not follow.
    fn next(&self, at: &WalPosition, frame: &[u8]) -> Option<WalPosition> {
        if be(frame, 0) == 0 || salts(frame, 8) != at.salts {
            return None;
        }
        let checksum = sum(at.checksum, frame.get(..8)?, self.is_big_endian);
        let checksum = sum(checksum, frame.get(FRAME_HEADER_BYTES..)?, self.is_big_endian);
        let is_whole = checksum == [be(frame, 16), be(frame, 20)];
        is_whole.then_some(WalPosition { salts: at.salts, frame: at.frame + 1, checksum })
    }
}

/// The end of the last commit, as the index of the log says; of no meaning while others write. Frame 0 where there is none: its salts are
/// those that the next commit will use, or zero before the first.
pub(super) fn committed_end(index: &File) -> io::Result<WalPosition> {
    let mut bytes = [0; INDEX_HEADER_BYTES];
    index.read_exact_at(&mut bytes, 0)?;
    let number = |at: usize| bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_ne_bytes);
    if number(0) != INDEX_VERSION {
        return Err(io::Error::other("the index of SQLite's log has another format"));
    }
    Ok(WalPosition { salts: salts(&bytes, 32), frame: number(16), checksum: [number(24), number(28)] })
}

/// SQLite's checksum over pairs of numbers, continued.
fn sum([mut first, mut second]: [u32; 2], bytes: &[u8], is_big_endian: bool) -> [u32; 2] {
    let (pairs, _) = bytes.as_chunks::<8>();
    for [a, b, c, d, e, f, g, h] in pairs.iter().copied() {
        let convert = if is_big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        first = first.wrapping_add(convert([a, b, c, d])).wrapping_add(second);
        second = second.wrapping_add(convert([e, f, g, h])).wrapping_add(first);
    }
    [first, second]
}

fn be(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn salts(bytes: &[u8], at: usize) -> [u8; 8] {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}
