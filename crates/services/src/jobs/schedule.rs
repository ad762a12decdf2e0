//! Periodic jobs: each is created once when it is due, by the node that advances its schedule first.

use guildhall_model::codes::context;
use guildhall_model::job::{Job, JobData, JobSchedule};
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::jobs;

use super::registry::{Entry, REGISTRY};
use crate::access::{SystemGrant, Writing};
use crate::jobs::Jobs;

/// The clocks of nodes differ by less. A schedule that another node has advanced may be as far ahead of this node's time.
const CLOCK_SKEW_MAX_MS: i64 = 60_000;

impl Jobs<'_> {
    /// Creates the periodic jobs that are due.
    pub(super) async fn create_scheduled(&self) -> Result<()> {
        let grant = self.access.system("the schedule belongs to the server");
        let now = self.clock.now();
        let schedules = jobs::schedules(self.access.read(&grant), grant.server()).await?;
        for entry in &REGISTRY {
            let Some(interval_ms) = entry.interval_ms else { continue };
            let schedule = match schedules.iter().find(|schedule| schedule.kind == entry.kind) {
                Some(schedule) => schedule.clone(),
                None => self.insert_schedule(&grant, entry, now).await?,
            };
            // Further away than one period: written when the period was longer.
            if schedule.next_run_at <= now || schedule.next_run_at > now.plus_ms(interval_ms + CLOCK_SKEW_MAX_MS) {
                let has_work = match entry.has_work {
                    Some(has_work) => has_work(*self, &grant, now).await?,
                    None => true,
                };
                if has_work {
                    self.create_due_job(&grant, entry, &schedule, now.plus_ms(interval_ms)).await?;
                }
            }
        }
        Ok(())
    }

    async fn insert_schedule(&self, grant: &Writing<SystemGrant>, entry: &Entry, now: Millis) -> Result<JobSchedule> {
        let schedule = JobSchedule { kind: entry.kind.clone(), next_run_at: now };
        let mut write = self.access.write(grant, "jobs.insert_schedule");
        write.push(jobs::insert_schedule_if_absent(grant.write_server(), &schedule));
        write.commit(Events::none("workers poll")).await?;
        Ok(schedule)
    }

    /// Only one node advances the schedule; the others get a conflict. No job is created while one of the type is active.
    async fn create_due_job(&self, grant: &Writing<SystemGrant>, entry: &Entry, schedule: &JobSchedule, next: Millis) -> Result<()> {
        let mut write = self.access.write(grant, "jobs.schedule");
        write.push(jobs::advance_schedule(grant.write_server(), schedule, next));
        if jobs::count_active(self.access.read(grant), grant.server(), &entry.kind).await? == 0 {
            let job = Job::new(self.ids.next(), entry.kind.clone(), self.clock.now(), JobData::new(), None);
            write.push(jobs::insert(grant.write_server(), &job));
        }
        match write.commit(Events::none("the caller claims it next")).await {
            Err(error) if error.is(context::CONFLICT) => Ok(()),
            outcome => outcome,
        }
    }
}
