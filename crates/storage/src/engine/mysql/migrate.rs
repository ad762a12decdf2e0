//! Applies the schema's steps to MySQL. Every statement that changes a schema commits by itself there, so the progress
//! is recorded after each, and the next start continues from it.

use guildhall_model::{Millis, Result};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::bind;
use crate::failure::Failure;
use crate::migrate::{self, AppliedStep, Step};
use crate::{Dialect, Value, sql};

/// Locks belong to the server, not to one of its databases; a name has 64 characters at most.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('guildhall:', SHA1(DATABASE())), 3600)";

/// Table, column, key or row exists; column or key does not.
const ALREADY_DONE: [u16; 5] = [1050, 1060, 1061, 1062, 1091];

pub(super) async fn lock_schema(connection: &mut Conn) -> Result<(), Failure> {
    let locked: Option<Option<i64>> = connection.query_first(LOCK).await?;
    if locked == Some(Some(1)) { Ok(()) } else { Err(Failure::unavailable("the migration of another node does not end")) }
}

pub(super) async fn apply_step(connection: &mut Conn, step: &Step, begun: Option<&AppliedStep>) -> Result<(), Failure> {
    let mut done = 0;
    match begun {
        Some(row) => done = row.statements_done,
        None => connection.exec_drop(migrate::INSERT_APPLIED, bind(&step.record(Dialect::Mysql, Millis::ZERO))).await?,
    }
    let skip = usize::try_from(done).unwrap_or_default();
    for (index, statement) in sql::split_statements(step.mysql).into_iter().enumerate().skip(skip) {
        match connection.query_drop(statement).await {
            // It may have been executed just before the last attempt ended, and was not recorded.
            Err(mysql_async::Error::Server(error)) if begun.is_some() && index == skip && ALREADY_DONE.contains(&error.code) => {}
            other => other?,
        }
        done += 1;
        record(connection, "statements_done", done, step).await?;
    }
    record(connection, "applied_at", migrate::now(), step).await
}

async fn record(connection: &mut Conn, column: &str, value: impl Into<Value>, step: &Step) -> Result<(), Failure> {
    let sql = format!("UPDATE schema_migrations SET {column} = ? WHERE version = ?");
    Ok(connection.exec_drop(sql, bind(&[value.into(), step.version.into()])).await?)
}
