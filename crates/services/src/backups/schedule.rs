//! The schedule: a job for each target whose interval has passed.

use guildhall_model::{Event, Result};
use guildhall_storage::{backup_targets, jobs};

use super::start::Operation;
use crate::backups::Backups;
use crate::boxed;

const HOUR_MS: i64 = 60 * 60 * 1000;
/// A part of each repository is read so often.
const CHECK_INTERVAL_MS: i64 = 7 * 24 * HOUR_MS;
/// A backup of each target is restored as a test so often.
const DRILL_INTERVAL_MS: i64 = 7 * 24 * HOUR_MS;
/// How much of the data is read each time.
const CHECK_PERCENT: u8 = 5;

impl Backups<'_> {
    /// Queues what is due. One operation for each target at a time.
    #[boxed]
    pub(crate) async fn start_due(&self) -> Result<usize> {
        let grant = self.access.system("the schedule belongs to the server");
        let now = self.clock.now();
        let is_paused = self.stored_pause(&grant).await?.is_some();
        let mut started = 0;
        for target in backup_targets::list(self.access.read(&grant), grant.server()).await? {
            let state = &target.state;
            let interval_ms = target.interval_hours * HOUR_MS;
            // Also where a clock has jumped: a start that lies ahead of now counts for nothing.
            let is_past = |at: guildhall_model::Millis, interval_ms: i64| at > now || at.plus_ms(interval_ms) <= now;
            let is_backup_due = !is_paused && target.interval_hours > 0 && is_past(state.last_start_at, interval_ms);
            let is_check_due = !state.last_success_at.is_zero() && is_past(state.last_check_at, CHECK_INTERVAL_MS);
            let is_drill_due = !state.last_success_at.is_zero() && is_past(state.last_drill_at, DRILL_INTERVAL_MS);
            let operation = match (is_backup_due, is_check_due, is_drill_due) {
                (true, _, _) => Operation::Backup,
                (_, true, _) => Operation::Check { percent: CHECK_PERCENT },
                (_, _, true) => Operation::Drill,
                _ => continue,
            };
            if self.is_busy(&grant, target.id).await? {
                continue;
            }
            let mut write = self.access.write(&grant, "backups.start_due");
            write.push(jobs::insert(grant.write_server(), &self.job(operation, target.id, None)));
            write.commit(Event::JobsQueued).await?;
            started += 1;
        }
        Ok(started)
    }
}
