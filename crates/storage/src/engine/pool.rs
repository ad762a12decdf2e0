//! Connections to a server, lent out: what PostgreSQL and MySQL have in common.

use std::fmt;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolError};
use guildhall_model::Result;
use guildhall_model::codes::storage;

use crate::OpenOptions;
use crate::failure::Failure;

/// Connections of one kind, as many as there may be.
pub(super) struct Connections<M: Manager> {
    pool: Pool<M>,
    /// Callers that may wait for a connection before the next one is told "busy".
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

    pub async fn lend(&self) -> Result<Lent<M>, Failure> {
        if self.pool.status().waiting >= self.queue {
            return Err(Failure::busy("too many callers wait for a connection"));
        }
        match self.pool.get().await {
            Ok(object) => Ok(Lent(Some(object))),
            // All connections are in use by others: the database works, there is too much to do.
            Err(PoolError::Timeout(deadpool::managed::TimeoutType::Wait)) => Err(Failure::busy("no connection became free in time")),
            Err(error) => Err(Failure::unavailable(error.to_string())),
        }
    }

    /// Drops the idle connections: when one turned out dead, the others hardly live.
    pub fn forget_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    pub fn close(&self) {
        self.pool.close();
    }
}

/// A connection on loan. Unless it is given back it is closed, so that nobody inherits half a conversation.
pub(super) struct Lent<M: Manager>(Option<Object<M>>);

impl<M: Manager> Lent<M> {
    pub fn give_back(mut self) {
        drop(self.0.take());
    }

    pub fn connection(&mut self) -> Result<&mut M::Type, Failure> {
        self.0.as_deref_mut().ok_or_else(|| Failure::internal("the connection was given back"))
    }
}

impl<M: Manager> Drop for Lent<M> {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
