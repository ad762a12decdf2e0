//! The file of a filter, and looking something up in it. All numbers are little-endian:
//!
//! - 8 bytes [`MAGIC`], the number of passwords (u64), and the logarithm of the number of parts (u32);
//! - where each part begins, and where the last one ends, in bytes from the beginning of the file (u64 each);
//! - the parts: a binary fuse filter of 16 bits for the keys with the same first bits. A part of no keys is empty.
//!
//! A key is the first 64 bits of the SHA-1 of a password: in this form breached passwords are published. Only one part is read at a time.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha1::{Digest, Sha1};
use xorf::{BinaryFuse16, Descriptor, Filter as _};

pub(super) const MAGIC: [u8; 8] = *b"GHPWDS\0\x01";
pub(super) const HEADER_BYTES: usize = 20;
const OFFSET_BYTES: usize = 8;
/// Of one part, before its fingerprints.
const PART_HEADER_BYTES: usize = 16;
/// A part has about 64 Ki keys: this is far more.
const PART_BYTES_MAX: u64 = 16 * 1024 * 1024;
pub(super) const PART_BITS_MAX: u32 = 20;

pub(super) fn key_of(password: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 20] = Sha1::digest(password).into();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The part of a key; its first bits.
pub(super) const fn part_of(key: u64, part_bits: u32) -> usize {
    // A shift by all 64 bits would be an overflow.
    if part_bits == 0 { 0 } else { (key >> (u64::BITS - part_bits)) as usize }
}

/// How a filter begins, up to the first part.
pub(super) fn header(passwords: u64, part_bits: u32, offsets: &[u64]) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(passwords.to_le_bytes());
    header.extend(part_bits.to_le_bytes());
    header.extend(offsets.iter().flat_map(|offset| offset.to_le_bytes()));
    header
}

/// The bytes of a header for so many parts.
pub(super) const fn header_bytes(parts: usize) -> u64 {
    (HEADER_BYTES + (parts + 1) * OFFSET_BYTES) as u64
}

pub(super) fn encode_part(filter: &BinaryFuse16) -> Vec<u8> {
    let Descriptor { seed, segment_length, segment_count_length, .. } = filter.descriptor;
    let mut part = Vec::with_capacity(PART_HEADER_BYTES + filter.fingerprints.len() * 2);
    part.extend(seed.to_le_bytes());
    part.extend(segment_length.to_le_bytes());
    part.extend(segment_count_length.to_le_bytes());
    part.extend(filter.fingerprints.iter().flat_map(|fingerprint| fingerprint.to_le_bytes()));
    part
}

enum Source {
    Bytes(&'static [u8]),
    File(File),
}

impl Source {
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_exact_at(buffer, offset),
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).map_err(|_| ErrorKind::UnexpectedEof)?;
                let end = start.checked_add(buffer.len()).ok_or(ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(bytes.get(start..end).ok_or(ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}

pub(super) struct Filter {
    source: Source,
    part_bits: u32,
}

impl Filter {
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::new(Source::File(File::open(path)?))
    }

    pub fn of_bytes(bytes: &'static [u8]) -> io::Result<Self> {
        Self::new(Source::Bytes(bytes))
    }

    fn new(source: Source) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        source.read(0, &mut header).map_err(|error| if error.kind() == ErrorKind::UnexpectedEof { damaged() } else { error })?;
        let [magic @ .., _, _, _, _, _, _, _, _, a, b, c, d] = header;
        let part_bits = u32::from_le_bytes([a, b, c, d]);
        if magic != MAGIC || part_bits > PART_BITS_MAX {
            return Err(damaged());
        }
        let filter = Self { source, part_bits };
        // A file that was copied in part only is rejected now, not when somebody sets a password.
        let last = (1_usize << part_bits) - 1;
        let (_, end) = filter.bounds(last)?;
        if end > header_bytes(last + 1) {
            filter.source.read(end - 1, &mut [0]).map_err(|_| damaged())?;
        }
        Ok(filter)
    }

    pub fn contains(&self, key: u64) -> io::Result<bool> {
        let (start, end) = self.bounds(part_of(key, self.part_bits))?;
        let length = end.checked_sub(start).filter(|length| *length <= PART_BYTES_MAX).ok_or_else(damaged)?;
        if length == 0 {
            return Ok(false);
        }
        let mut part = vec![0; usize::try_from(length).map_err(|_| damaged())?];
        self.source.read(start, &mut part)?;
        Ok(decode_part(&part).ok_or_else(damaged)?.contains(&key))
    }

    /// Where the part begins and ends.
    fn bounds(&self, part: usize) -> io::Result<(u64, u64)> {
        let mut offsets = [0; 2 * OFFSET_BYTES];
        self.source.read((HEADER_BYTES + part * OFFSET_BYTES) as u64, &mut offsets).map_err(|_| damaged())?;
        let [start @ .., _, _, _, _, _, _, _, _] = offsets;
        let [_, _, _, _, _, _, _, _, end @ ..] = offsets;
        Ok((u64::from_le_bytes(start), u64::from_le_bytes(end)))
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it is no filter of passwords, or it is damaged")
}

/// `None` for what would be read beyond its end.
fn decode_part(part: &[u8]) -> Option<BinaryFuse16> {
    let (header, fingerprints) = part.split_first_chunk::<PART_HEADER_BYTES>()?;
    let [a, b, c, d, e, f, g, h, segment_length @ .., i, j, k, l] = *header;
    let segment_length = u32::from_le_bytes(segment_length);
    let segment_count_length = u32::from_le_bytes([i, j, k, l]);
    let fingerprints: Box<[u16]> = fingerprints.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let expected = u64::from(segment_count_length) + 2 * u64::from(segment_length);
    let is_valid = segment_length.is_power_of_two() && segment_count_length % segment_length == 0 && segment_count_length > 0;
    if !is_valid || expected != fingerprints.len() as u64 {
        return None;
    }
    let seed = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    let descriptor = Descriptor { seed, segment_length, segment_length_mask: segment_length - 1, segment_count_length };
    Some(BinaryFuse16 { descriptor, fingerprints })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_begins_the_published_hash() {
        // SHA-1 of "password": 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
        assert_eq!(key_of(b"password"), 0x5baa_61e4_c9b9_3f3f);
        assert_eq!((part_of(u64::MAX, 0), part_of(u64::MAX, 3), part_of(1 << 63, 1), part_of(1, 20)), (0, 7, 1, 0));
    }

    #[test]
    fn damaged_parts_are_rejected() {
        let keys: Vec<u64> = (0..1_000).map(|n: u64| key_of(&n.to_le_bytes())).collect();
        let part = encode_part(&BinaryFuse16::try_from(&keys).unwrap());
        assert!(keys.iter().all(|key| decode_part(&part).unwrap().contains(key)));
        for length in [0, 1, PART_HEADER_BYTES, part.len() - 1, part.len() - 2] {
            assert!(decode_part(&part[..length]).is_none(), "{length}");
        }
        for at in 8..PART_HEADER_BYTES {
            let mut changed = part.clone();
            changed[at] ^= 0x5a;
            assert!(decode_part(&changed).is_none(), "{at}");
        }
    }

    #[test]
    fn damaged_files_are_rejected() {
        for bytes in [
            &b""[..],
            b"GHPWDS",
            b"something else entirely, and long enough",
            &header(1, 21, &[]),
            &header(1, 0, &[36]),
            &header(1, 0, &[36, 99]),
        ] {
            let leaked: &'static [u8] = Vec::leak(bytes.to_vec());
            assert!(Filter::of_bytes(leaked).is_err(), "{bytes:?}");
        }
        let endless: &'static [u8] = Vec::leak(header(1, 1, &[44, u64::MAX, 44]));
        assert!(Filter::of_bytes(endless).unwrap().contains(1).is_err());
    }
}
