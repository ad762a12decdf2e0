//! The names of the objects. They sort by log and position, and a listing alone says what can be restored.

use guildhall_model::Millis;
use guildhall_model::ports::BlobKey;

/// The changes of a log between two positions. `<log>-<from>-<to>-<time>.changes`, numbers in hexadecimal, the time in decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ChangesName {
    pub log: u64,
    pub from: u64,
    pub to: u64,
    /// When the last of them was committed.
    pub last_at: Millis,
}

/// A copy of the database at a position. It is complete when this object exists. `<log>-<at>-<time>.base`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BaseName {
    pub log: u64,
    pub at: u64,
    pub taken_at: Millis,
}

/// A part of a copy. `<log>-<at>-<number>.part`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartName {
    pub log: u64,
    pub at: u64,
    pub number: u32,
}

/// A piece of a file of a message, of so many pieces. `<key>-<number>-<count>.blob`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BlobName {
    pub key: BlobKey,
    pub number: u32,
    pub count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectName {
    Changes(ChangesName),
    Base(BaseName),
    Part(PartName),
    Blob(BlobName),
}

impl ObjectName {
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, kind) = text.split_once('.')?;
        let numbers: Vec<&str> = numbers.split('-').collect();
        let name = match (kind, numbers.as_slice()) {
            ("changes", [log, from, to, at]) => {
                Self::Changes(ChangesName { log: hex(log)?, from: hex(from)?, to: hex(to)?, last_at: time(at)? })
            }
            ("base", [log, at, taken]) => Self::Base(BaseName { log: hex(log)?, at: hex(at)?, taken_at: time(taken)? }),
            ("part", [log, at, number]) => Self::Part(PartName { log: hex(log)?, at: hex(at)?, number: number.parse().ok()? }),
            ("blob", [key, number, count]) => {
                Self::Blob(BlobName { key: key.parse().ok()?, number: number.parse().ok()?, count: count.parse().ok()? })
            }
            _ => return None,
        };
        (name.to_string() == text).then_some(name)
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changes(ChangesName { log, from, to, last_at }) => {
                write!(f, "{log:016x}-{from:016x}-{to:016x}-{:013}.changes", last_at.0)
            }
            Self::Base(BaseName { log, at, taken_at }) => write!(f, "{log:016x}-{at:016x}-{:013}.base", taken_at.0),
            Self::Part(PartName { log, at, number }) => write!(f, "{log:016x}-{at:016x}-{number:06}.part"),
            Self::Blob(BlobName { key, number, count }) => write!(f, "{key}-{number:06}-{count:06}.blob"),
        }
    }
}

/// Whether a file of the folder is one of ours, and not an unfinished one, for example.
pub fn is_object_name(name: &str) -> bool {
    ObjectName::parse(name).is_some()
}

fn hex(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

fn time(text: &str) -> Option<Millis> {
    text.parse().ok().map(Millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let names = [
            ObjectName::Changes(ChangesName { log: 1, from: 2, to: u64::MAX, last_at: Millis(1_767_225_600_000) }),
            ObjectName::Base(BaseName { log: u64::MAX, at: 0, taken_at: Millis(5) }),
            ObjectName::Part(PartName { log: 7, at: 8, number: 1_234_567 }),
            ObjectName::Blob(BlobName { key: BlobKey::from_sha256([0xab; 32]), number: 1, count: 2 }),
        ];
        for name in names {
            assert_eq!(ObjectName::parse(&name.to_string()), Some(name));
            assert!(!is_object_name(&name.to_string().to_uppercase()));
        }
        for text in ["", ".incomplete-abc", "1-2-3-4.changes", "x.base", "0000000000000001-0000000000000002.base"] {
            assert!(!is_object_name(text), "{text}");
        }
    }
}
