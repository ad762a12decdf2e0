//! Reminders: a person chooses a time, and the server's own account sends them a direct message then, with a link to the post.

use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::PostReminder;
use guildhall_model::{Actor, Error, Events, Millis, Result};
use guildhall_storage::posts::reminders;
use guildhall_storage::{teams, users};
use serde_json::{Map, Value};

use crate::access::{PostGrant, SystemGrant};
use crate::boxed;
use crate::jobs::JobContext;
use crate::posts::Posts;

/// How far ahead a reminder can be.
const AHEAD_MAX_MS: i64 = 20 * 366 * 24 * 60 * 60 * 1_000;
/// Reminders between two renewals of the lease.
const PAGE: i64 = 100;
/// Stands for the name of a team in links to posts of direct and group channels.
const NO_TEAM: &str = "_redirect";

/// What the message of a reminder says.
pub(crate) struct ReminderMessage {
    pub text: String,
    pub props: Map<String, Value>,
}

impl Posts<'_> {
    /// At `target_at`, instead of a time that was chosen before for the same post.
    #[boxed]
    pub async fn set_reminder(&self, actor: &Actor, user: UserId, id: PostId, target_at: Millis) -> Result<()> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, id).await?;
        let now = self.clock.now();
        if target_at <= now || target_at > now.plus_ms(AHEAD_MAX_MS) {
            return Err(context::INVALID_PARAM.with("name", "target_time"));
        }
        if reminders::count(self.access.read(&own), own.id()).await? >= reminders::PER_PERSON_MAX {
            return Err(codes::TOO_MANY_REMINDERS.with("limit", reminders::PER_PERSON_MAX));
        }
        let reminder = PostReminder { user_id: user, post_id: id, target_at, create_at: now };
        let mut write = self.access.write(&own, "posts.set_reminder");
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.push(reminders::guard_post(id));
        write.push(reminders::set(own.write_id(), &reminder));
        write.commit(Events::none("nobody sees a reminder before its time")).await
    }

    pub(crate) async fn has_due_reminders(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        Ok(!reminders::due(self.access.read(grant), grant.server(), now, 1).await?.is_empty())
    }

    pub(crate) async fn due_reminders(&self, job: &JobContext<'_>) -> Result<Vec<PostReminder>> {
        reminders::due(self.access.read(&job.grant), job.grant.server(), self.clock.now(), PAGE).await
    }

    pub(crate) async fn end_reminder(&self, job: &JobContext<'_>, reminder: &PostReminder) -> Result<()> {
        let mut write = self.access.write(&job.grant, "posts.end_reminder");
        write.push(job.require_lease());
        write.push(reminders::delete(job.grant.write_server(), reminder));
        write.commit(Events::none("the message was sent")).await
    }

    /// `None` where there is nothing to remind of any more, or the person may not read it.
    pub(crate) async fn reminder_message(&self, job: &JobContext<'_>, reminder: &PostReminder) -> Result<Option<ReminderMessage>> {
        let db = self.access.read(&job.grant);
        let Some(person) = self.access.active_actor(reminder.user_id).await? else { return Ok(None) };
        let grant = match self.access.read_post(&person, reminder.post_id).await {
            Ok(grant) => grant,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let team = self.team_name(job, &grant).await?;
        let author = users::get(db, grant.post.user_id).await?.map(|user| user.username).unwrap_or_default();
        let link = self.settings().site_link(&format!("/{team}/pl/{}", reminder.post_id));
        let props = [("team_name", team), ("post_id", reminder.post_id.to_string()), ("username", author.clone())];
        Ok(Some(ReminderMessage {
            text: format!("You asked to be reminded of this message from @{author}: {link}"),
            props: props.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect(),
        }))
    }

    async fn team_name(&self, job: &JobContext<'_>, grant: &PostGrant) -> Result<String> {
        let team = match grant.channel_grant.channel.team_id {
            Some(team) => teams::get(self.access.read(&job.grant), job.grant.id(team)).await?,
            None => None,
        };
        Ok(team.map_or_else(|| NO_TEAM.to_owned(), |team| team.name))
    }
}

/// Whether the post was deleted, or the person may not read it any more.
fn is_gone(error: &Error) -> bool {
    matches!(error.code.kind, guildhall_model::error::Kind::NotFound | guildhall_model::error::Kind::Forbidden)
}
