//! Applies the schema's steps to SQLite, each in one transaction under the file's write lock.

use guildhall_model::Result;
use rusqlite::{Connection, params_from_iter};

use super::connection::{Place, Use};
use crate::failure::Failure;
use crate::migrate::{self, Applied, Step};
use crate::row::{Inner, Row};
use crate::{Dialect, FromRow, params};

pub(super) fn run(place: &Place, steps: &'static [Step]) -> Result<()> {
    let connection = place.connect(Use::Write)?;
    while apply_next(&connection, steps)? {}
    Ok(())
}

/// Applies the oldest pending step; `false` when there is none. What is pending is only known under the lock.
fn apply_next(connection: &Connection, steps: &'static [Step]) -> Result<bool> {
    execute(connection, "BEGIN IMMEDIATE").map_err(Failure::into_error)?;
    let applied = apply_under_lock(connection, steps);
    let end = if matches!(applied, Ok(true)) { "COMMIT" } else { "ROLLBACK" };
    if !connection.is_autocommit() {
        execute(connection, end).map_err(Failure::into_error)?;
    }
    applied
}

fn apply_under_lock(connection: &Connection, steps: &'static [Step]) -> Result<bool> {
    execute(connection, migrate::create_table(Dialect::Sqlite)).map_err(Failure::into_error)?;
    let applied = applied(connection).map_err(Failure::into_error)?;
    let pending = migrate::plan(Dialect::Sqlite, steps, &applied)?;
    let Some(step) = pending.first() else {
        return Ok(false);
    };
    let record = params![step.version, step.name, step.checksum(Dialect::Sqlite), migrate::now(), 0];
    connection
        .execute_batch(step.sqlite)
        .and_then(|()| connection.execute(migrate::INSERT_APPLIED, params_from_iter(&record)))
        .map_err(|error| step.failed(error))?;
    Ok(true)
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, Failure> {
    let mut statement = connection.prepare(migrate::SELECT_APPLIED)?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Applied::from_row(&Row(Inner::Sqlite(row))).map_err(Failure::internal)?);
    }
    Ok(out)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Failure> {
    Ok(connection.execute_batch(sql)?)
}
