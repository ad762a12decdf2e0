//! Where the parts of a backup are, by the order of their names: `config/`, `data/`, `database/`, `files/`, `manifest.json`.

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
