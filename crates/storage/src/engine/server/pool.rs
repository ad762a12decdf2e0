//! A bounded pool of connections to a server.

use std::fmt;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolError, TimeoutType};
use guildhall_model::Result;
use guildhall_model::codes::storage;

use crate::OpenOptions;
use crate::engine::PoolLoad;
use crate::failure::Failure;

pub(crate) struct Connections<M: Manager> {
    pool: Pool<M>,
    /// Callers that may wait for a connection; the next one gets `BUSY`.
    queue: usize,
}

impl<M: Manager> Connections<M>
where
    M::Error: fmt::Display,
{
    pub fn new(manager: M, size: usize, options: &OpenOptions) -> Result<Self> {
        let timeout = Some(Duration::from_millis(options.connect_timeout_ms));
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(timeout)
            .create_timeout(timeout)
            .recycle_timeout(timeout)
            .build()
            .map_err(|error| storage::OPEN_FAILED.with("reason", error))?;
        Ok(Self { pool, queue: options.queue.max(1) })
    }

    pub async fn acquire(&self) -> Result<PooledConnection<M>, Failure> {
        if self.pool.status().waiting >= self.queue {
            return Err(Failure::busy("too many callers wait for a connection"));
        }
        match self.pool.get().await {
            Ok(object) => Ok(PooledConnection(Some(object))),
            // All connections are in use: the database works, but is overloaded.
            Err(PoolError::Timeout(TimeoutType::Wait)) => Err(Failure::busy("no connection became free in time")),
            Err(error) => Err(Failure::unavailable(error.to_string())),
        }
    }

    pub fn load(&self) -> PoolLoad {
        let status = self.pool.status();
        PoolLoad { waiting: status.waiting, busy: status.size.saturating_sub(status.available), connections: status.size }
    }

    /// Closes the idle connections. Called after one was found dead: the others probably are too.
    pub fn drop_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    pub fn close(&self) {
        self.pool.close();
    }
}

/// A connection on loan. Unless it is released it is closed: a query or a transaction may be unfinished on it.
pub(crate) struct PooledConnection<M: Manager>(Option<Object<M>>);

impl<M: Manager> PooledConnection<M> {
    pub fn release(mut self) {
        drop(self.0.take());
    }

    pub fn connection(&mut self) -> Result<&mut M::Type, Failure> {
        self.0.as_deref_mut().ok_or_else(|| Failure::internal("the connection was released"))
    }
}

impl<M: Manager> Drop for PooledConnection<M> {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
