//! The lines of a list of passwords: a password each, or its SHA-1 with the number of times that it was seen, as Have I Been Pwned
//! publishes them.

use std::io::{self, BufRead, Read};

use guildhall_model::user::password::normalize_password;

use super::filter::key_of;

/// Longer lines are skipped: no password is as long.
const LINE_BYTES_MAX: usize = 4_096;

/// Calls `each` with the key of each line in order; lines without a key are skipped, and hashes that were seen less than `seen_min` times.
pub(super) fn for_each_key(list: impl Read, seen_min: u64, mut each: impl FnMut(u64) -> io::Result<()>) -> io::Result<()> {
    let mut list = io::BufReader::with_capacity(1 << 20, list);
    let mut line = Vec::new();
    loop {
        line.clear();
        list.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if line.len() > LINE_BYTES_MAX && !line.ends_with(b"\n") {
            list.skip_until(b'\n')?;
            continue;
        }
        if let Some(key) = key_of_line(line.trim_ascii_end(), seen_min) {
            each(key)?;
        }
    }
}

fn key_of_line(line: &[u8], seen_min: u64) -> Option<u64> {
    if let Some((key, seen)) = published_hash(line) {
        return (seen.unwrap_or(u64::MAX) >= seen_min).then_some(key);
    }
    if line.is_empty() {
        return None;
    }
    // As it is hashed when somebody sets it.
    match str::from_utf8(line).ok().and_then(normalize_password) {
        Some(normalized) => Some(key_of(normalized.as_bytes())),
        None => Some(key_of(line)),
    }
}

/// `SHA-1` or `SHA-1:number`.
fn published_hash(line: &[u8]) -> Option<(u64, Option<u64>)> {
    let (hash, rest) = line.split_at_checked(40)?;
    let key = u64::from_str_radix(str::from_utf8(hash.get(..16)?).ok()?, 16).ok()?;
    if !hash.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    match rest {
        [] => Some((key, None)),
        [b':', number @ ..] => Some((key, Some(str::from_utf8(number).ok()?.parse().ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(list: &[u8], seen_min: u64) -> Vec<u64> {
        let mut keys = Vec::new();
        for_each_key(list, seen_min, |key| {
            keys.push(key);
            Ok(())
        })
        .unwrap();
        keys
    }

    #[test]
    fn lines_are_passwords_or_published_hashes() {
        let list = b"password\r\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004\n5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8\n\npassword";
        assert_eq!(keys(list, 1), [key_of(b"password"); 4]);
        let seen = b"0000000000000001AAAAAAAAAAAAAAAAAAAAAAAA:3\n0000000000000002AAAAAAAAAAAAAAAAAAAAAAAA:30\n";
        assert_eq!((keys(seen, 1), keys(seen, 4), keys(seen, 31)), (vec![1, 2], vec![2], vec![]));
        // What only looks like a hash is a password.
        let password = b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDX";
        assert_eq!(keys(password, 1), [key_of(password)]);
        assert_eq!(keys("e\u{301}e\u{301}\n".as_bytes(), 1), [key_of("éé".as_bytes())]);
        assert_eq!(keys(b"\xff\xfe\n", 1), [key_of(b"\xff\xfe")]);
    }

    #[test]
    fn endless_lines_are_skipped() {
        let mut list = vec![b'x'; 100_000];
        list.extend(b"\npassword\n");
        list.extend(vec![b'y'; 100_000]);
        assert_eq!(keys(&list, 1), [key_of(b"password")]);
        assert!(keys(b"", 1).is_empty());
    }
}
