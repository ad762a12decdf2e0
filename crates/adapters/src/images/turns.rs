//! Turns: one job of each person at a time in a lane, so that whoever sends many pictures waits for their own.

use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::codes::context::{BUSY, INTERNAL};
use guildhall_model::id::UserId;
use guildhall_model::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// People whose turns are remembered.
const PEOPLE_MAX: u64 = 100_000;

pub(super) struct Turns {
    people: Cache<UserId, Arc<Person>>,
    waiting_max: usize,
}

struct Person {
    /// Of the jobs that run or wait.
    admitted: Arc<Semaphore>,
    /// Of the job that runs. Waits are served in the order in which they began.
    running: Arc<Semaphore>,
}

/// A person's turn, until it is dropped.
pub(super) struct Turn {
    _admitted: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

impl Turns {
    /// `waiting_max` further jobs of a person wait. `idle` is longer than a job takes, with its wait.
    pub fn new(waiting_max: usize, idle: Duration) -> Self {
        Self { people: Cache::builder().max_capacity(PEOPLE_MAX).time_to_idle(idle).build(), waiting_max }
    }

    /// Waits until no other job of the person runs. `BUSY` if too many wait already.
    pub async fn take(&self, person: UserId) -> Result<Turn> {
        let new = || Arc::new(Person { admitted: semaphore(1 + self.waiting_max), running: semaphore(1) });
        let person = self.people.get_with(person, new);
        let admitted = Arc::clone(&person.admitted).try_acquire_owned().map_err(|_| Error::from(BUSY))?;
        let running = Arc::clone(&person.running).acquire_owned().await.map_err(|error| INTERNAL.with_source(error))?;
        Ok(Turn { _admitted: admitted, _running: running })
    }
}

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits))
}
