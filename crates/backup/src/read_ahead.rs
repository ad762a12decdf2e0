//! Windows of packs: on another machine each read waits for an answer, so that a read of little brings what lies beside it.

use bytes::{Bytes, BytesMut};
use guildhall_cache::Cache;

/// Windows that are kept, one after the other for each file that is restored at the time.
const WINDOWS_MAX: u64 = 12;

/// The part of a pack with this number.
type Window = (String, u64);

pub(crate) struct ReadAhead {
    window_bytes: u64,
    windows: Cache<Window, Bytes>,
}

impl ReadAhead {
    /// `None` for a storage that answers at once.
    pub fn new(window_bytes: u64) -> Option<Self> {
        // Packs never change, so that a window stays right even if its pack is removed.
        let windows = Cache::builder().max_capacity(WINDOWS_MAX).evict_least_recently_used().build();
        (window_bytes > 0).then_some(Self { window_bytes, windows })
    }

    /// The bytes from `offset` on; fewer where the pack ends. `fetch` gets the offset and length of a window, which only one
    /// thread fetches at a time.
    pub fn read<E: Clone + Send + Sync + 'static>(
        &self,
        pack: &str,
        offset: u64,
        length: u64,
        fetch: impl Fn(u64, u64) -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        let end = offset.saturating_add(length);
        let mut bytes = BytesMut::new();
        let mut at = offset;
        while at < end {
            let number = at / self.window_bytes;
            let start = number * self.window_bytes;
            let window = self.windows.try_get_with((pack.to_owned(), number), || fetch(start, self.window_bytes))?;
            let slice = |position: u64| usize::try_from(position - start).unwrap_or(usize::MAX).min(window.len());
            let part = window.slice(slice(at)..slice(end.min(start + self.window_bytes)));
            if at == offset && part.len() as u64 == length {
                return Ok(part);
            }
            bytes.extend_from_slice(&part);
            if (window.len() as u64) < self.window_bytes {
                break;
            }
            at = start + self.window_bytes;
        }
        Ok(bytes.freeze())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const PACK: &[u8] = b"0123456789abcdefghijkl";

    #[test]
    fn little_reads_share_a_window() {
        let (ahead, fetches) = (ReadAhead::new(8).unwrap(), AtomicUsize::new(0));
        let fetch = |offset: u64, length: u64| {
            fetches.fetch_add(1, Ordering::SeqCst);
            let end = (offset + length).min(PACK.len() as u64);
            Ok::<_, String>(Bytes::from_static(PACK.get(offset as usize..end as usize).unwrap_or_default()))
        };
        let read = |offset, length| ahead.read("pack", offset, length, fetch).unwrap();
        for (offset, length) in [(0, 3), (3, 5), (6, 4), (8, 8), (0, 22), (21, 1), (15, 2)] {
            let expected = &PACK[offset as usize..(offset + length) as usize];
            assert_eq!(read(offset, length), expected, "{offset} {length}");
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 3);
        assert_eq!(read(20, 10), &PACK[20..]);
        assert_eq!(read(100, 5), b""[..]);
        assert!(ReadAhead::new(0).is_none());
    }

    #[test]
    fn a_failure_is_not_kept() {
        let ahead = ReadAhead::new(8).unwrap();
        let failed = ahead.read("pack", 0, 4, |_, _| Err::<Bytes, _>("gone".to_owned()));
        assert_eq!(failed, Err("gone".to_owned()));
        assert_eq!(ahead.read("pack", 0, 4, |_, _| Ok::<_, String>(Bytes::from_static(b"01234567"))).unwrap(), "0123");
    }
}
