//! Where the parts of a backup are, by the order of their names: `config/`, `data/`, `database/`, `files/`, `manifest.json`.

use std::path::PathBuf;

use guildhall_model::ports::BlobKey;

/// The configuration file.
pub const CONFIG: &str = "config";
/// Keys and certificates of the data folder.
pub const DATA: &str = "data";
/// The copy of the database, a file for each table.
pub const DATABASE: &str = "database";
/// The files of messages, as they are below `<data>/files`.
pub const FILES: &str = "files";
/// What the backup holds. It is written last.
pub const MANIFEST: &str = "manifest.json";

/// A table's file in `database`.
pub fn table_file(table: &str) -> String {
    format!("{table}.jsonl")
}

/// A blob's path in `files`, and below `<data>/files`.
pub fn blob_path(key: &BlobKey) -> PathBuf {
    let name = key.to_string();
    let (first, second) = (name.get(..2).unwrap_or_default(), name.get(2..4).unwrap_or_default());
    ["blobs", first, second, &name].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_in_two_levels_of_folders() {
        let key = BlobKey::from_sha256([0xab; 32]);
        assert_eq!(blob_path(&key), PathBuf::from(format!("blobs/ab/ab/{}", "ab".repeat(32))));
    }
}
