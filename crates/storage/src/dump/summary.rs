//! What two copies of a table must have in common, in whatever order their rows are.

use sha2::{Digest, Sha256};

/// How many rows a table has, and a digest of their contents that does not depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableSummary {
    pub rows: u64,
    /// The sum of the first halves of the lines' SHA-256, modulo 2^128.
    pub digest: u128,
}

impl TableSummary {
    /// Counts the line of a row, without its line feed; its hash.
    pub(super) fn add(&mut self, line: &[u8]) -> u128 {
        let hash = hash(line);
        self.rows += 1;
        self.digest = self.digest.wrapping_add(hash);
        hash
    }

    /// The digest as 32 hexadecimal digits.
    pub fn digest_text(&self) -> String {
        format!("{:032x}", self.digest)
    }
}

/// The first half of the SHA-256.
pub(super) fn hash(bytes: &[u8]) -> u128 {
    Sha256::digest(bytes).iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::TableSummary;

    fn of(lines: &[&str]) -> TableSummary {
        let mut summary = TableSummary::default();
        for line in lines {
            summary.add(line.as_bytes());
        }
        summary
    }

    #[test]
    fn the_order_of_rows_does_not_matter_but_everything_else_does() {
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["a", "c"]));
        assert_ne!(of(&["a", "b"]), of(&["a", "b", "b"]));
        assert_ne!(of(&["a", "a"]).digest, of(&["b", "b"]).digest);
        assert_eq!(of(&[]).digest_text(), "0".repeat(32));
        assert_eq!(of(&["a"]).digest_text(), "ca978112ca1bbdcafac231b39a23dc4d");
    }
}
