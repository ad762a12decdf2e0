//! Reads ZIP archives with 64-bit sizes: by their directory, and each file's header and checksum.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::Crc;
use flate2::read::DeflateDecoder;

fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    bytes[at..at + len].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The contents of the files by their names.
pub fn unzip(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let end = archive.len() - 22;
    assert_eq!(number(archive, end, 4), 0x0605_4b50, "the archive has an end");
    assert_eq!(number(archive, end - 20, 4), 0x0706_4b50);
    let record = number(archive, end - 12, 8) as usize;
    assert_eq!(number(archive, record, 4), 0x0606_4b50);
    assert_eq!(record + 56 + 20, end);
    let (count, size, mut at) =
        (number(archive, record + 32, 8), number(archive, record + 40, 8), number(archive, record + 48, 8) as usize);
    assert_eq!(at + size as usize, record);
    let mut files = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(number(archive, at, 4), 0x0201_4b50);
        let (name_len, extra_len) = (number(archive, at + 28, 2) as usize, number(archive, at + 30, 2) as usize);
        let name = String::from_utf8(archive[at + 46..at + 46 + name_len].to_vec()).unwrap();
        let extra = at + 46 + name_len;
        let [bytes, packed, offset] = [4, 12, 20].map(|field| number(archive, extra + field, 8) as usize);
        assert_eq!(number(archive, offset, 4), 0x0403_4b50);
        let start = offset + 30 + number(archive, offset + 26, 2) as usize + number(archive, offset + 28, 2) as usize;
        let packed = &archive[start..start + packed];
        let content = match number(archive, at + 10, 2) {
            0 => packed.to_vec(),
            _ => {
                let mut content = Vec::new();
                DeflateDecoder::new(packed).read_to_end(&mut content).unwrap();
                content
            }
        };
        let mut crc = Crc::new();
        crc.update(&content);
        assert_eq!((content.len(), u64::from(crc.sum())), (bytes, number(archive, at + 16, 4)), "{name}");
        assert!(files.insert(name.clone(), content).is_none(), "{name} is there twice");
        at = extra + extra_len;
    }
    files
}
