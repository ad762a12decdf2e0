//! What a seed decides before a run: its limits, its load and which faults occur in it.

use guildhall_realtime::HubConfig;
use guildhall_storage::OpenOptions;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::scheduler::Strategy;

#[derive(Debug, Clone)]
pub struct Scenario {
    pub seed: u64,
    pub strategy: Strategy,
    /// Whether the limits of the hub are reached.
    pub is_tight: bool,
    pub submitters: u64,
    pub operations_per_submitter: u32,
    pub clients: u64,
    /// How often a client loses its socket on purpose.
    pub breaks_per_client: u32,
    /// Faults of the database, of a hundred chances.
    pub database_faults_percent: u32,
    /// How often memberships are loaded again for a user.
    pub reloads: u32,
    pub closes_database_early: bool,
    pub shuts_hub_down_early: bool,
    pub writers: usize,
}

/// The largest frame in bytes, without its number.
pub const FRAME_BYTES_MAX: usize = 40;

impl Scenario {
    pub fn of(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        Self {
            seed,
            strategy: match rng.random_range(0..4) {
                0 | 1 => Strategy::Uniform,
                2 => Strategy::Sticky,
                _ => Strategy::Priorities,
            },
            is_tight: rng.random_ratio(2, 5),
            submitters: rng.random_range(2..=4),
            operations_per_submitter: rng.random_range(4..=14),
            clients: rng.random_range(2..=5),
            breaks_per_client: rng.random_range(0..=4),
            database_faults_percent: if rng.random() { 0 } else { 8 },
            reloads: if rng.random_ratio(1, 3) { rng.random_range(1..=3) } else { 0 },
            closes_database_early: rng.random_ratio(1, 8),
            shuts_hub_down_early: rng.random_ratio(1, 12),
            writers: rng.random_range(1..=3),
        }
    }

    /// Independent of the order in which tasks run.
    pub fn rng(&self, task: u64) -> SmallRng {
        SmallRng::seed_from_u64(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ task.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    pub fn hub_config(&self) -> HubConfig {
        if self.is_tight {
            HubConfig {
                resume_window_ms: 120,
                resume_buffer_events: 5,
                resume_buffer_bytes: 200,
                written_retention_ms: 60,
                outbox_bytes_cap: 90,
                detached_per_user_cap: 2,
                load_backlog_messages: 10,
            }
        } else {
            HubConfig { resume_window_ms: i64::MAX >> 20, written_retention_ms: i64::MAX >> 20, ..HubConfig::default() }
        }
    }

    pub fn database_options(&self) -> OpenOptions {
        OpenOptions { writers: self.writers, queue: 32, statement_timeout_ms: 60, ..OpenOptions::default() }
    }
}
