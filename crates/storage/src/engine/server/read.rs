//! Reads from a server: on any free connection, once more when that one was dead, and to their end even when the
//! caller has gone, so that the connection can be used again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_model::Result;
use guildhall_model::codes::context;
use tracing::Instrument;

use super::driver::Driver;
use super::pool::Connections;
use crate::engine::PoolLoad;
use crate::failure::{Failure, FailureKind};
use crate::observer::Observer;
use crate::row::RowSink;
use crate::{OpenOptions, Sql, Value};

pub(super) struct Reads<D: Driver> {
    driver: Arc<D>,
    connections: Connections<D::Manager>,
    timeout: Duration,
    observer: Arc<Observer>,
}

impl<D: Driver> Reads<D> {
    pub fn new(driver: Arc<D>, connections: Connections<D::Manager>, options: &OpenOptions, observer: &Arc<Observer>) -> Self {
        let timeout = Duration::from_millis(options.statement_timeout_ms);
        Self { driver, connections, timeout, observer: Arc::clone(observer) }
    }

    pub async fn read(self: Arc<Self>, sql: Sql, params: Vec<Value>, mut rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        let reading = async move {
            let sql = self.driver.render(&sql);
            let start = Instant::now();
            let outcome = match tokio::time::timeout(self.timeout, self.query_with_retry(&sql, &params, &mut *rows)).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    self.connections.drop_idle();
                    Err(Failure::unavailable("a read took too long"))
                }
            };
            if let Some(slow) = self.observer.count_read(start.elapsed(), rows.len() as u64, &sql) {
                self.observer.log(slow);
            }
            outcome.map(|()| rows).map_err(|failure| failure.in_sql(&sql).into_error())
        };
        tokio::spawn(reading.in_current_span()).await.unwrap_or_else(|error| Err(context::INTERNAL.with_source(error)))
    }

    pub fn load(&self) -> PoolLoad {
        self.connections.load()
    }

    pub fn close(&self) {
        self.connections.close();
    }

    /// A pooled connection may have died since it was used. Reading twice does no harm.
    async fn query_with_retry(&self, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
        match self.query(sql, params, rows).await {
            Err(failure) if failure.kind == FailureKind::Unavailable => {
                self.connections.drop_idle();
                rows.clear();
                self.query(sql, params, rows).await
            }
            outcome => outcome,
        }
    }

    async fn query(&self, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
        let mut pooled = self.connections.acquire().await?;
        let outcome = D::query(pooled.connection()?, sql, params, rows).await;
        if !matches!(&outcome, Err(failure) if failure.kind == FailureKind::Unavailable) {
            pooled.release();
        }
        outcome
    }
}
