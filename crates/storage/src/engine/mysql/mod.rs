//! MySQL and MariaDB: prepared statements, one round trip each.

mod batch;
mod connection;
mod migrate;
mod read;
mod tls;

use std::sync::Arc;

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::server::{Driver, LockWait};
use super::submission::Outcome;
use crate::dump::Lines;
use crate::failure::Failure;
use crate::migrate::{AppliedStep, Step};
use crate::row::RowSink;
use crate::{Batch, Dialect, OpenOptions, Sql, Value};
use connection::Manager;

pub(crate) struct Mysql {
    manager: Manager,
}

impl Driver for Mysql {
    const DIALECT: Dialect = Dialect::Mysql;

    /// Every statement is a round trip here, and the first batch waits for the last.
    const GROUP_MAX: usize = 32;

    /// A deadlock rolls back the whole group, and its batches would conflict again.
    const SHARED_ATTEMPTS_MAX: u32 = 1;

    const BEGIN_SNAPSHOT: &[&str] = &[
        "SET SESSION net_write_timeout = 3600",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ];

    type Connection = Conn;

    type ConnectError = mysql_async::Error;

    type Manager = Manager;

    fn open(url: &url::Url, options: &OpenOptions) -> Result<Self> {
        Ok(Self { manager: Manager::new(url, options)? })
    }

    fn manager(&self) -> Manager {
        self.manager.clone()
    }

    fn render(&self, sql: &Sql) -> Arc<str> {
        sql.render(Dialect::Mysql).into()
    }

    async fn query(connection: &mut Conn, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
        read::query(connection, sql, params, rows).await
    }

    async fn stream(connection: &mut Conn, sql: &str, lines: Lines) -> Result<Lines, Failure> {
        read::stream(connection, sql, lines).await
    }

    async fn run(connection: &mut Conn, sql: &str) -> Result<(), Failure> {
        Ok(connection.query_drop(sql).await?)
    }

    /// The server notices a deadlock at once, so waiting for locks needs no limit of its own.
    async fn execute(&self, connection: &mut Conn, batches: &[&Batch], _: LockWait) -> Result<Vec<Outcome>, Failure> {
        batch::execute(connection, batches).await
    }

    async fn lock_schema(connection: &mut Conn) -> Result<(), Failure> {
        migrate::lock_schema(connection).await
    }

    async fn apply_step(connection: &mut Conn, step: &Step, begun: Option<&AppliedStep>) -> Result<(), Failure> {
        migrate::apply_step(connection, step, begun).await
    }

    async fn disconnect(connection: Conn) {
        let _ = connection.disconnect().await;
    }
}
