//! PostgreSQL and MySQL: pooled connections for reading, group writers for writing, over the [`Driver`] of each.

pub(crate) mod address;
mod driver;
mod group;
mod migrate;
mod pool;
mod read;
#[cfg(feature = "simulation")]
pub mod simulated;
mod snapshot;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::Manager as _;
use guildhall_model::Result;

use crate::dispatch::Dispatcher;
use crate::dump::SnapshotConnection;
use crate::engine::DatabaseLoad;
use crate::engine::submission::Answer;
use crate::failure::Failure;
use crate::migrate::Step;
use crate::observer::Observer;
use crate::row::RowSink;
use crate::{Batch, OpenOptions, Sql, Value};
use group::Writers;
use read::Reads;
use transaction::Transactions;

pub(crate) use driver::{Driver, LockWait};
pub(crate) use pool::Connections;

/// Connections for reading, unless the options name a number.
const READERS: usize = 16;

pub(crate) struct ServerEngine<D: Driver> {
    driver: Arc<D>,
    reads: Arc<Reads<D>>,
    transactions: Arc<Transactions<D>>,
    writers: Writers,
    connect_timeout: Duration,
}

impl<D: Driver> ServerEngine<D> {
    pub fn open(url: &url::Url, options: &OpenOptions, dispatcher: &Arc<Dispatcher>, observer: &Arc<Observer>) -> Result<Self> {
        let driver = Arc::new(D::open(url, options)?);
        let readers = if options.readers == 0 { READERS } else { options.readers };
        let connections = Connections::new(driver.manager(), readers, options)?;
        let reads = Arc::new(Reads::new(Arc::clone(&driver), connections, options, observer));
        let connections = Connections::new(driver.manager(), options.writers.max(1), options)?;
        let transactions = Arc::new(Transactions::new(Arc::clone(&driver), connections));
        let writers = Writers::start(&transactions, dispatcher, options, observer);
        Ok(Self { driver, reads, transactions, writers, connect_timeout: Duration::from_millis(options.connect_timeout_ms) })
    }

    pub async fn read(&self, sql: Sql, params: Vec<Value>, rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        Arc::clone(&self.reads).read(sql, params, rows).await
    }

    pub fn submit(&self, batch: Batch) -> Result<Answer> {
        self.writers.submit(batch)
    }

    pub fn load(&self) -> DatabaseLoad {
        let mut write = self.transactions.load();
        write.waiting += self.writers.waiting();
        DatabaseLoad { read: self.reads.load(), write }
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        migrate::run(&*self.driver, self.connect_timeout, steps).await
    }

    pub async fn snapshot(&self) -> Result<Box<dyn SnapshotConnection>> {
        snapshot::open(&*self.driver, self.connect_timeout).await
    }

    pub async fn close(&self) {
        self.writers.close().await;
        self.transactions.close();
        self.reads.close();
    }
}

/// A connection outside the pools, which its owner disconnects.
async fn connect<D: Driver>(driver: &D, timeout: Duration) -> Result<D::Connection, Failure> {
    let manager = driver.manager();
    match tokio::time::timeout(timeout, manager.create()).await {
        Ok(connection) => connection.map_err(Into::into),
        Err(_) => Err(Failure::unavailable("the server does not answer")),
    }
}
