//! The job that sends what is due: each by the use case that also posts what is sent by hand, in one batch with the deletion
//! of its row. So it is sent once, also by two nodes and after a crash.

use guildhall_model::codes::{context, drafts as codes, posts as post_codes};
use guildhall_model::draft::{SEND_LATE_MS_MAX, ScheduledPost, SendError, WithFiles};
use guildhall_model::error::Kind;
use guildhall_model::post::PostPriority;
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Error, Event, Millis, Result};
use guildhall_storage::{channel_members, channels, scheduled_posts, users};

use crate::access::SystemGrant;
use crate::jobs::{JobContext, is_of_server};
use crate::posts::{AlsoCommitted, NewPost};
use crate::scheduled_posts::ScheduledPosts;

/// Posts between two renewals of the lease.
const PAGE: i64 = 50;

enum Outcome {
    Sent,
    /// Its author has changed or deleted it meanwhile.
    Gone,
    /// Tried again at the next run: the author has sent too many messages just now.
    Waits,
    Failed(SendError),
}

impl ScheduledPosts<'_> {
    pub(crate) async fn has_posts_to_send(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        let is_enabled = self.settings().posts.scheduled;
        Ok(is_enabled && !scheduled_posts::due(self.access.read(grant), grant.server(), now, None, 1).await?.is_empty())
    }

    pub(crate) async fn send_due_posts(&self, job: &JobContext<'_>) -> Result<()> {
        let (mut sent, mut failed, mut after) = (0, 0, None);
        loop {
            // Each is tried once in a run: those that wait for their author's rate must not keep others back.
            let page = scheduled_posts::due(self.access.read(&job.grant), job.grant.server(), self.clock.now(), after, PAGE).await?;
            let last = page.last().map(|post| (post.scheduled_at, post.id));
            if last.is_none() || !self.settings().posts.scheduled {
                return Ok(());
            }
            after = last;
            for post in page {
                match self.send(job, &post).await? {
                    Outcome::Sent => sent += 1,
                    Outcome::Gone | Outcome::Waits => {}
                    Outcome::Failed(error) => {
                        tracing::info!(scheduled_post = %post.id, reason = error.name(), "a scheduled post could not be sent");
                        self.note_failure(job, post, error).await?;
                        failed += 1;
                    }
                }
            }
            job.set_data("sent", sent);
            job.set_data("failed", failed);
            job.renew().await?;
        }
    }

    async fn send(&self, job: &JobContext<'_>, post: &ScheduledPost) -> Result<Outcome> {
        if post.scheduled_at < self.clock.now().minus_ms(SEND_LATE_MS_MAX) {
            return Ok(Outcome::Failed(SendError::UnableToSend));
        }
        let draft = &post.draft;
        let Some(author) = self.access.active_actor(draft.user_id).await? else {
            let is_known = users::get(self.access.read(&job.grant), draft.user_id).await?.is_some();
            return Ok(Outcome::Failed(if is_known { SendError::UserDeleted } else { SendError::UserMissing }));
        };
        // What an integration may set, the author may not have set.
        let author = Actor { auth_method: AuthMethod::AccessToken, ..author };
        let new = NewPost {
            root_id: draft.root_id,
            kind: draft.kind.clone(),
            props: draft.props.members().clone(),
            file_ids: draft.file_ids.clone(),
            priority: PostPriority::from_json(&draft.priority).unwrap_or_default(),
            set_online: false,
            is_unattended: true,
            ..NewPost::new(draft.channel_id, draft.message.clone())
        };
        let deleted = WithFiles { item: post.clone(), files: Vec::new() };
        let also = AlsoCommitted {
            statements: vec![job.require_lease(), scheduled_posts::delete(job.grant.write_id(draft.user_id), post)],
            events: vec![Event::ScheduledPostDeleted(deleted)],
        };
        match self.posts().create_post_with(&author, new, also).await {
            Ok(_) => Ok(Outcome::Sent),
            Err(error) if error.is(codes::NOT_SCHEDULED) => Ok(Outcome::Gone),
            Err(error) if error.code.kind == Kind::TooManyRequests => Ok(Outcome::Waits),
            Err(error) if is_of_server(&error) || error.code.kind == Kind::Conflict => Err(error),
            Err(error) => self.reason(&job.grant, post, &error).await.map(Outcome::Failed),
        }
    }

    /// Why the author could not send it.
    async fn reason(&self, grant: &SystemGrant, post: &ScheduledPost, error: &Error) -> Result<SendError> {
        let db = self.access.read(grant);
        let channel = self.access.open(grant, channels::get(db, post.draft.channel_id).await?);
        let Some(channel) = channel else { return Ok(SendError::ChannelNotFound) };
        if channel.is_archived() || error.is(post_codes::CHANNEL_ARCHIVED) {
            return Ok(SendError::ChannelArchived);
        }
        if error.is(context::PERMISSIONS) {
            let member = channel_members::get(db, grant.id(channel.id), post.draft.user_id).await?;
            return Ok(if member.is_some() { SendError::NoChannelPermission } else { SendError::NoChannelMember });
        }
        Ok(match error.code.kind {
            _ if error.is(post_codes::BAD_ROOT) || error.is(post_codes::ROOT_IN_OTHER_CHANNEL) => SendError::ThreadDeleted,
            Kind::BadRequest | Kind::TooLarge => SendError::InvalidPost,
            Kind::Forbidden => SendError::NoChannelPermission,
            _ => SendError::Unknown,
        })
    }

    async fn note_failure(&self, job: &JobContext<'_>, post: ScheduledPost, error: SendError) -> Result<()> {
        let (read_at, now) = (post.draft.update_at, self.clock.now());
        let mut failed = ScheduledPost { processed_at: now, error: Some(error), ..post };
        failed.draft.update_at = now.max(read_at.plus_ms(1));
        let mut write = self.access.write(&job.grant, "scheduled_posts.note_failure");
        write.push(job.require_lease());
        write.push(scheduled_posts::update(job.grant.write_id(failed.draft.user_id), &failed, read_at));
        match write.commit(Event::ScheduledPostUpdated(WithFiles { item: failed, files: Vec::new() })).await {
            Err(error) if error.is(codes::NOT_SCHEDULED) => Ok(()),
            outcome => outcome,
        }
    }
}
