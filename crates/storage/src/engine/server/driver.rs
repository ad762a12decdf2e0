//! What differs between the database servers.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use deadpool::managed::Manager;
use guildhall_model::Result;

use crate::dump::Lines;
use crate::engine::submission::Outcome;
use crate::failure::Failure;
use crate::migrate::{AppliedStep, Step};
use crate::row::RowSink;
use crate::{Batch, Dialect, OpenOptions, Sql, Value};

/// How long to wait for a row that another transaction has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockWait {
    /// A few milliseconds: the rest of the group waits too.
    Short,
    /// As long as the server's settings allow.
    Full,
}

pub(crate) trait Driver: Sized + Send + Sync + 'static {
    const DIALECT: Dialect;

    /// How many batches share one commit at most.
    const GROUP_MAX: usize;

    /// A batch that conflicted so many times gets a transaction of its own.
    const SHARED_ATTEMPTS_MAX: u32;

    /// Begins a transaction that sees one state of all tables, as long as it lasts, and may wait for whoever reads it.
    const BEGIN_SNAPSHOT: &[&str];

    type Connection: Send;

    type ConnectError: Display + Into<Failure> + Send;

    type Manager: Manager<Type = Self::Connection, Error = Self::ConnectError>;

    /// Checks the address; the server need not answer yet.
    fn open(url: &url::Url, options: &OpenOptions) -> Result<Self>;

    /// Makes connections with our session settings.
    fn manager(&self) -> Self::Manager;

    /// The text in the server's dialect and with its placeholders.
    fn render(&self, sql: &Sql) -> Arc<str>;

    fn query(
        connection: &mut Self::Connection,
        sql: &str,
        params: &[Value],
        rows: &mut dyn RowSink,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Sends every row of the answer to a statement without parameters.
    fn stream(connection: &mut Self::Connection, sql: &str, lines: Lines) -> impl Future<Output = Result<Lines, Failure>> + Send;

    /// Executes a statement without parameters and ignores what it returns.
    fn run(connection: &mut Self::Connection, sql: &str) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Begins a transaction and executes all batches in it; the ones that fail leave the others alone. The outcomes are
    /// in the order of the batches. After `Contended` the connection can be rolled back and used again, after any other
    /// error it cannot.
    fn execute(
        &self,
        connection: &mut Self::Connection,
        batches: &[&Batch],
        lock_wait: LockWait,
    ) -> impl Future<Output = Result<Vec<Outcome>, Failure>> + Send;

    /// Called after each COMMIT.
    fn on_committed(&self) {}

    /// Takes the lock that all nodes share; it is released with the connection.
    fn lock_schema(connection: &mut Self::Connection) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Applies a step and records it. `begun` is the record of an earlier attempt that did not finish.
    fn apply_step(
        connection: &mut Self::Connection,
        step: &Step,
        begun: Option<&AppliedStep>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Closes a connection that belongs to no pool.
    fn disconnect(connection: Self::Connection) -> impl Future<Output = ()> + Send;
}
