//! Applies the schema's steps to PostgreSQL, each in one transaction.

use deadpool_postgres::ClientWrapper;
use guildhall_model::Result;

use crate::failure::Failure;
use crate::migrate::{self, Step};
use crate::{Dialect, sql};

/// The key of the advisory lock: any number that no other program uses in this database.
const LOCK_KEY: i64 = 0x6775_696c_6468_616c;

pub(super) async fn lock_schema(client: &ClientWrapper) -> Result<(), Failure> {
    // The lock is released with the connection. The steps of other nodes, and ours, may take long.
    let lock = format!("SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK_KEY})");
    Ok(client.batch_execute(&lock).await?)
}

pub(super) async fn apply_step(client: &ClientWrapper, step: &Step) -> Result<(), Failure> {
    client.batch_execute("BEGIN").await?;
    client.batch_execute(step.postgres).await?;
    let record = step.record(Dialect::Postgres, migrate::now());
    client.execute_raw(&sql::number_placeholders(migrate::INSERT_APPLIED), &record).await?;
    Ok(client.batch_execute("COMMIT").await?)
}
