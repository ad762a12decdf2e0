//! Commits to MySQL: one transaction a group, a savepoint a batch, one statement after the other.

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::{Server, bind};
use crate::engine::group::{CommitError, Executed, LockWait, Transactions};
use crate::engine::pool::{Connections, Lent};
use crate::engine::submission::Outcome;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::{Batch, Dialect, Statement};

pub(super) struct Commits {
    connections: Connections<Server>,
}

impl Commits {
    pub fn new(connections: Connections<Server>) -> Self {
        Self { connections }
    }

    pub fn close(&self) {
        self.connections.close();
    }
}

impl Transactions for Commits {
    /// Every statement is a round trip here, and the first batch waits for the last.
    const GROUP_MAX: usize = 32;

    /// A deadlock takes back the whole group, and its batches would meet the same again.
    const SHARED_ATTEMPTS_MAX: u32 = 1;

    type Open = Lent<Server>;

    /// The server notices a deadlock at once, so waiting for locks needs no limit of its own.
    async fn execute(&self, batches: &[&Batch], _: LockWait) -> Result<Executed<Lent<Server>>, Failure> {
        let mut connection = self.connections.lend().await?;
        let conn = connection.connection()?;
        run(conn, "START TRANSACTION").await?;
        let outcomes = match batches {
            [single] => execute(conn, single).await.map(|outcome| vec![outcome]),
            several => execute_several(conn, several).await,
        };
        match outcomes {
            Ok(outcomes) if outcomes.iter().any(Result::is_ok) => Ok(Executed { outcomes, transaction: Some(connection) }),
            Ok(outcomes) => {
                rollback(connection).await?;
                Ok(Executed { outcomes, transaction: None })
            }
            Err(failure) if failure.kind == FailureKind::Unavailable => Err(failure),
            // The server may have rolled back already, or not; the connection is of use either way.
            Err(failure) => {
                rollback(connection).await?;
                Err(failure)
            }
        }
    }

    async fn commit(&self, mut connection: Lent<Server>) -> Result<(), CommitError> {
        match run(connection.connection()?, "COMMIT").await.map_err(CommitError::from) {
            Ok(()) => connection.give_back(),
            Err(CommitError::Refused(failure)) => {
                rollback(connection).await.map_err(CommitError::Refused)?;
                return Err(CommitError::Refused(failure));
            }
            Err(unknown) => return Err(unknown),
        }
        Ok(())
    }

    fn forget_idle(&self) {
        self.connections.forget_idle();
    }
}

async fn rollback(mut connection: Lent<Server>) -> Result<(), Failure> {
    run(connection.connection()?, "ROLLBACK").await?;
    connection.give_back();
    Ok(())
}

async fn execute_several(connection: &mut Conn, batches: &[&Batch]) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        run(connection, "SAVEPOINT batch").await?;
        let outcome = execute(connection, batch).await?;
        if outcome.is_err() {
            run(connection, "ROLLBACK TO SAVEPOINT batch").await?;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The outer error ends the whole transaction: a deadlock takes all of it back.
async fn execute(connection: &mut Conn, batch: &Batch) -> Result<Outcome, Failure> {
    for statement in &batch.statements {
        match execute_one(connection, statement).await {
            Ok(rows) => {
                if let Err(error) = statement.check_rows(rows) {
                    return Ok(Err(BatchError::Answer(error)));
                }
            }
            Err(failure) if matches!(failure.kind, FailureKind::Contended | FailureKind::Unavailable) => return Err(failure),
            Err(failure) => return Ok(Err(statement.failed(failure))),
        }
    }
    Ok(Ok(()))
}

async fn execute_one(connection: &mut Conn, statement: &Statement) -> Result<u64, Failure> {
    let sql = statement.sql.render(Dialect::Mysql);
    let done = connection.exec_drop(sql.as_ref(), bind(&statement.params)).await;
    done.map_err(|error| Failure::from(error).in_sql(&sql))?;
    Ok(connection.affected_rows())
}

async fn run(connection: &mut Conn, sql: &str) -> Result<(), Failure> {
    Ok(connection.query_drop(sql).await?)
}
