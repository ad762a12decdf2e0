//! Limits that a single person, channel, team or role has in place of those of the settings.

use guildhall_model::Result;
use guildhall_model::id::UserId;
use guildhall_model::limits::{NamedLimits, OwnLimits, Target, TargetKind};
use guildhall_model::usage::Usage;

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Set, Sql, Statement, Value, Write, params};

/// Those that can store something have the numbers of `storage_usage`.
const fn number(kind: TargetKind) -> i64 {
    match kind {
        TargetKind::User => 1,
        TargetKind::Channel => 2,
        TargetKind::Team => 3,
        TargetKind::Role => 5,
    }
}

/// The columns `scope` and `id`.
fn key(target: Target) -> [Value; 2] {
    [number(target.kind()).into(), target.id_bytes().to_vec().into()]
}

/// The targets `x` of a kind with their limits `l`. Deleted roles and direct and group channels are none.
fn select(kind: TargetKind, join: &str, condition: &str) -> String {
    let (table, names, only) = match kind {
        TargetKind::User => ("users", "x.username, x.nickname", "1 = 1"),
        TargetKind::Channel => ("channels", "x.name, x.display_name", "x.kind IN ('O', 'P')"),
        TargetKind::Team => ("teams", "x.name, x.display_name", "1 = 1"),
        TargetKind::Role => ("roles", "x.name, x.display_name", "x.delete_at = 0"),
    };
    let scope = number(kind);
    format!(
        "SELECT x.id, {names}, x.delete_at, l.file_bytes, l.storage_bytes, l.storage_files, l.posts_per_minute, \
         COALESCE(u.bytes, 0), COALESCE(u.files, 0) FROM {table} x {join} own_limits l ON l.scope = {scope} AND l.id = x.id \
         LEFT JOIN storage_usage u ON u.scope = {scope} AND u.id = x.id WHERE {only} AND {condition}"
    )
}

/// A row of [`select`]; which kind it is of is known from the query.
struct Found {
    id: [u8; 16],
    name: String,
    display_name: String,
    is_archived: bool,
    limits: OwnLimits,
    usage: Usage,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        // Ids of all kinds have the same form.
        let id: UserId = row.id(0)?;
        Ok(Self {
            id: *id.bytes(),
            name: row.text(1)?,
            display_name: row.text(2)?,
            is_archived: !row.millis(3)?.is_zero(),
            limits: OwnLimits {
                file_bytes: row.opt_i64(4)?,
                storage_bytes: row.opt_i64(5)?,
                storage_files: row.opt_i64(6)?,
                posts_per_minute: row.opt_i64(7)?,
            },
            usage: Usage { bytes: row.i64(8)?, files: row.i64(9)? },
        })
    }
}

impl Found {
    fn of(self, kind: TargetKind) -> NamedLimits {
        let Self { id, name, display_name, is_archived, limits, usage } = self;
        NamedLimits { target: kind.with_id(id), name, display_name, is_archived, limits, usage }
    }
}

/// A target by its id, with or without limits of its own. `None` where there is none, or of a kind that has no limits.
pub async fn target(db: &Reader, _server: Granted<Server>, target: Target) -> Result<Option<NamedLimits>> {
    let [_, id] = key(target);
    let found: Option<Found> = db.optional(select(target.kind(), "LEFT JOIN", "x.id = ?"), vec![id]).await?;
    Ok(found.map(|found| found.of(target.kind())))
}

/// The targets of a kind that have limits of their own, by name.
pub async fn list(db: &Reader, _server: Granted<Server>, kind: TargetKind, limit: i64, offset: i64) -> Result<Vec<NamedLimits>> {
    let rows: Vec<Found> = db.all(select(kind, "JOIN", "1 = 1 ORDER BY 2, 1 LIMIT ? OFFSET ?"), params![limit, offset]).await?;
    Ok(rows.into_iter().map(|found| found.of(kind)).collect())
}

/// Sets the limits of a target, in place of all that it had.
pub fn set(_server: Granted<Server, Write>, target: Target, limits: OwnLimits) -> Statement {
    let sql = Sql::Upsert {
        table: "own_limits",
        columns: &["scope", "id", "file_bytes", "storage_bytes", "storage_files", "posts_per_minute"],
        key: &["scope", "id"],
        update: &[Set::New("file_bytes"), Set::New("storage_bytes"), Set::New("storage_files"), Set::New("posts_per_minute")],
    };
    let [scope, id] = key(target);
    let OwnLimits { file_bytes, storage_bytes, storage_files, posts_per_minute } = limits;
    let mut values = vec![scope, id];
    values.extend(params![file_bytes, storage_bytes, storage_files, posts_per_minute]);
    Statement::new(sql, values)
}

/// Removes the limits of a target, which must have some.
pub fn remove(_server: Granted<Server, Write>, target: Target) -> Statement {
    Statement::new("DELETE FROM own_limits WHERE scope = ? AND id = ?", key(target).into()).expect_rows(1)
}
