//! What is known of a database before its schema is brought up to date, and the copy that is made of it:
//! `docs/decisions/0033-upgrades.md`.

use std::path::Path;
use std::sync::Arc;

use guildhall_model::ports::ChangeCapture;
use guildhall_model::{Millis, Result};

use crate::{Database, Reader, params};

/// Released versions, oldest first, and the last step of the schema of each. `scripts/make-fixture` makes a database of each, which
/// the tests upgrade.
pub const RELEASES: &[(&str, i64)] = &[("0.1", 21)];

/// Is told how many percent are copied.
pub type SnapshotReport = Box<dyn Fn(u8) + Send>;

/// The version whose schema ends with this step; of several, the newest.
pub fn release_of_step(step: i64) -> Option<&'static str> {
    RELEASES.iter().rev().find(|(_, last_step)| *last_step == step).map(|(version, _)| *version)
}

impl Reader {
    /// The newest step that is finished, of whatever version of the program; 0 on a database that was never migrated.
    pub async fn current_step(&self) -> Result<i64> {
        let applied = self.engine().applied_steps().await?;
        Ok(applied.iter().filter(|step| !step.applied_at.is_zero()).map(|step| step.version).max().unwrap_or_default())
    }
}

impl Database {
    /// Whether there is an account. Before the first one nothing can be lost: an interrupted first start, for example.
    pub async fn has_accounts(&self) -> Result<bool> {
        Ok(self.engine().has_table("users").await? && self.optional::<i64>("SELECT 1 FROM users LIMIT 1", params![]).await?.is_some())
    }

    /// When the newest successful backup began; `None` if there is none, or if the schema is older than backups.
    pub async fn last_backup_at(&self) -> Result<Option<Millis>> {
        if !self.engine().has_table("backup_targets").await? {
            return Ok(None);
        }
        self.optional(
            "SELECT last_success_at FROM backup_targets WHERE last_success_at > 0 ORDER BY last_success_at DESC LIMIT 1",
            params![],
        )
        .await
    }

    /// The log of changes of an embedded database, for continuous backups; `None` where the options name no place for it, and for others.
    pub fn change_capture(&self) -> Option<Arc<dyn ChangeCapture>> {
        self.engine().capture()
    }

    /// Writes a consistent copy of an embedded database to `path`, which is absolute and not there yet, and flushes it to the disk;
    /// `false` for other databases, which have tools of their own.
    pub async fn write_snapshot(&self, path: &Path, report: SnapshotReport) -> Result<bool> {
        self.engine().write_snapshot(path, report).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STEPS;

    #[test]
    fn each_release_ends_with_a_step_of_the_schema() {
        for pair in RELEASES.windows(2) {
            assert!(pair[0].1 <= pair[1].1, "{pair:?} are not in order");
        }
        for (version, step) in RELEASES {
            assert!(STEPS.iter().any(|known| known.version == *step), "{version} ends with step {step}, which does not exist");
            assert!(release_of_step(*step).is_some());
        }
        assert_eq!(release_of_step(1), None);
    }
}
