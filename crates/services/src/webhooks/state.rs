//! Cache of outgoing webhooks, so that a post in a team without webhooks needs no query.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use guildhall_model::id::TeamId;
use guildhall_model::integration::OutgoingWebhook;

/// Bounds how long changes made on another node stay invisible.
const CACHE_TTL: Duration = Duration::from_secs(10);
const TEAMS_MAX: u64 = 10_000;

pub(crate) struct OutgoingWebhookCache {
    by_team: moka::sync::Cache<TeamId, Arc<Vec<OutgoingWebhook>>>,
    /// Counts changes: webhooks that were read before a change are not cached after it.
    generation: AtomicU64,
}

impl Default for OutgoingWebhookCache {
    fn default() -> Self {
        let by_team = moka::sync::Cache::builder().max_capacity(TEAMS_MAX).time_to_live(CACHE_TTL).build();
        Self { by_team, generation: AtomicU64::new(0) }
    }
}

impl OutgoingWebhookCache {
    pub fn get(&self, team: TeamId) -> Option<Arc<Vec<OutgoingWebhook>>> {
        self.by_team.get(&team)
    }

    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Caches webhooks that were read at `generation`, unless they have changed since.
    pub fn insert(&self, team: TeamId, hooks: Arc<Vec<OutgoingWebhook>>, generation: u64) {
        self.by_team.insert(team, hooks);
        if self.generation() != generation {
            self.by_team.invalidate(&team);
        }
    }

    pub fn invalidate(&self, team: TeamId) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.by_team.invalidate(&team);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_read_before_a_change_are_not_cached_after_it() {
        let (state, team) = (OutgoingWebhookCache::default(), TeamId::from_bytes([1; 16]));
        let generation = state.generation();
        state.invalidate(team);
        state.insert(team, Arc::default(), generation);
        assert!(state.get(team).is_none());
        state.insert(team, Arc::default(), state.generation());
        assert!(state.get(team).is_some());
    }
}
