//! Starting a backup, or a check of a target: each is a job.

use guildhall_model::codes::backups as codes;
use guildhall_model::id::BackupTargetId;
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::jobs;

use crate::access::{SystemGrant, Writing};
use crate::backups::Backups;
use crate::boxed;

/// The value of a job's data that names its target.
pub(super) const TARGET: &str = "target_id";
/// How much a check reads: a percentage of the data.
pub(super) const PERCENT: &str = "percent";

/// What can be done with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Backup,
    /// Reads the repository, with so many percent of its data.
    Check {
        percent: u8,
    },
    /// Restores the newest backup as a test.
    Drill,
}

impl Operation {
    const ALL_TYPES: [&'static str; 3] = ["backup", "backup_check", "backup_drill"];

    pub(super) const fn job_type(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Check { .. } => "backup_check",
            Self::Drill => "backup_drill",
        }
    }

    fn data(self, target: BackupTargetId) -> JobData {
        let mut data: JobData = [(TARGET.to_owned(), target.to_string())].into_iter().collect();
        if let Self::Check { percent } = self {
            data.insert(PERCENT.to_owned(), percent.min(100).to_string());
        }
        data
    }
}

impl Backups<'_> {
    /// Queues the operation. Its job has the progress and the result.
    #[boxed]
    pub async fn start(&self, actor: &Actor, target: BackupTargetId, operation: Operation) -> Result<Job> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentDatabase)?;
        let target = self.existing_target(&grant, target).await?;
        if operation == Operation::Backup {
            self.check_not_paused(&grant).await?;
        }
        if self.is_busy(&grant, target.id).await? {
            return Err(codes::RUNNING.into());
        }
        let created_by = actor.has_account().then_some(actor.user_id);
        let job = self.job(operation, target.id, created_by);
        let mut write = self.access.write(&grant, "backups.start");
        write.push(jobs::insert(grant.write_server(), &job));
        write.detail("target_id", target.id);
        write.detail("name", &target.name);
        write.detail("operation", operation.job_type());
        write.commit(Event::JobsQueued).await?;
        Ok(job)
    }

    pub(super) fn job(&self, operation: Operation, target: BackupTargetId, created_by: Option<guildhall_model::id::UserId>) -> Job {
        Job::new(self.ids.next(), JobType::new(operation.job_type()), self.clock.now(), operation.data(target), created_by)
    }

    /// Whether an operation with the target waits or runs.
    pub(super) async fn is_busy(&self, grant: &Writing<SystemGrant>, target: BackupTargetId) -> Result<bool> {
        let target = target.to_string();
        let kinds = Operation::ALL_TYPES.map(JobType::new);
        let active = jobs::active(self.access.read(grant), grant.server(), &kinds).await?;
        Ok(active.iter().any(|job| job.data.get(TARGET) == Some(&target)))
    }

    /// Whether a backup waits or runs, on whatever node: what it refers to must not be deleted.
    pub(crate) async fn is_one_active(&self, grant: &Writing<SystemGrant>) -> Result<bool> {
        let kind = JobType::new(Operation::Backup.job_type());
        Ok(jobs::count_active(self.access.read(grant), grant.server(), &kind).await? > 0)
    }
}
