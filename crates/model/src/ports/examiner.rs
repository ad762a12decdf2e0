//! The checks of this machine, as the use cases run them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::finding::{CheckResult, Explanation, Facts, FindingId};

/// Called after each check with the number of those that are done.
pub type Progress = Arc<dyn Fn(usize) + Send + Sync>;

#[async_trait]
pub trait Examiner: Send + Sync {
    /// How many checks an examination makes.
    fn check_count(&self, is_thorough: bool) -> usize;
    /// Runs all checks concurrently. A check that fails or takes too long gives a finding about itself.
    async fn examine(&self, facts: Facts, progress: Progress) -> Vec<CheckResult>;
    /// Facts that only the process knows: its configuration and data folder. The rest is set by the caller.
    fn base_facts(&self) -> Facts;
    /// `None` where there is no finding of this name.
    fn explain(&self, id: &FindingId) -> Option<Explanation>;
}
