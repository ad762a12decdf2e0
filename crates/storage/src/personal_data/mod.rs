//! What is stored about people, as data: which tables hold something about somebody, and how it is exported. A table that is in neither list
//! fails a test (`docs/decisions/0054-export-of-personal-data.md`).

mod column;
pub mod erasure;
mod files;
mod read;
mod tables;

pub use column::{ExportColumn, Kind};
pub use files::{Bound, ExportFile, export_files};
pub use read::{ExportedRow, Field, OwnFile, own_files, rows};
pub use tables::{Erased, Held, TABLES};
