//! Decides from a seed which task runs next, and logs each decision.

use std::collections::HashMap;
use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use crate::log::Log;

/// Faults differ in which of these finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Each task that can run is as probable as the others.
    Uniform,
    /// A task mostly goes on, so that others wait for long at one place.
    Sticky,
    /// The task with the highest priority runs; priorities are random and change rarely (probabilistic concurrency testing).
    Priorities,
}

pub struct SeededScheduler {
    strategy: Strategy,
    rng: SmallRng,
    seed: u64,
    has_begun: bool,
    priorities: HashMap<usize, i64>,
    /// The lowest priority so far.
    lowest: i64,
    log: Arc<Log>,
}

impl SeededScheduler {
    pub fn new(seed: u64, strategy: Strategy, log: Arc<Log>) -> Self {
        Self { strategy, rng: SmallRng::seed_from_u64(!seed), seed, has_begun: false, priorities: HashMap::new(), lowest: 0, log }
    }

    fn choose(&mut self, runnable: &[&Task], current: Option<TaskId>, is_yielding: bool) -> TaskId {
        let can_go_on = current.filter(|current| !is_yielding && runnable.iter().any(|task| task.id() == *current));
        match (self.strategy, can_go_on) {
            (Strategy::Sticky, Some(current)) if self.rng.random_ratio(9, 10) => current,
            (Strategy::Uniform | Strategy::Sticky, _) => runnable.choose(&mut self.rng).unwrap().id(),
            (Strategy::Priorities, _) => {
                if let Some(current) = current.map(usize::from) {
                    if is_yielding {
                        // Who lets others go first comes after all of them.
                        self.lowest -= 1;
                        self.priorities.insert(current, self.lowest);
                    } else if self.rng.random_ratio(1, 50) {
                        self.priorities.insert(current, self.rng.random_range(0..i64::MAX));
                    }
                }
                let (rng, priorities) = (&mut self.rng, &mut self.priorities);
                let priority = |task: &&&Task| *priorities.entry(usize::from(task.id())).or_insert_with(|| rng.random_range(0..i64::MAX));
                runnable.iter().max_by_key(priority).unwrap().id()
            }
        }
    }
}

impl Scheduler for SeededScheduler {
    fn new_execution(&mut self) -> Option<Schedule> {
        (!std::mem::replace(&mut self.has_begun, true)).then(|| Schedule::new(self.seed))
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, is_yielding: bool) -> Option<TaskId> {
        let chosen = self.choose(runnable, current, is_yielding);
        if self.log.keeps_schedule {
            self.log.line(format_args!("task {}", usize::from(chosen)));
        }
        Some(chosen)
    }

    fn next_u64(&mut self) -> u64 {
        self.rng.random()
    }
}
