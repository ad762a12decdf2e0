//! Creating a job over the API.

use guildhall_model::codes::jobs as codes;
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::jobs;

use super::registry;
use crate::boxed;
use crate::jobs::Jobs;

/// Of all names and values of a job's data.
const DATA_BYTES_MAX: usize = 8 * 1024;
/// Pending and running jobs of one type.
const ACTIVE_MAX: i64 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub kind: String,
    pub data: JobData,
}

impl Jobs<'_> {
    #[boxed]
    pub async fn create_job(&self, actor: &Actor, new: NewJob) -> Result<Job> {
        let entry = JobType::from_name(&new.kind).as_ref().and_then(registry::entry);
        let grant = self.access.system_permission(actor, entry.map_or(Permission::ManageJobs, |entry| entry.manage))?;
        let entry = entry.ok_or_else(|| codes::TYPE_UNKNOWN.with("type", new.kind.chars().take(JobType::CHARS_MAX).collect::<String>()))?;
        if new.data.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > DATA_BYTES_MAX {
            return Err(codes::DATA_INVALID.with("max", DATA_BYTES_MAX));
        }
        if jobs::count_active(self.access.read(&grant), grant.server(), &entry.kind).await? >= ACTIVE_MAX {
            return Err(codes::TOO_MANY.with("max", ACTIVE_MAX));
        }
        let created_by = actor.has_account().then_some(actor.user_id);
        let job = Job::new(self.ids.next(), entry.kind.clone(), self.clock.now(), new.data, created_by);
        let mut write = self.access.write(&grant, "jobs.create");
        write.push(jobs::insert(grant.write_server(), &job));
        write.detail("job_id", job.id);
        write.detail("type", job.kind.name());
        write.commit(Event::JobsQueued).await?;
        Ok(job)
    }
}
