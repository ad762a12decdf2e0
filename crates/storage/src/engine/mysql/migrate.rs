//! Applies the schema's steps to MySQL, under a lock that all nodes share. Every statement that changes a schema
//! commits there, so how far a step came is written down after each, and the next start goes on from there.

use guildhall_model::{Error, Result};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::{Server, bind};
use crate::failure::Failure;
use crate::migrate::{self, Applied, Step};
use crate::row::{Inner, Row};
use crate::{Dialect, FromRow, Value, params, sql};

/// Locks belong to the server, not to one of its databases; a name has 64 characters at most.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('guildhall:', SHA1(DATABASE())), 3600)";

/// Table, column, key or row exists; column or key does not.
const DONE_ALREADY: [u16; 5] = [1050, 1060, 1061, 1062, 1091];

pub(super) async fn run(server: &Server, steps: &'static [Step]) -> Result<()> {
    let mut connection = server.connect().await.map_err(Failure::into_error)?;
    let outcome = run_under_lock(&mut connection, steps).await;
    // The lock goes with the connection, whatever happens.
    let _ = connection.disconnect().await;
    outcome
}

async fn run_under_lock(connection: &mut Conn, steps: &'static [Step]) -> Result<()> {
    let unavailable = |error: mysql_async::Error| Failure::from(error).into_error();
    let locked: Option<Option<i64>> = connection.query_first(LOCK).await.map_err(unavailable)?;
    if locked != Some(Some(1)) {
        return Err(Failure::unavailable("another node's migration does not end").into_error());
    }
    connection.query_drop(migrate::create_table(Dialect::Mysql)).await.map_err(unavailable)?;
    let applied = select(connection).await.map_err(Failure::into_error)?;
    for step in migrate::plan(Dialect::Mysql, steps, &applied)? {
        let begun = applied.iter().find(|row| row.version == step.version);
        apply(connection, step, begun).await?;
    }
    Ok(())
}

pub(super) async fn applied(server: &Server) -> Result<Vec<Applied>> {
    let applied = async {
        let mut connection = server.connect().await?;
        let table = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'";
        let found: Option<i64> = connection.query_first(table).await?;
        let applied = if found == Some(1) { select(&mut connection).await? } else { Vec::new() };
        connection.disconnect().await?;
        Ok(applied)
    };
    applied.await.map_err(Failure::into_error)
}

async fn apply(connection: &mut Conn, step: &Step, begun: Option<&Applied>) -> Result<()> {
    let failed = |error: mysql_async::Error| -> Error { step.failed(error) };
    let mut done = 0;
    match begun {
        Some(row) => done = row.statements_done,
        None => {
            let record = params![step.version, step.name, step.checksum(Dialect::Mysql), 0, 0];
            connection.exec_drop(migrate::INSERT_APPLIED, bind(&record)).await.map_err(failed)?;
        }
    }
    let skip = usize::try_from(done).unwrap_or_default();
    for (index, statement) in sql::split(step.mysql).into_iter().enumerate().skip(skip) {
        match connection.query_drop(statement).await {
            // It may have happened just before the last attempt ended, and was not written down.
            Err(mysql_async::Error::Server(error)) if begun.is_some() && index == skip && DONE_ALREADY.contains(&error.code) => {}
            other => other.map_err(failed)?,
        }
        done += 1;
        record(connection, "statements_done", done, step).await.map_err(failed)?;
    }
    record(connection, "applied_at", migrate::now(), step).await.map_err(failed)
}

async fn record(connection: &mut Conn, column: &str, value: impl Into<Value>, step: &Step) -> mysql_async::Result<()> {
    let sql = format!("UPDATE schema_migrations SET {column} = ? WHERE version = ?");
    connection.exec_drop(sql, bind(&[value.into(), step.version.into()])).await
}

async fn select(connection: &mut Conn) -> Result<Vec<Applied>, Failure> {
    let rows: Vec<mysql_async::Row> = connection.exec(migrate::SELECT_APPLIED, ()).await?;
    rows.iter().map(|row| Applied::from_row(&Row(Inner::Mysql(row))).map_err(Failure::internal)).collect()
}
