//! Applies the schema's steps to SQLite, each in one transaction under the file's write lock.

use guildhall_model::Result;
use rusqlite::{Connection, params_from_iter};

use super::connection::{AccessMode, DatabaseFile, query};
use crate::Dialect;
use crate::failure::Failure;
use crate::migrate::{self, AppliedStep, Step};
use crate::row::Rows;

pub(super) fn run(file: &DatabaseFile, steps: &'static [Step]) -> Result<()> {
    let connection = file.connect(AccessMode::ReadWrite)?;
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
    let mut applied = Rows::<AppliedStep>::all();
    query(connection, migrate::SELECT_APPLIED, &[], &mut applied).map_err(Failure::into_error)?;
    let pending = migrate::plan(Dialect::Sqlite, steps, &applied.into_vec())?;
    let Some(step) = pending.first() else {
        return Ok(false);
    };
    let record = step.record(Dialect::Sqlite, migrate::now());
    connection
        .execute_batch(step.sqlite)
        .and_then(|()| connection.execute(migrate::INSERT_APPLIED, params_from_iter(&record)))
        .map_err(|error| step.error(error))?;
    Ok(true)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Failure> {
    Ok(connection.execute_batch(sql)?)
}
