//! Writing a ZIP archive as a stream (PKWARE's APPNOTE 6.3): sizes and checksums follow what they are of, and all sizes have 64 bits. What
//! is kept in memory are the names.

use bytes::Bytes;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use guildhall_model::codes::context;
use guildhall_model::{Millis, Result};
use time::OffsetDateTime;
use tokio::sync::mpsc;

/// The version that is needed: 4.5, with 64-bit sizes.
const VERSION: u16 = 45;
/// The system whose permissions a file has: Unix.
const UNIX: u16 = 3 << 8;
/// A regular file that its owner reads and writes.
const PERMISSIONS: u32 = 0o100_600 << 16;
/// Sizes follow the content, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Stands where a size or an offset has 64 bits elsewhere.
const ELSEWHERE: u32 = u32::MAX;
/// Compressed or sent at once.
const PIECE_BYTES: usize = 64 * 1024;

/// What the directory at the end says of a file.
struct Entry {
    name: String,
    method: u16,
    crc: u32,
    packed_bytes: u64,
    bytes: u64,
    offset: u64,
}

pub(super) struct Archive {
    pieces: mpsc::Sender<Result<Bytes>>,
    /// Bytes that were sent.
    sent: u64,
    /// Of the files, as MS-DOS has it: two seconds, minutes and hours; days, months and years since 1980.
    time: u16,
    date: u16,
    entries: Vec<Entry>,
    current: Option<Current>,
}

/// The file that is being written; without an encoder it is stored as it is.
type Current = (Entry, Crc, Option<DeflateEncoder<Vec<u8>>>);

impl Archive {
    pub fn new(pieces: mpsc::Sender<Result<Bytes>>, made_at: Millis) -> Self {
        let (time, date) = dos_time(made_at);
        Self { pieces, sent: 0, time, date, entries: Vec::new(), current: None }
    }

    /// Begins a file; what is compressed already is stored as it is.
    pub async fn begin(&mut self, name: &str, is_compressed: bool) -> Result<()> {
        let method = if is_compressed { STORED } else { DEFLATED };
        let mut header = Vec::new();
        put32(&mut header, 0x0403_4b50);
        [VERSION, FLAGS, method, self.time, self.date].into_iter().for_each(|value| put16(&mut header, value));
        [0, ELSEWHERE, ELSEWHERE].into_iter().for_each(|value| put32(&mut header, value));
        [name_len(name), 20].into_iter().for_each(|value| put16(&mut header, value));
        header.extend(name.as_bytes());
        [1, 16].into_iter().for_each(|value| put16(&mut header, value));
        [0, 0].into_iter().for_each(|value| put64(&mut header, value));
        let entry = Entry { name: name.to_owned(), method, crc: 0, packed_bytes: 0, bytes: 0, offset: self.sent };
        let encoder = (!is_compressed).then(|| DeflateEncoder::new(Vec::new(), Compression::default()));
        self.current = Some((entry, Crc::new(), encoder));
        self.send(header).await
    }

    pub async fn write(&mut self, content: &[u8]) -> Result<()> {
        for piece in content.chunks(PIECE_BYTES) {
            let Some((entry, crc, encoder)) = &mut self.current else { return Err(not_begun()) };
            crc.update(piece);
            entry.bytes += piece.len() as u64;
            let packed = match encoder {
                Some(encoder) => {
                    std::io::Write::write_all(encoder, piece).map_err(|error| context::INTERNAL.with_source(error))?;
                    std::mem::take(encoder.get_mut())
                }
                None => piece.to_vec(),
            };
            entry.packed_bytes += packed.len() as u64;
            self.send(packed).await?;
            // Compressing takes time of a thread that others need, too.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    pub async fn end(&mut self) -> Result<()> {
        let (mut entry, crc, encoder) = self.current.take().ok_or_else(not_begun)?;
        let rest = encoder.map(DeflateEncoder::finish).transpose().map_err(|error| context::INTERNAL.with_source(error))?;
        let rest = rest.unwrap_or_default();
        entry.packed_bytes += rest.len() as u64;
        entry.crc = crc.sum();
        let mut descriptor = rest;
        [0x0807_4b50, entry.crc].into_iter().for_each(|value| put32(&mut descriptor, value));
        [entry.packed_bytes, entry.bytes].into_iter().for_each(|value| put64(&mut descriptor, value));
        self.entries.push(entry);
        self.send(descriptor).await
    }

    /// Writes the directory. Without it, the archive cannot be read.
    pub async fn finish(mut self) -> Result<()> {
        let (start, count) = (self.sent, self.entries.len() as u64);
        for entry in std::mem::take(&mut self.entries) {
            let header = self.directory_header(&entry);
            self.send(header).await?;
        }
        self.send_end(start, count).await
    }

    fn directory_header(&self, entry: &Entry) -> Vec<u8> {
        let mut header = Vec::new();
        put32(&mut header, 0x0201_4b50);
        [VERSION | UNIX, VERSION, FLAGS, entry.method, self.time, self.date].into_iter().for_each(|value| put16(&mut header, value));
        [entry.crc, ELSEWHERE, ELSEWHERE].into_iter().for_each(|value| put32(&mut header, value));
        // The lengths of the name, the extra field and the comment; the disk; internal attributes.
        [name_len(&entry.name), 28, 0, 0, 0].into_iter().for_each(|value| put16(&mut header, value));
        [PERMISSIONS, ELSEWHERE].into_iter().for_each(|value| put32(&mut header, value));
        header.extend(entry.name.as_bytes());
        [1, 24].into_iter().for_each(|value| put16(&mut header, value));
        [entry.bytes, entry.packed_bytes, entry.offset].into_iter().for_each(|value| put64(&mut header, value));
        header
    }

    async fn send_end(&mut self, directory: u64, entries: u64) -> Result<()> {
        let end = self.sent;
        let mut text = Vec::new();
        put32(&mut text, 0x0606_4b50);
        put64(&mut text, 44);
        [VERSION | UNIX, VERSION].into_iter().for_each(|value| put16(&mut text, value));
        [0, 0].into_iter().for_each(|value| put32(&mut text, value));
        [entries, entries, end - directory, directory].into_iter().for_each(|value| put64(&mut text, value));
        [0x0706_4b50, 0].into_iter().for_each(|value| put32(&mut text, value));
        put64(&mut text, end);
        [1, 0x0605_4b50].into_iter().for_each(|value| put32(&mut text, value));
        [0, 0, u16::MAX, u16::MAX].into_iter().for_each(|value| put16(&mut text, value));
        [ELSEWHERE, ELSEWHERE].into_iter().for_each(|value| put32(&mut text, value));
        put16(&mut text, 0);
        self.send(text).await
    }

    async fn send(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.sent += bytes.len() as u64;
        if bytes.is_empty() {
            return Ok(());
        }
        // Whoever receives has failed, and returns why.
        self.pieces.send(Ok(bytes.into())).await.map_err(|_| context::INTERNAL.with_source("the archive is not received any more"))
    }
}

fn not_begun() -> guildhall_model::Error {
    context::INTERNAL.with_source("no file of the archive was begun")
}

fn name_len(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn put16(bytes: &mut Vec<u8>, value: u16) {
    bytes.extend(value.to_le_bytes());
}

fn put32(bytes: &mut Vec<u8>, value: u32) {
    bytes.extend(value.to_le_bytes());
}

fn put64(bytes: &mut Vec<u8>, value: u64) {
    bytes.extend(value.to_le_bytes());
}

/// The first day of 1980 for times before it, and beyond the calendar.
fn dos_time(time: Millis) -> (u16, u16) {
    let moment = OffsetDateTime::from_unix_timestamp(time.0.div_euclid(1_000)).ok();
    let Some(moment) = moment.filter(|moment| (1980..2108).contains(&moment.year())) else { return (0, (1 << 5) | 1) };
    let years = u16::try_from(moment.year() - 1980).unwrap_or_default();
    let time = (u16::from(moment.hour()) << 11) | (u16::from(moment.minute()) << 5) | (u16::from(moment.second()) / 2);
    (time, (years << 9) | (u16::from(u8::from(moment.month())) << 5) | u16::from(moment.day()))
}
