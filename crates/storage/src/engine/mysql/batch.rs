//! Executes groups in MySQL: a savepoint a batch, one statement after the other.

use guildhall_model::Result;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::connection::bind;
use crate::engine::submission::Outcome;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::{Batch, Dialect, Statement};

/// Leaves the transaction open.
pub(super) async fn execute(connection: &mut Conn, batches: &[&Batch]) -> Result<Vec<Outcome>, Failure> {
    run(connection, "START TRANSACTION").await?;
    match batches {
        [single] => execute_batch(connection, single).await.map(|outcome| vec![outcome]),
        several => execute_several(connection, several).await,
    }
}

async fn execute_several(connection: &mut Conn, batches: &[&Batch]) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        run(connection, "SAVEPOINT batch").await?;
        let outcome = execute_batch(connection, batch).await?;
        if outcome.is_err() {
            run(connection, "ROLLBACK TO SAVEPOINT batch").await?;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The outer error ends the whole transaction: a deadlock rolls back all of it.
async fn execute_batch(connection: &mut Conn, batch: &Batch) -> Result<Outcome, Failure> {
    for statement in &batch.statements {
        match execute_statement(connection, statement).await {
            Ok(rows) => {
                if let Err(error) = statement.check_rows(rows) {
                    return Ok(Err(BatchError::Rejected(error)));
                }
            }
            Err(failure) if matches!(failure.kind, FailureKind::Contended | FailureKind::Unavailable) => return Err(failure),
            Err(failure) => return Ok(Err(statement.classify(failure))),
        }
    }
    Ok(Ok(()))
}

async fn execute_statement(connection: &mut Conn, statement: &Statement) -> Result<u64, Failure> {
    let sql = statement.sql.render(Dialect::Mysql);
    let done = connection.exec_drop(sql.as_ref(), bind(&statement.params)).await;
    done.map_err(|error| Failure::from(error).in_sql(&sql))?;
    Ok(connection.affected_rows())
}

async fn run(connection: &mut Conn, sql: &str) -> Result<(), Failure> {
    Ok(connection.query_drop(sql).await?)
}
