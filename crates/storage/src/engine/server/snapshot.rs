//! One state of all tables of a server, on a connection that belongs to no pool.

use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::Result;

use super::connect;
use super::driver::Driver;
use crate::dump::{Lines, SnapshotConnection};
use crate::failure::Failure;

struct ServerSnapshot<D: Driver> {
    connection: D::Connection,
}

pub(super) async fn open<D: Driver>(driver: &D, timeout: Duration) -> Result<Box<dyn SnapshotConnection>> {
    let begin = async {
        let mut connection = connect(driver, timeout).await?;
        for sql in D::BEGIN_SNAPSHOT {
            D::run(&mut connection, sql).await?;
        }
        Ok(ServerSnapshot::<D> { connection })
    };
    let snapshot = begin.await.map_err(Failure::into_error)?;
    Ok(Box::new(snapshot))
}

#[async_trait]
impl<D: Driver> SnapshotConnection for ServerSnapshot<D> {
    async fn stream(&mut self, sql: &str, lines: Lines) -> Result<Lines, Failure> {
        D::stream(&mut self.connection, sql, lines).await
    }

    async fn close(self: Box<Self>) {
        D::disconnect(self.connection).await;
    }
}
