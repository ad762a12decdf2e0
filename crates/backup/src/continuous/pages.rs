//! Pages of a database as the content of an object.

use std::collections::BTreeMap;

use bytes::Bytes;
use guildhall_model::Millis;
use guildhall_model::changes::Changes;

use crate::error::{BackupError, Result};

const MAGIC: &[u8; 8] = b"GHPAGES1";
const HEADER_BYTES: usize = 36;
const COMPRESSION_LEVEL: i32 = 3;
/// What an object may hold, so that a damaged number does not ask for all memory.
const BYTES_MAX: usize = 1024 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pages {
    pub page_bytes: u32,
    /// The size of the database after these changes.
    pub database_pages: u32,
    pub first_at: Millis,
    pub last_at: Millis,
    pub pages: BTreeMap<u32, Bytes>,
}

impl From<Changes> for Pages {
    fn from(changes: Changes) -> Self {
        let Changes { end: _, first_at, last_at, page_bytes, database_pages, pages } = changes;
        Self { page_bytes, database_pages, first_at, last_at, pages }
    }
}

impl Pages {
    /// The pages after both.
    pub fn extend(&mut self, later: Self) {
        self.database_pages = later.database_pages;
        self.last_at = later.last_at;
        self.pages.extend(later.pages);
        self.pages.split_off(&self.database_pages.saturating_add(1));
    }

    /// All little-endian: the page's size, the database's, the first and the last time, how many pages; then, compressed, their
    /// numbers and the pages.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut content = Vec::with_capacity(self.pages.len() * (4 + self.page_bytes as usize));
        self.pages.keys().for_each(|number| content.extend_from_slice(&number.to_le_bytes()));
        self.pages.values().for_each(|page| content.extend_from_slice(page));
        let compressed = zstd::bulk::compress(&content, COMPRESSION_LEVEL);
        let compressed = compressed.map_err(|error| BackupError::Other(format!("Pages could not be compressed: {error}")))?;
        let count = u32::try_from(self.pages.len()).map_err(|_| BackupError::Other("There are too many pages".to_owned()))?;
        let mut bytes = Vec::with_capacity(HEADER_BYTES + compressed.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.page_bytes.to_le_bytes());
        bytes.extend_from_slice(&self.database_pages.to_le_bytes());
        bytes.extend_from_slice(&self.first_at.0.to_le_bytes());
        bytes.extend_from_slice(&self.last_at.0.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&compressed);
        Ok(bytes)
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.starts_with(b"GHPAGES") && !bytes.starts_with(MAGIC) {
            return Err(BackupError::Other(
                "This continuous backup was made by a newer Guildhall: restore it with that version".to_owned(),
            ));
        }
        Self::try_decode(bytes).ok_or_else(|| BackupError::Damaged { reason: "pages of the continuous backup cannot be read".to_owned() })
    }

    fn try_decode(bytes: &[u8]) -> Option<Self> {
        let header: &[u8; HEADER_BYTES] = bytes.first_chunk()?;
        let number = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
        let time = |at: usize| Some(Millis(i64::from_le_bytes(header.get(at..at + 8)?.try_into().ok()?)));
        let (page_bytes, database_pages, count) = (number(8)?, number(12)?, number(32)? as usize);
        let is_page_size = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
        let length = count.checked_mul(4 + page_bytes as usize).filter(|length| *length <= BYTES_MAX);
        let (Some(length), true, true) = (length, header.starts_with(MAGIC), is_page_size) else { return None };
        let content = Bytes::from(zstd::bulk::decompress(bytes.get(HEADER_BYTES..)?, length).ok()?);
        if content.len() != length {
            return None;
        }
        let numbers = content.slice(..count * 4);
        let (numbers, _) = numbers.as_chunks::<4>();
        let page = |(index, number): (usize, &[u8; 4])| {
            let at = count * 4 + index * page_bytes as usize;
            (u32::from_le_bytes(*number), content.slice(at..at + page_bytes as usize))
        };
        let pages: BTreeMap<_, _> = numbers.iter().enumerate().map(page).collect();
        let is_valid = pages.len() == count && pages.keys().all(|number| (1..=database_pages).contains(number));
        is_valid.then_some(Self { page_bytes, database_pages, first_at: time(16)?, last_at: time(24)?, pages })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_as_they_were_written() {
        let page = |byte: u8| Bytes::from(vec![byte; 512]);
        let mut pages = Pages {
            page_bytes: 512,
            database_pages: 9,
            first_at: Millis(1),
            last_at: Millis(2),
            pages: [(1, page(1)), (9, page(9))].into(),
        };
        let bytes = pages.encode().unwrap();
        assert_eq!(Pages::decode(&bytes).unwrap(), pages);
        assert!(Pages::decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(Pages::decode(b"").is_err());
        let mut newer = bytes.clone();
        newer[7] = b'2';
        assert!(Pages::decode(&newer).unwrap_err().to_string().contains("newer"));
        // A page behind the end of the database.
        let mut outside = bytes;
        outside[12] = 8;
        assert!(Pages::decode(&outside).is_err());
        pages.extend(Pages { database_pages: 5, last_at: Millis(3), pages: [(1, page(7))].into(), ..pages.clone() });
        assert_eq!(pages.pages, [(1, page(7))].into());
        assert_eq!((pages.first_at, pages.last_at, pages.database_pages), (Millis(1), Millis(3), 5));
    }
}
