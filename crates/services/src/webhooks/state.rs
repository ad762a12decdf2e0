//! What is remembered of outgoing webhooks: a post in a team that has none costs nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guildhall_model::id::TeamId;
use guildhall_model::integration::OutgoingWebhook;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long another node's changes may go unnoticed.
const REMEMBERED_FOR: Duration = Duration::from_secs(10);
const TEAMS_MAX: u64 = 10_000;
/// Calls under way at once, and calls that may wait for their turn.
const CALLS_MAX: usize = 32;
const WAITING_MAX: usize = 1_000;

pub(crate) struct OutgoingState {
    by_team: moka::sync::Cache<TeamId, Arc<Vec<OutgoingWebhook>>>,
    calls: Semaphore,
    waiting: AtomicUsize,
}

impl Default for OutgoingState {
    fn default() -> Self {
        let by_team = moka::sync::Cache::builder().max_capacity(TEAMS_MAX).time_to_live(REMEMBERED_FOR).build();
        Self { by_team, calls: Semaphore::new(CALLS_MAX), waiting: AtomicUsize::new(0) }
    }
}

impl OutgoingState {
    pub fn of(&self, team: TeamId) -> Option<Arc<Vec<OutgoingWebhook>>> {
        self.by_team.get(&team)
    }

    pub fn remember(&self, team: TeamId, hooks: Arc<Vec<OutgoingWebhook>>) {
        self.by_team.insert(team, hooks);
    }

    pub fn forget(&self, team: TeamId) {
        self.by_team.invalidate(&team);
    }

    /// A turn to call another server; `None` where too many wait for theirs already.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let _place = Place::take(&self.waiting)?;
        self.calls.acquire().await.ok()
    }
}

/// A place among those who wait, given back however the wait ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING_MAX).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_wait_than_may() {
        let waiting = AtomicUsize::new(WAITING_MAX - 1);
        let last = Place::take(&waiting).unwrap();
        assert!(Place::take(&waiting).is_none());
        drop(last);
        assert_eq!(waiting.load(Ordering::Relaxed), WAITING_MAX - 1);
    }
}
