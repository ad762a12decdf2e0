//! In-memory state of webhooks: the outgoing ones of each team, so that a post in a team without webhooks needs no query.

use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::id::TeamId;
use guildhall_model::integration::OutgoingWebhook;

use crate::cache::GenerationCache;

/// Bounds how long changes made on another node stay invisible.
const CACHE_TTL: Duration = Duration::from_secs(10);
const TEAMS_MAX: u64 = 10_000;

pub(crate) struct State {
    pub(crate) outgoing: GenerationCache<TeamId, Arc<Vec<OutgoingWebhook>>>,
}

impl Default for State {
    fn default() -> Self {
        Self { outgoing: GenerationCache::new(Cache::builder().max_capacity(TEAMS_MAX).time_to_live(CACHE_TTL).build()) }
    }
}
