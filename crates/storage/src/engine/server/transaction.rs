//! One transaction on a pooled connection: executed first, committed apart, so that a ticket can be taken in between.

use std::sync::Arc;

use guildhall_model::Result;

use super::driver::{Driver, LockWait};
use super::pool::{Connections, PooledConnection};
use crate::engine::PoolLoad;
use crate::engine::submission::Outcome;
use crate::failure::{Failure, FailureKind};
use crate::{Batch, Sql};

pub(super) struct Transactions<D: Driver> {
    driver: Arc<D>,
    connections: Connections<D::Manager>,
}

/// A transaction that waits for its COMMIT. Dropped, its connection is closed, which rolls it back.
pub(super) struct OpenTransaction<D: Driver>(PooledConnection<D::Manager>);

pub(super) struct ExecutedGroup<D: Driver> {
    /// One a batch, in their order.
    pub outcomes: Vec<Outcome>,
    /// `None` where no batch succeeded.
    pub transaction: Option<OpenTransaction<D>>,
}

/// Why a transaction was not committed.
pub(super) enum CommitError {
    /// Nothing of it was committed.
    Refused(Failure),
    /// The connection was lost during the COMMIT: it may have happened or not.
    Unknown(Failure),
}

impl From<Failure> for CommitError {
    /// What an error in answer to a COMMIT means: a server that refuses has not done it.
    fn from(failure: Failure) -> Self {
        if failure.kind == FailureKind::Unavailable { Self::Unknown(failure) } else { Self::Refused(failure) }
    }
}

impl<D: Driver> Transactions<D> {
    pub fn new(driver: Arc<D>, connections: Connections<D::Manager>) -> Self {
        Self { driver, connections }
    }

    /// Executes all batches in one transaction. On an error nothing of the group is kept.
    pub async fn execute(&self, batches: &[&Batch], lock_wait: LockWait) -> Result<ExecutedGroup<D>, Failure> {
        let mut pooled = self.connections.acquire().await?;
        match self.driver.execute(pooled.connection()?, batches, lock_wait).await {
            Ok(outcomes) if outcomes.iter().any(Result::is_ok) => {
                Ok(ExecutedGroup { outcomes, transaction: Some(OpenTransaction(pooled)) })
            }
            Ok(outcomes) => {
                OpenTransaction::<D>(pooled).rollback().await?;
                Ok(ExecutedGroup { outcomes, transaction: None })
            }
            // The server may have rolled back already; the connection can be used again in either case.
            Err(failure) if failure.kind == FailureKind::Contended => {
                OpenTransaction::<D>(pooled).rollback().await?;
                Err(failure)
            }
            Err(failure) => Err(failure),
        }
    }

    pub async fn commit(&self, mut transaction: OpenTransaction<D>) -> Result<(), CommitError> {
        match D::run(transaction.0.connection()?, "COMMIT").await.map_err(CommitError::from) {
            Ok(()) => transaction.0.release(),
            Err(CommitError::Refused(failure)) => {
                transaction.rollback().await.map_err(CommitError::Refused)?;
                return Err(CommitError::Refused(failure));
            }
            Err(unknown) => return Err(unknown),
        }
        self.driver.on_committed();
        Ok(())
    }

    pub fn load(&self) -> PoolLoad {
        self.connections.load()
    }

    /// The text of a statement, for the log.
    pub fn render(&self, sql: &Sql) -> Arc<str> {
        self.driver.render(sql)
    }

    /// Called after a connection was found dead: the other idle ones probably are too.
    pub fn drop_idle(&self) {
        self.connections.drop_idle();
    }

    pub fn close(&self) {
        self.connections.close();
    }
}

impl<D: Driver> OpenTransaction<D> {
    async fn rollback(mut self) -> Result<(), Failure> {
        D::run(self.0.connection()?, "ROLLBACK").await?;
        self.0.release();
        Ok(())
    }
}
