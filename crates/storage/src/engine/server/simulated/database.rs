//! The calls of [`crate::Database`] that the simulation makes, over the same writers and dispatcher.

use std::sync::Arc;

use guildhall_model::{Event, EventSink, Result};
use tracing::Span;

use super::super::group::Writers;
use super::super::pool::Connections;
use super::super::transaction::Transactions;
use super::driver::SimulatedDriver;
use super::server::SimulatedServer;
use crate::database::PendingCommit;
use crate::dispatch::Dispatcher;
use crate::engine::server::Driver;
use crate::observer::Observer;
use crate::{Batch, OpenOptions};

pub struct SimulatedDatabase {
    writers: Writers,
    dispatcher: Arc<Dispatcher>,
}

impl SimulatedDatabase {
    pub fn open(server: &Arc<SimulatedServer>, options: &OpenOptions) -> Result<Self> {
        let dispatcher = Dispatcher::start()?;
        let driver = Arc::new(SimulatedDriver::of(server));
        let connections = Connections::new(driver.manager(), options.writers, options)?;
        let transactions = Arc::new(Transactions::new(driver, connections));
        let writers = Writers::start(&transactions, &dispatcher, options, &Arc::new(Observer::new(0)));
        Ok(Self { writers, dispatcher })
    }

    pub fn publish_to(&self, sink: Arc<dyn EventSink>) {
        self.dispatcher.set_sink(sink);
    }

    pub async fn publish(&self, events: Vec<Event>) {
        self.dispatcher.publish(events, Span::none()).await;
    }

    pub fn submit(&self, batch: Batch) -> Result<PendingCommit> {
        batch.check()?;
        self.writers.submit(batch).map(PendingCommit::new)
    }

    /// Commits what was submitted, publishes its events, and ends the dispatcher's thread.
    pub async fn close(&self) {
        self.writers.close().await;
        self.dispatcher.close().await;
    }
}
