//! PostgreSQL: prepared statements, and groups whose statements are pipelined.

mod batch;
mod bind;
mod connection;
mod migrate;
mod read;
mod statistics;
mod texts;
mod tls;

use std::sync::Arc;

use deadpool_postgres::ClientWrapper;
use guildhall_model::Result;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::server::{Connections, Driver, LockWait};
use super::submission::Outcome;
use crate::dump::Lines;
use crate::failure::Failure;
use crate::migrate::{AppliedStep, Step};
use crate::row::RowSink;
use crate::{Batch, Dialect, OpenOptions, Sql, Value};
use connection::{ConnectError, Connector, Manager};
use texts::Texts;

pub(crate) struct Postgres {
    connector: Connector,
    texts: Texts,
    /// Notified after every commit, for the statistics.
    committed: Arc<Notify>,
    /// Aborted with the engine.
    _statistics: JoinSet<()>,
}

impl Driver for Postgres {
    const DIALECT: Dialect = Dialect::Postgres;

    /// Each savepoint is a subtransaction, and a server caches 64 of them.
    const GROUP_MAX: usize = 64;

    const SHARED_ATTEMPTS_MAX: u32 = 4;

    const BEGIN_SNAPSHOT: &[&str] = &[
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0",
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        // The state is that of the first statement.
        "SELECT 1",
    ];

    type Connection = ClientWrapper;

    type ConnectError = ConnectError;

    type Manager = Manager;

    fn open(url: &url::Url, options: &OpenOptions) -> Result<Self> {
        let connector = Connector::new(url, options)?;
        let committed = Arc::new(Notify::new());
        let mut statistics = JoinSet::new();
        let connections = Connections::new(connector.manager(), 1, options)?;
        statistics.spawn(statistics::run(connections, Arc::clone(&committed)));
        Ok(Self { connector, texts: Texts::default(), committed, _statistics: statistics })
    }

    fn manager(&self) -> Manager {
        self.connector.manager()
    }

    fn render(&self, sql: &Sql) -> Arc<str> {
        self.texts.render(sql)
    }

    async fn query(client: &mut ClientWrapper, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
        read::query(client, sql, params, rows).await
    }

    async fn stream(client: &mut ClientWrapper, sql: &str, lines: Lines) -> Result<Lines, Failure> {
        read::stream(client, sql, lines).await
    }

    async fn run(client: &mut ClientWrapper, sql: &str) -> Result<(), Failure> {
        Ok(client.batch_execute(sql).await?)
    }

    async fn execute(&self, client: &mut ClientWrapper, batches: &[&Batch], lock_wait: LockWait) -> Result<Vec<Outcome>, Failure> {
        batch::execute(client, &self.texts, batches, lock_wait).await
    }

    fn on_committed(&self) {
        self.committed.notify_one();
    }

    async fn lock_schema(client: &mut ClientWrapper) -> Result<(), Failure> {
        migrate::lock_schema(client).await
    }

    async fn apply_step(client: &mut ClientWrapper, step: &Step, _: Option<&AppliedStep>) -> Result<(), Failure> {
        migrate::apply_step(client, step).await
    }

    /// Dropping the client closes the connection.
    async fn disconnect(_: ClientWrapper) {}
}
