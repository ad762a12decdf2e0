//! Reading what is exported, in pages.

use guildhall_model::id::{ChannelId, FileId, UserId};
use guildhall_model::{Millis, Result};
use serde_json::Value as Json;

use super::column::{ExportColumn, Kind, id, text};
use super::files::{Bound, ExportFile};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Value, params};

/// The channel of a row.
const CHANNEL: [ExportColumn; 4] = [
    text("channel_name").from("(c.name)"),
    text("channel").from("(c.display_name)"),
    text("channel_type").from("(c.kind)"),
    text("team").from("(ct.display_name)"),
];

/// The other one of a direct channel, whose name is made of ids.
const DIRECT_WITH: ExportColumn = text("direct_with").from(
    "CASE WHEN c.kind = 'D' THEN (SELECT MIN(o.username) FROM channel_members cm JOIN users o ON o.id = cm.user_id \
     WHERE cm.channel_id = c.id AND cm.user_id <> t.user_id) END",
);

/// Parts of JSON that give access.
const SECRETS: &[&str] = &["csrf"];

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    Null,
    /// As on the wire.
    Id(String),
    Text(String),
    Time(Millis),
    Number(i64),
    Flag(bool),
    Json(Json),
}

/// One row: its values in the order of the columns, and where the next page begins.
pub struct ExportedRow {
    pub fields: Vec<(&'static str, Field)>,
    pub key: Vec<Value>,
}

/// A row whose first column tells the kinds of the others, which no type tells.
struct AnyRow(Vec<(Field, Value)>);

impl FromRow for AnyRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let kinds = row.str(0)?.chars().enumerate();
        let fields = kinds.map(|(at, letter)| match Kind::from_letter(letter) {
            Some(kind) => decode(row, at + 1, kind),
            None => Err(DecodeError::new(at, format!("an unknown kind of value, {letter}"))),
        });
        fields.collect::<Result<_, _>>().map(Self)
    }
}

fn decode(row: &Row<'_>, at: usize, kind: Kind) -> Result<(Field, Value), DecodeError> {
    if row.is_null(at)? {
        return Ok((Field::Null, Value::Null));
    }
    Ok(match kind {
        Kind::Id => {
            let bytes = row.bytes(at)?;
            let field = <[u8; 16]>::try_from(bytes.as_slice()).map_or(Field::Null, |id| Field::Id(ChannelId::from_bytes(id).to_string()));
            (field, Value::Bytes(bytes))
        }
        Kind::Text => (Field::Text(row.text(at)?), Value::Text(row.text(at)?)),
        Kind::Time => (Field::Time(row.millis(at)?), Value::Int(row.i64(at)?)),
        Kind::Number => (Field::Number(row.i64(at)?), Value::Int(row.i64(at)?)),
        Kind::Flag => (Field::Flag(row.bool(at)?), Value::Int(row.i64(at)?)),
        Kind::Json => (json(row.str(at)?), Value::Null),
    })
}

fn json(text: &str) -> Field {
    let Ok(mut value) = serde_json::from_str::<Json>(text) else { return Field::Text(text.to_owned()) };
    if let Some(object) = value.as_object_mut() {
        object.retain(|name, _| !SECRETS.contains(&name.as_str()));
    }
    Field::Json(value)
}

impl ExportFile {
    /// All columns of the file, with those of the channel.
    fn all_columns(&self) -> Vec<ExportColumn> {
        let mut columns = self.columns.to_vec();
        if let Some(channel) = self.channel {
            columns.push(id("channel_id").from(channel));
            columns.extend(CHANNEL);
            // Where the row is not the person's by its column `user_id`, nobody tells who the other one is.
            columns.extend((self.condition.contains("t.user_id")).then_some(DIRECT_WITH));
        }
        columns
    }

    fn sql(&self, columns: &[ExportColumn], is_shared_only: bool, is_first: bool) -> String {
        let all = || columns.iter().chain(self.key);
        let kinds: String = all().map(|column| column.kind.letter()).collect();
        let sources = all().map(ExportColumn::sql).collect::<Vec<_>>().join(", ");
        let mut sql = format!("SELECT '{kinds}', {sources} FROM {} t {}", self.table, self.joins);
        if let Some(channel) = self.channel {
            sql.push_str(&format!(" LEFT JOIN channels c ON c.id = {channel} LEFT JOIN teams ct ON ct.id = c.team_id"));
        }
        sql.push_str(&format!(" WHERE {}", self.condition));
        if is_shared_only && !self.shared_condition.is_empty() {
            sql.push_str(&format!(" AND {}", self.shared_condition));
        }
        if is_shared_only && self.channel.is_some() {
            sql.push_str(" AND c.kind IN ('O', 'P')");
        }
        let key: Vec<String> = self.key.iter().map(ExportColumn::sql).collect();
        if let (false, [first, ..]) = (is_first, key.as_slice()) {
            // MySQL finds the beginning of the page by the first column only.
            sql.push_str(&format!(" AND {first} >= ? AND ({}) > ({})", key.join(", "), vec!["?"; key.len()].join(", ")));
        }
        if !key.is_empty() {
            sql.push_str(&format!(" ORDER BY {} LIMIT ?", key.join(", ")));
        }
        sql
    }
}

/// One page of a file. `after` is the key of the last row of the page before it. With `is_shared_only`, without what is in direct and group
/// channels.
pub async fn rows(
    db: &Reader,
    user: Granted<UserId>,
    file: &ExportFile,
    is_shared_only: bool,
    after: Option<&[Value]>,
    limit: usize,
) -> Result<Vec<ExportedRow>> {
    let columns = file.all_columns();
    let bind = |bound: &Bound| match bound {
        Bound::Id => Value::from(user),
        Bound::IdInText => Value::Text(format!("%{}%", user.key())),
    };
    let mut values: Vec<Value> = file.bound.iter().map(bind).collect();
    if let Some(after) = after {
        values.extend(after.first().cloned());
        values.extend(after.iter().cloned());
    }
    if !file.key.is_empty() {
        values.extend(params![limit]);
    }
    let rows: Vec<AnyRow> = db.all(file.sql(&columns, is_shared_only, after.is_none()), values).await?;
    let named = |AnyRow(mut fields): AnyRow| {
        let key = fields.split_off(columns.len()).into_iter().map(|(_, value)| value).collect();
        let fields = columns.iter().zip(fields).map(|(column, (field, _))| (column.name, field)).collect();
        ExportedRow { fields, key }
    };
    Ok(rows.into_iter().map(named).collect())
}

/// A file that a person has uploaded and that was not deleted.
pub struct OwnFile {
    pub id: FileId,
    pub create_at: Millis,
    pub name: String,
    pub blob_key: String,
}

/// One page of them, in the order of their times. `after` is the last one of the page before it.
pub async fn own_files(
    db: &Reader,
    user: Granted<UserId>,
    is_shared_only: bool,
    after: Option<&OwnFile>,
    limit: usize,
) -> Result<Vec<OwnFile>> {
    let shared = if is_shared_only { "AND c.kind IN ('O', 'P')" } else { "" };
    let sql = format!(
        "SELECT f.id, f.create_at, f.name, f.blob_key FROM files f LEFT JOIN channels c ON c.id = f.channel_id WHERE f.user_id = ? \
         AND f.delete_at = 0 {shared} AND f.create_at >= ? AND (f.create_at > ? OR f.id > ?) ORDER BY f.create_at, f.id LIMIT ?"
    );
    let (time, last) = after.map_or((Millis::ZERO, FileId::from_bytes([0; 16])), |file| (file.create_at, file.id));
    let rows: Vec<(FileId, Millis, String, String)> = db.all(sql, params![user, time, time, last, limit]).await?;
    Ok(rows.into_iter().map(|(id, create_at, name, blob_key)| OwnFile { id, create_at, name, blob_key }).collect())
}
