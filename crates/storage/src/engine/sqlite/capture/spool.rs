//! The log of changes on the local disk: records of commits in files, which are removed from the front. It is only flushed when it is
//! closed: after a power cut the next log begins.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use guildhall_model::Millis;
use guildhall_model::changes::{ChangePosition, Changes, ChangesAfter};

use super::wal::WalPosition;

const MAGIC: &[u8; 8] = b"GHCHANG1";
const HEADER_BYTES: usize = 56;
/// Before the checksum.
const SUMMED_BYTES: usize = 52;
/// A file that has reached so much is followed by another one.
const FILE_BYTES: u64 = 8 * 1024 * 1024;
/// The log ends beyond it.
pub(super) const BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A commit that changes more ends the log: a new copy of the database is cheaper.
pub(super) const COMMIT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The log ends before the disk has less room than this: messages need it.
const FREE_BYTES_MIN: u64 = 32 * 1024 * 1024;

/// What was committed together.
pub(in crate::engine::sqlite) struct Record<'a> {
    pub at: Millis,
    pub page_bytes: u32,
    pub database_pages: u32,
    /// Where SQLite's log was after it.
    pub wal: WalPosition,
    /// Each page with its number before it (4 bytes, big-endian).
    pub pages: &'a [u8],
}

pub(in crate::engine::sqlite) struct Spool {
    pub log: u64,
    folder: PathBuf,
    files: VecDeque<SpoolFile>,
    output: Option<File>,
}

#[derive(Debug, Clone)]
struct SpoolFile {
    path: PathBuf,
    start: u64,
    end: u64,
}

/// What is to be read, without holding the spool.
pub(in crate::engine::sqlite) struct Reading {
    log: u64,
    after: u64,
    files: Vec<SpoolFile>,
}

impl Spool {
    /// The records of a log lie in a folder of its own.
    pub fn folder(parent: &Path, log: u64) -> PathBuf {
        parent.join(format!("log-{log:016x}"))
    }

    pub fn create(parent: &Path, log: u64) -> io::Result<Self> {
        let folder = Self::folder(parent, log);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self { log, folder, files: VecDeque::new(), output: None })
    }

    /// The log that an earlier process has left, and where SQLite's log was at its end. A record that was cut off is removed: SQLite's
    /// log has it.
    pub fn reopen(parent: &Path, log: u64) -> io::Result<(Self, Option<WalPosition>)> {
        let folder = Self::folder(parent, log);
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let start = entry.file_name().to_str().and_then(|name| u64::from_str_radix(name, 16).ok());
            let start = start.ok_or_else(|| io::Error::other("another file is in the folder"))?;
            files.push(SpoolFile { path: entry.path(), start, end: start + entry.metadata()?.len() });
        }
        files.sort_by_key(|file| file.start);
        if files.windows(2).any(|pair| matches!(pair, [left, right] if left.end != right.start)) {
            return Err(io::Error::other("a file is missing"));
        }
        let mut last = None;
        if let Some(file) = files.last_mut() {
            let bytes = fs::read(&file.path)?;
            let mut at = 0;
            while let Some((record, length)) = Record::parse(bytes.get(at..).unwrap_or_default()) {
                last = Some(record.wal);
                at += length;
            }
            if at < bytes.len() {
                File::options().write(true).open(&file.path)?.set_len(at as u64)?;
                file.end = file.start + at as u64;
            }
            if at == 0 {
                return Err(io::Error::other("its last record is damaged"));
            }
        }
        Ok((Self { log, folder, files: files.into(), output: None }, last))
    }

    pub fn end(&self) -> ChangePosition {
        ChangePosition { log: self.log, offset: self.files.back().map_or(0, |file| file.end) }
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.end - file.start).sum()
    }

    pub fn append(&mut self, record: &Record<'_>) -> io::Result<()> {
        let header = record.header();
        let length = (header.len() + record.pages.len()) as u64;
        if self.bytes() + length > BYTES_MAX {
            return Err(io::Error::other("it was not read for too long"));
        }
        if self.output.is_none() || self.files.back().is_none_or(|file| file.end - file.start >= FILE_BYTES) {
            self.next_file()?;
        }
        let (Some(output), Some(file)) = (&mut self.output, self.files.back_mut()) else {
            return Err(io::Error::other("there is no file"));
        };
        output.write_all(&header)?;
        output.write_all(record.pages)?;
        file.end += length;
        Ok(())
    }

    fn next_file(&mut self) -> io::Result<()> {
        let space = rustix::fs::statvfs(&self.folder)?;
        if space.f_bavail.saturating_mul(space.f_frsize) < FREE_BYTES_MIN {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let start = self.end().offset;
        let path = self.folder.join(format!("{start:016x}"));
        self.output = Some(File::options().write(true).create_new(true).mode(0o600).open(&path)?);
        self.files.push_back(SpoolFile { path, start, end: start });
        Ok(())
    }

    /// Removes the files that end before.
    pub fn release(&mut self, before: u64) {
        // The last one says where the log ends.
        while self.files.len() > 1
            && let Some(file) = self.files.pop_front_if(|file| file.end <= before)
        {
            if let Err(error) = fs::remove_file(&file.path) {
                tracing::warn!(%error, "a file of the log of changes could not be removed");
            }
        }
    }

    pub fn sync(&self) -> io::Result<()> {
        for file in &self.files {
            File::open(&file.path)?.sync_all()?;
        }
        File::open(&self.folder)?.sync_all()
    }

    pub fn remove(&mut self) {
        self.output = None;
        remove_folder(&self.folder);
    }

    /// `None` if the position is not in the log.
    pub fn reading(&self, after: ChangePosition) -> Option<Reading> {
        let first = self.files.front().map_or(0, |file| file.start);
        let is_known = after.log == self.log && (first..=self.end().offset).contains(&after.offset);
        let files = || self.files.iter().filter(|file| file.end > after.offset).cloned().collect();
        is_known.then(|| Reading { log: self.log, after: after.offset, files: files() })
    }
}

impl Reading {
    pub fn read(&self, bytes_max: u64) -> io::Result<ChangesAfter> {
        let mut changes: Option<Changes> = None;
        let mut offset = self.after;
        'files: for file in &self.files {
            let input = File::open(&file.path)?;
            while offset < file.end {
                if offset - self.after >= bytes_max {
                    break 'files;
                }
                let mut header = [0; HEADER_BYTES];
                input.read_exact_at(&mut header, offset - file.start)?;
                let payload = Record::payload_bytes(&header).filter(|bytes| *bytes <= file.end - offset).ok_or_else(damaged)?;
                let mut bytes = vec![0; HEADER_BYTES + usize::try_from(payload).map_err(io::Error::other)?];
                input.read_exact_at(&mut bytes, offset - file.start)?;
                let bytes = Bytes::from(bytes);
                let (record, length) = Record::parse(&bytes).ok_or_else(damaged)?;
                offset += length as u64;
                let end = ChangePosition { log: self.log, offset };
                let pages = numbered_pages(&bytes.slice(HEADER_BYTES..), record.page_bytes);
                match &mut changes {
                    Some(changes) => {
                        changes.end = end;
                        changes.last_at = record.at;
                        changes.database_pages = record.database_pages;
                        changes.pages.extend(pages);
                    }
                    None => {
                        changes = Some(Changes {
                            end,
                            first_at: record.at,
                            last_at: record.at,
                            page_bytes: record.page_bytes,
                            database_pages: record.database_pages,
                            pages: pages.collect::<BTreeMap<_, _>>(),
                        });
                    }
                }
            }
        }
        let Some(mut changes) = changes else { return Ok(ChangesAfter::Nothing) };
        // What was cut off the end of the database is not there any more.
        changes.pages.split_off(&changes.database_pages.saturating_add(1));
        Ok(ChangesAfter::Some(changes))
    }
}

fn numbered_pages(pages: &Bytes, page_bytes: u32) -> impl Iterator<Item = (u32, Bytes)> + use<> {
    let (pages, step) = (pages.clone(), page_bytes as usize + 4);
    (0..pages.len() / step).map(move |index| {
        let at = index * step;
        let number = pages.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
        (number, pages.slice(at + 4..at + step))
    })
}

impl<'a> Record<'a> {
    fn header(&self) -> [u8; HEADER_BYTES] {
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&(self.pages.len() as u64).to_le_bytes());
        header.extend_from_slice(&self.at.0.to_le_bytes());
        header.extend_from_slice(&self.page_bytes.to_le_bytes());
        header.extend_from_slice(&self.database_pages.to_le_bytes());
        header.extend_from_slice(&self.wal.salts);
        header.extend_from_slice(&self.wal.frame.to_le_bytes());
        self.wal.checksum.iter().for_each(|part| header.extend_from_slice(&part.to_le_bytes()));
        let checksum = checksum(&header, self.pages);
        header.extend_from_slice(&checksum.to_le_bytes());
        header.try_into().unwrap_or([0; HEADER_BYTES])
    }

    fn payload_bytes(header: &[u8; HEADER_BYTES]) -> Option<u64> {
        let bytes = u64::from_le_bytes(header.get(8..16)?.try_into().ok()?);
        (header.starts_with(MAGIC) && bytes <= BYTES_MAX).then_some(bytes)
    }

    /// The first record in these bytes, and its length; `None` if it is not whole.
    fn parse(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let header: &[u8; HEADER_BYTES] = bytes.first_chunk()?;
        let length = HEADER_BYTES + usize::try_from(Self::payload_bytes(header)?).ok()?;
        let pages = bytes.get(HEADER_BYTES..length)?;
        let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
        if checksum(header.get(..SUMMED_BYTES)?, pages) != number(SUMMED_BYTES)? {
            return None;
        }
        let wal = WalPosition { salts: header.get(32..40)?.try_into().ok()?, frame: number(40)?, checksum: [number(44)?, number(48)?] };
        let at = Millis(i64::from_le_bytes(header.get(16..24)?.try_into().ok()?));
        Some((Self { at, page_bytes: number(24)?, database_pages: number(28)?, wal, pages }, length))
    }
}

fn checksum(header: &[u8], pages: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(pages);
    hasher.finalize()
}

fn damaged() -> io::Error {
    io::Error::other("the log of changes is damaged")
}

pub(super) fn remove_folder(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => tracing::warn!(%error, "a log of changes could not be removed"),
        _ => {}
    }
}
