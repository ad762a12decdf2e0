//! Applies the schema's steps to a server, under a lock that all nodes share.

use std::time::Duration;

use guildhall_model::Result;

use super::connect;
use super::driver::Driver;
use crate::failure::Failure;
use crate::migrate::{self, AppliedStep, Step};
use crate::row::Rows;

pub(super) async fn run<D: Driver>(driver: &D, connect_timeout: Duration, steps: &'static [Step]) -> Result<()> {
    // Outside the pools: it holds the lock until it is closed, and is set up for statements that take long.
    let mut connection = connect(driver, connect_timeout).await.map_err(Failure::into_error)?;
    let outcome = run_under_lock::<D>(&mut connection, steps).await;
    D::disconnect(connection).await;
    outcome
}

async fn run_under_lock<D: Driver>(connection: &mut D::Connection, steps: &'static [Step]) -> Result<()> {
    let applied = lock_and_read::<D>(connection).await.map_err(Failure::into_error)?;
    for step in migrate::plan(D::DIALECT, steps, &applied)? {
        let begun = applied.iter().find(|row| row.version == step.version);
        D::apply_step(connection, step, begun).await.map_err(|failure| step.error(failure.source))?;
    }
    Ok(())
}

async fn lock_and_read<D: Driver>(connection: &mut D::Connection) -> Result<Vec<AppliedStep>, Failure> {
    D::lock_schema(connection).await?;
    D::run(connection, migrate::create_table(D::DIALECT)).await?;
    let mut applied = Rows::all();
    D::query(connection, migrate::SELECT_APPLIED, &[], &mut applied).await?;
    Ok(applied.into_vec())
}
