//! The driver of the simulated server. Every wait is one of the simulation's.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleResult};
use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_simulation::task::yield_now;
use guildhall_simulation::time::sleep;

use super::server::{CommitFault, SimulatedServer, Step};
use crate::dump::Lines;
use crate::engine::server::{Driver, LockWait};
use crate::engine::submission::Outcome;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::migrate::{AppliedStep, Step as SchemaStep};
use crate::row::RowSink;
use crate::{Batch, Dialect, OpenOptions, Sql, Statement, Value};

/// How often a group asks for a lock before its batch is contended.
const SHORT_WAITS: u32 = 3;
const LOCK_WAIT: Duration = Duration::from_millis(1);

pub(crate) struct SimulatedDriver {
    server: Arc<SimulatedServer>,
}

pub(crate) struct SimulatedManager(Arc<SimulatedServer>);

/// Dropped within a transaction, it ends that one, as a server does when a connection is lost.
pub(crate) struct SimulatedConnection {
    server: Arc<SimulatedServer>,
    transaction: Option<u64>,
    /// The server commits although nobody waits any more.
    commits_when_lost: bool,
}

/// No connection fails: a lost one is found out when it is used.
impl From<Infallible> for Failure {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl SimulatedDriver {
    pub fn of(server: &Arc<SimulatedServer>) -> Self {
        Self { server: Arc::clone(server) }
    }

    async fn execute_batch(&self, transaction: u64, batch: &Batch, lock_wait: LockWait) -> Result<(), BatchError> {
        for statement in &batch.statements {
            pause(&self.server).await;
            let step = step_of(statement).ok_or_else(|| BatchError::Failed(Failure::internal("not a statement of the simulation")))?;
            let mut waits = 0;
            while !self.server.try_lock(transaction, step.row) {
                waits += 1;
                if lock_wait == LockWait::Short && waits > SHORT_WAITS {
                    return Err(BatchError::Failed(Failure::new(FailureKind::Contended, "the row is locked")));
                }
                sleep(LOCK_WAIT).await;
            }
            statement.check_rows(self.server.write(transaction, step)).map_err(BatchError::Rejected)?;
        }
        Ok(())
    }
}

impl Driver for SimulatedDriver {
    const DIALECT: Dialect = Dialect::Postgres;

    /// Small, so that groups are full at times.
    const GROUP_MAX: usize = 4;

    const SHARED_ATTEMPTS_MAX: u32 = 2;

    const BEGIN_SNAPSHOT: &[&str] = &[];

    type Connection = SimulatedConnection;

    type ConnectError = Infallible;

    type Manager = SimulatedManager;

    fn open(_: &url::Url, _: &OpenOptions) -> Result<Self> {
        Err(context::INTERNAL.with_source("a simulated server has no address"))
    }

    fn manager(&self) -> SimulatedManager {
        SimulatedManager(Arc::clone(&self.server))
    }

    fn render(&self, sql: &Sql) -> Arc<str> {
        sql.render(Self::DIALECT).into()
    }

    async fn query(_: &mut SimulatedConnection, _: &str, _: &[Value], _: &mut dyn RowSink) -> Result<(), Failure> {
        Err(Failure::internal("the simulation reads from the server itself"))
    }

    async fn stream(_: &mut SimulatedConnection, _: &str, _: Lines) -> Result<Lines, Failure> {
        Err(Failure::internal("the simulation makes no copies"))
    }

    async fn run(connection: &mut SimulatedConnection, sql: &str) -> Result<(), Failure> {
        let server = Arc::clone(&connection.server);
        let Some(transaction) = connection.transaction.take() else { return Ok(()) };
        if sql != "COMMIT" {
            server.roll_back(transaction);
            return Ok(());
        }
        // Until the server has processed it, the connection may be dropped at any wait, which rolls back.
        connection.transaction = Some(transaction);
        pause(&server).await;
        let fault = server.faults.commit();
        match fault {
            CommitFault::Hung { is_committed } => {
                connection.commits_when_lost = is_committed;
                return pending().await;
            }
            CommitFault::Rejected => return Err(Failure::new(FailureKind::Contended, "the server has rejected the commit")),
            CommitFault::Lost { is_committed: false } => return Err(Failure::unavailable("the connection was lost")),
            CommitFault::Lost { is_committed: true } | CommitFault::None => {}
        }
        connection.transaction = None;
        let batches = server.commit(transaction);
        pause(&server).await;
        if fault != CommitFault::None {
            return Err(Failure::unavailable("the connection was lost"));
        }
        server.acknowledge(batches);
        Ok(())
    }

    async fn execute(
        &self,
        connection: &mut SimulatedConnection,
        batches: &[&Batch],
        lock_wait: LockWait,
    ) -> Result<Vec<Outcome>, Failure> {
        let transaction = self.server.begin();
        connection.transaction = Some(transaction);
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            if self.server.faults.loses_connection() {
                return Err(Failure::unavailable("the connection was lost"));
            }
            let savepoint = self.server.savepoint(transaction);
            let outcome = self.execute_batch(transaction, batch, lock_wait).await;
            if outcome.is_err() {
                self.server.roll_back_to(transaction, savepoint);
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn lock_schema(_: &mut SimulatedConnection) -> Result<(), Failure> {
        Ok(())
    }

    async fn apply_step(_: &mut SimulatedConnection, _: &SchemaStep, _: Option<&AppliedStep>) -> Result<(), Failure> {
        Err(Failure::internal("a simulated server has no schema"))
    }

    async fn disconnect(connection: SimulatedConnection) {
        drop(connection);
    }
}

impl Manager for SimulatedManager {
    type Type = SimulatedConnection;
    type Error = Infallible;

    async fn create(&self) -> Result<SimulatedConnection, Infallible> {
        Ok(SimulatedConnection { server: Arc::clone(&self.0), transaction: None, commits_when_lost: false })
    }

    async fn recycle(&self, _: &mut SimulatedConnection, _: &Metrics) -> RecycleResult<Infallible> {
        Ok(())
    }
}

impl Drop for SimulatedConnection {
    fn drop(&mut self) {
        match self.transaction {
            Some(transaction) if self.commits_when_lost => drop(self.server.commit(transaction)),
            Some(transaction) => self.server.roll_back(transaction),
            None => {}
        }
    }
}

/// Lets others go on for a while.
async fn pause(server: &SimulatedServer) {
    for _ in 0..server.faults.pauses() {
        yield_now().await;
    }
}

fn step_of(statement: &Statement) -> Option<Step> {
    let [Value::Int(value), Value::Int(row), Value::Int(expected), Value::Int(batch)] = *statement.params.as_slice() else { return None };
    Some(Step { batch, row, expected: (expected != Step::ANY).then_some(expected), value })
}
