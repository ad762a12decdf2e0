//! The files of an export, and where their rows come from. Nobody else's content is in them, and nothing that gives access: no hashes of
//! passwords and tokens, no secrets.

mod account;
mod content;
mod made;

use super::column::{ExportColumn, id, time};

/// What a `?` of a condition stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Id,
    /// `%id%`, for texts with the id somewhere.
    IdInText,
}

/// One file: rows of one table, with the names of what they refer to.
#[derive(Debug, Clone, Copy)]
pub struct ExportFile {
    /// Without its ending.
    pub name: &'static str,
    /// One sentence for the person.
    pub description: &'static str,
    pub table: &'static str,
    pub(in crate::personal_data) joins: &'static str,
    /// Which rows are about the person.
    pub(in crate::personal_data) condition: &'static str,
    pub(in crate::personal_data) bound: &'static [Bound],
    pub columns: &'static [ExportColumn],
    /// Columns of the table that are not in the file: they give access, or say nothing about the person.
    pub withheld: &'static [&'static str],
    /// Where the rows have a channel: the expression of its id. The channel's name, its team and with whom it is are in the file, too.
    pub(in crate::personal_data) channel: Option<&'static str>,
    /// What else must be true of rows for somebody who may not know with whom the person writes.
    pub(in crate::personal_data) shared_condition: &'static str,
    /// Orders the rows of a person, and tells them apart. Without one there is a single row.
    pub(in crate::personal_data) key: &'static [ExportColumn],
}

impl ExportFile {
    /// Whether there may be many rows.
    pub const fn is_paged(&self) -> bool {
        !self.key.is_empty()
    }

    /// The columns of the table that are in the file.
    pub fn own_columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter_map(ExportColumn::own_column).chain(self.channel.and_then(|channel| channel.strip_prefix("t.")))
    }
}

pub(in crate::personal_data) const USER: &[Bound] = &[Bound::Id];
pub(super) const BY_ID: &[ExportColumn] = &[id("id")];
pub(super) const BY_TIME: &[ExportColumn] = &[time("create_at"), id("id")];

/// Rows of a table with the column `user_id`.
pub(super) const FILE: ExportFile = ExportFile {
    name: "",
    description: "",
    table: "",
    joins: "",
    condition: "t.user_id = ?",
    bound: USER,
    columns: &[],
    withheld: &["user_id"],
    channel: None,
    shared_condition: "",
    key: &[],
};

/// In the order in which they are written.
pub fn export_files() -> impl Iterator<Item = &'static ExportFile> {
    [account::FILES, content::FILES, made::FILES].into_iter().flatten()
}
