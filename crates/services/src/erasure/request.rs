//! Asking for the erasure of somebody: access ends at once, and a job does the rest.

use guildhall_model::codes::{erasure as codes, users as user_codes};
use guildhall_model::erasure::ErasedMessages;
use guildhall_model::id::UserId;
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{jobs, users};

use super::run::{JOB, MESSAGES, USER};
use crate::boxed;
use crate::erasure::Erasure;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraseRequest {
    /// The username of the account: nobody is erased by a wrong id.
    pub username: String,
    pub messages: ErasedMessages,
}

impl Erasure<'_> {
    /// What Mattermost's permanent deletion is, where it is enabled: messages and files go, too.
    #[boxed]
    pub async fn delete_permanently(&self, actor: &Actor, id: UserId) -> Result<()> {
        if !self.settings().privacy.permanent_deletion {
            return Err(codes::NOT_ENABLED.into());
        }
        let grant = self.access.user_to_read(actor, id, Permission::ManageSystem)?;
        let user = users::get(self.access.read(&grant), id).await?.ok_or(user_codes::NOT_FOUND)?;
        let request = EraseRequest { username: user.username, messages: ErasedMessages::Delete };
        self.erase_user(actor, id, request).await.map(|_| ())
    }

    /// Offboards the person and queues the job. It cannot be undone, and it takes the permission to manage the system. Nobody erases themselves, so that
    /// an administrator is left; for the local administrator, the offboarding does not deactivate the last one.
    #[boxed]
    pub async fn erase_user(&self, actor: &Actor, id: UserId, request: EraseRequest) -> Result<Job> {
        let system = self.access.system_permission(actor, Permission::ManageSystem)?;
        if actor.user_id == id {
            return Err(codes::OWN_ACCOUNT.into());
        }
        let grant = system.user_to_write(id);
        let user = users::get(self.access.read(&grant), id).await?.ok_or(user_codes::NOT_FOUND)?;
        if user.is_erased() {
            return Err(codes::ERASED.into());
        }
        if user.username != request.username {
            return Err(codes::NOT_CONFIRMED.into());
        }
        let kind = JobType::new(JOB);
        let active = jobs::active(self.access.read(&system), system.server(), std::slice::from_ref(&kind)).await?;
        if active.iter().any(|job| job.data.get(USER) == Some(&id.to_string())) {
            return Err(codes::RUNNING.into());
        }
        self.users().offboard_user(actor, id).await?;
        let data: JobData = [(USER, id.to_string()), (MESSAGES, request.messages.name().to_owned())]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let job = Job::new(self.ids.next(), kind, self.clock.now(), data, actor.has_account().then_some(actor.user_id));
        let mut write = self.access.write(&grant, "users.erase").recorded();
        write.detail("messages", request.messages.name());
        write.detail("job_id", job.id);
        write.push(jobs::insert(system.write_server(), &job));
        write.commit(Event::JobsQueued).await?;
        Ok(job)
    }
}
