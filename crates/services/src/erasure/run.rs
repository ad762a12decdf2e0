//! The job: in batches, each of which may be done again. The account comes last, because what it is called is looked for in other places.

use guildhall_model::codes::erasure as codes;
use guildhall_model::erasure::ErasedMessages;
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::{Event, Events, Result};
use guildhall_storage::personal_data::erasure;
use guildhall_storage::{Statement, data_exports, users};

use crate::access::{UserGrant, Writing};
use crate::erasure::Erasure;
use crate::jobs::JobContext;

/// The type of the jobs.
pub(crate) const JOB: &str = "erasure";
/// The values of a job's data: whom, and what becomes of the messages.
pub(super) const USER: &str = "user_id";
pub(super) const MESSAGES: &str = "messages";

/// One erasure.
pub(super) struct Run<'a> {
    pub job: &'a JobContext<'a>,
    pub grant: Writing<UserGrant>,
    /// As it was.
    pub user: User,
    /// What the account is called from now on.
    pub new_name: String,
}

impl Run<'_> {
    /// Writes statements under the lease.
    pub async fn write(&self, erasure: &Erasure<'_>, statements: Vec<Statement>, events: impl Into<Events>) -> Result<()> {
        let mut write = erasure.access.write(&self.grant, "erasure.write");
        write.push(self.job.require_lease());
        write.extend(statements);
        write.commit(events).await
    }
}

impl Erasure<'_> {
    /// Does nothing for an account that is erased already or is not there, and fails for one that was activated again.
    pub(crate) async fn run_erasure(&self, job: &JobContext<'_>) -> Result<()> {
        let Some(id) = job.value(USER).and_then(|id| id.parse::<UserId>().ok()) else { return Ok(()) };
        let messages = job.value(MESSAGES).and_then(|name| ErasedMessages::from_name(&name)).unwrap_or(ErasedMessages::Keep);
        let grant = job.grant.user_to_write(id);
        let user = users::get(self.access.read(&grant), id).await?.filter(|user| !user.is_erased());
        let Some(user) = user else { return Ok(()) };
        if user.is_active() {
            return Err(codes::ACTIVE.into());
        }
        let run = Run { job, new_name: self.free_name(&job.grant, &grant, id).await?, grant, user };
        self.erase_rows(&run).await?;
        job.progress(10).await?;
        self.erase_names(&run).await?;
        job.progress(50).await?;
        self.erase_content(&run, messages).await?;
        job.progress(95).await?;
        self.erase_account(&run).await
    }

    /// What the account alone has.
    async fn erase_rows(&self, run: &Run<'_>) -> Result<()> {
        let db = self.access.read(&run.grant);
        let teams = erasure::teams_with_webhooks(db, run.grant.id()).await?;
        let changed: Vec<Event> = teams.into_iter().map(|team_id| Event::OutgoingWebhooksChanged { team_id }).collect();
        for (table, statement) in erasure::erase_rows(run.grant.write_id()) {
            // Webhooks are cached by all nodes.
            let events = match table == "outgoing_webhooks" && !changed.is_empty() {
                true => Events::from(changed.clone()),
                false => Events::none("nobody else sees these rows"),
            };
            run.write(self, vec![statement], events).await?;
        }
        run.write(self, self.erase_exports(run).await?, Events::none("clients load exports on request")).await
    }

    /// Also those that somebody asked for meanwhile.
    pub(super) async fn erase_exports(&self, run: &Run<'_>) -> Result<Vec<Statement>> {
        let exports = data_exports::of_user(self.access.read(&run.grant), run.grant.id()).await?;
        let now = self.clock.now();
        Ok(exports.iter().flat_map(|export| data_exports::delete(run.job.grant.write_server(), &export.0, now)).collect())
    }
}
