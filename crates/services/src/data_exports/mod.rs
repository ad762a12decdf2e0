//! Exports of what is stored about a person: an archive with JSON of every table that has something of them, their files and their picture,
//! made by a job. `docs/decisions/0054-export-of-personal-data.md`.

mod archive;
mod download;
mod json;
mod list;
mod request;
mod run;
mod sweep;

pub use download::ExportArchive;

noun! {
    /// Exports of what is stored about a person.
    data_exports::DataExports, uses: []
}
