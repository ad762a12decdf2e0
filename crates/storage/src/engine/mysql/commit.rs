//! Commits to MySQL: one transaction a group, a savepoint a batch, one statement after the other.

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::{Server, bind};
use crate::engine::group::{Broken, Commit, Outcome, Patience};
use crate::engine::pool::Connections;
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

impl Commit for Commits {
    /// Every statement is a round trip here, and the first batch waits for the last.
    const GROUP: usize = 32;

    /// A deadlock takes back the whole group, and its batches would meet the same again.
    const TOGETHER: u32 = 1;

    /// The server notices a deadlock at once, so there is no need to hurry it.
    async fn attempt(&self, batches: &[&Batch], _: Patience) -> Result<Vec<Outcome>, Broken> {
        let mut lent = self.connections.lend().await?;
        let connection = lent.connection()?;
        let outcomes = match transaction(connection, batches).await {
            Ok(outcomes) => outcomes,
            // The server has rolled back already, or will when it is told to; either way the connection is of use.
            Err(Broken::Before(failure)) if failure.kind != FailureKind::Unavailable => {
                run(connection, "ROLLBACK").await?;
                lent.give_back();
                return Err(Broken::Before(failure));
            }
            Err(broken) => return Err(broken),
        };
        lent.give_back();
        Ok(outcomes)
    }

    fn forget_idle(&self) {
        self.connections.forget_idle();
    }
}

async fn transaction(connection: &mut Conn, batches: &[&Batch]) -> Result<Vec<Outcome>, Broken> {
    run(connection, "START TRANSACTION").await?;
    let mut outcomes = Vec::with_capacity(batches.len());
    if let [alone] = batches {
        let outcome = execute(connection, alone).await?;
        if outcome.is_err() {
            run(connection, "ROLLBACK").await?;
            return Ok(vec![outcome]);
        }
        outcomes.push(outcome);
    } else {
        for batch in batches {
            run(connection, "SAVEPOINT batch").await?;
            let outcome = execute(connection, batch).await?;
            if outcome.is_err() {
                run(connection, "ROLLBACK TO SAVEPOINT batch").await?;
            }
            outcomes.push(outcome);
        }
    }
    connection.query_drop("COMMIT").await.map_err(|error| Broken::while_committing(error.into()))?;
    Ok(outcomes)
}

/// The outer error ends the whole transaction: a deadlock takes all of it back.
async fn execute(connection: &mut Conn, batch: &Batch) -> Result<Outcome, Failure> {
    for statement in &batch.statements {
        match execute_one(connection, statement).await {
            Ok(rows) => {
                if let Err(error) = statement.judge(rows) {
                    return Ok(Err(BatchError::Answer(error)));
                }
            }
            Err(failure) if matches!(failure.kind, FailureKind::Contended | FailureKind::Unavailable) => return Err(failure),
            Err(failure) => return Ok(Err(BatchError::of(failure, statement))),
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
