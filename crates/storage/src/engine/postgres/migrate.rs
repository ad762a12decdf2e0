//! Applies the schema's steps to PostgreSQL, each in one transaction, under a lock that all nodes share.

use deadpool_postgres::ClientWrapper;
use guildhall_model::Result;

use super::connection::Server;
use crate::failure::Failure;
use crate::migrate::{self, Applied, Step};
use crate::row::{Inner, Row};
use crate::{Dialect, FromRow, params, sql};

/// Any number will do, as long as nobody else uses it.
const LOCK: i64 = 0x6775_696c_6468_616c;

pub(super) async fn run(server: &Server, steps: &'static [Step]) -> Result<()> {
    let client = server.connect().await.map_err(Failure::into_error)?;
    // The lock goes with the connection, whatever happens. Other nodes' steps, and ours, may take long.
    let lock = format!("SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK})");
    execute(&client, &lock).await.map_err(Failure::into_error)?;
    execute(&client, migrate::create_table(Dialect::Postgres)).await.map_err(Failure::into_error)?;
    let applied = select(&client).await.map_err(Failure::into_error)?;
    for step in migrate::plan(Dialect::Postgres, steps, &applied)? {
        apply(&client, step).await.map_err(|failure| step.failed(failure.source))?;
    }
    Ok(())
}

pub(super) async fn applied(server: &Server) -> Result<Vec<Applied>> {
    let applied = async {
        let client = server.connect().await?;
        let found = client.query_one("SELECT to_regclass('schema_migrations') IS NOT NULL", &[]).await?;
        if found.try_get(0)? { select(&client).await } else { Ok(Vec::new()) }
    };
    applied.await.map_err(Failure::into_error)
}

async fn apply(client: &ClientWrapper, step: &Step) -> Result<(), Failure> {
    execute(client, "BEGIN").await?;
    execute(client, step.postgres).await?;
    let record = params![step.version, step.name, step.checksum(Dialect::Postgres), migrate::now(), 0];
    client.execute_raw(&sql::numbered(migrate::INSERT_APPLIED), &record).await?;
    execute(client, "COMMIT").await
}

async fn select(client: &ClientWrapper) -> Result<Vec<Applied>, Failure> {
    let rows = client.query(migrate::SELECT_APPLIED, &[]).await?;
    rows.iter().map(|row| Applied::from_row(&Row(Inner::Postgres(row))).map_err(Failure::internal)).collect()
}

async fn execute(client: &ClientWrapper, sql: &str) -> Result<(), Failure> {
    Ok(client.batch_execute(sql).await?)
}
