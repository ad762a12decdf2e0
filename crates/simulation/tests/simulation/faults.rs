//! The faults of the simulated database, by chance.

use std::sync::Arc;

use guildhall_storage::simulation::{CommitFault, Faults};
use parking_lot::Mutex;
use rand::Rng;
use rand::rngs::SmallRng;

use crate::log::Log;
use crate::scenario::Scenario;

pub struct RandomFaults {
    rng: Mutex<SmallRng>,
    percent: u32,
    log: Arc<Log>,
}

impl RandomFaults {
    pub fn of(scenario: &Scenario, log: &Arc<Log>) -> Self {
        Self { rng: Mutex::new(scenario.rng(1)), percent: scenario.database_faults_percent, log: Arc::clone(log) }
    }
}

impl Faults for RandomFaults {
    fn pauses(&self) -> u32 {
        self.rng.lock().random_range(0..4)
    }

    fn loses_connection(&self) -> bool {
        self.rng.lock().random_ratio(self.percent, 400)
    }

    fn commit(&self) -> CommitFault {
        let mut rng = self.rng.lock();
        if !rng.random_ratio(self.percent, 100) {
            return CommitFault::None;
        }
        let fault = match rng.random_range(0..5) {
            0 => CommitFault::Rejected,
            1 | 2 => CommitFault::Lost { is_committed: rng.random() },
            _ => CommitFault::Hung { is_committed: rng.random() },
        };
        self.log.line(format_args!("commit: {fault:?}"));
        fault
    }
}
