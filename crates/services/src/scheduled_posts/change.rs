//! Scheduling posts, changing and deleting those that wait or could not be sent.

use guildhall_model::codes::{drafts as codes, posts as post_codes};
use guildhall_model::draft::{Draft, FILES_KEPT_MS, SCHEDULE_AHEAD_MS_MAX, SCHEDULED_POSTS_MAX, ScheduledPost, WithFiles};
use guildhall_model::id::ScheduledPostId;
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{files, scheduled_posts};

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::drafts::{NewDraft, to_draft, with_files};
use crate::scheduled_posts::ScheduledPosts;

/// Clocks of clients differ from the server's.
const PAST_MS_MAX: i64 = 60_000;

impl ScheduledPosts<'_> {
    #[boxed]
    pub async fn schedule_post(&self, actor: &Actor, new: NewDraft, scheduled_at: Millis) -> Result<WithFiles<ScheduledPost>> {
        let draft = self.check(actor, new, scheduled_at).await?;
        let own = self.access.own_account(actor);
        let post = ScheduledPost { id: self.ids.next(), draft, scheduled_at, processed_at: Millis::ZERO, error: None };
        let post = self.with_all_files(&own, post).await?;
        let mut write = self.access.write(&own, "scheduled_posts.create");
        write.push(scheduled_posts::insert(own.write_id(), &post));
        write.extend(kept_files(&own, &post));
        write.extend(usage::guard(Counted::ScheduledPostsOf(actor.user_id), SCHEDULED_POSTS_MAX, codes::TOO_MANY_SCHEDULED));
        write.commit(Event::ScheduledPostCreated(post.clone())).await?;
        Ok(post)
    }

    /// Changes the text, the files and the time; the channel and the thread stay. One that could not be sent waits again.
    #[boxed]
    pub async fn update_scheduled_post(
        &self,
        actor: &Actor,
        id: ScheduledPostId,
        mut new: NewDraft,
        scheduled_at: Millis,
    ) -> Result<WithFiles<ScheduledPost>> {
        self.check_enabled()?;
        let own = self.access.own_account(actor);
        let stored = self.own_scheduled_post(&own, id).await?;
        (new.post.channel_id, new.post.root_id) = (stored.draft.channel_id, stored.draft.root_id);
        let mut draft = self.check(actor, new, scheduled_at).await?;
        draft.create_at = stored.draft.create_at;
        draft.update_at = draft.update_at.max(stored.draft.update_at.plus_ms(1));
        let changed = ScheduledPost { id, draft, scheduled_at, processed_at: Millis::ZERO, error: None };
        let changed = self.with_all_files(&own, changed).await?;
        let mut write = self.access.write(&own, "scheduled_posts.update");
        write.push(scheduled_posts::update(own.write_id(), &changed, stored.draft.update_at));
        write.extend(kept_files(&own, &changed));
        write.commit(Event::ScheduledPostUpdated(changed.clone())).await?;
        Ok(changed)
    }

    /// Also where scheduling is switched off meanwhile.
    #[boxed]
    pub async fn delete_scheduled_post(&self, actor: &Actor, id: ScheduledPostId) -> Result<WithFiles<ScheduledPost>> {
        let own = self.access.own_account(actor);
        let stored = self.own_scheduled_post(&own, id).await?;
        let mut write = self.access.write(&own, "scheduled_posts.delete");
        write.push(scheduled_posts::delete(own.write_id(), &stored));
        let deleted = WithFiles { item: stored, files: Vec::new() };
        write.commit(Event::ScheduledPostDeleted(deleted.clone())).await?;
        Ok(deleted)
    }

    pub(super) fn check_enabled(&self) -> Result<()> {
        if self.settings().posts.scheduled { Ok(()) } else { Err(codes::SCHEDULING_DISABLED.into()) }
    }

    async fn own_scheduled_post(&self, own: &UserGrant, id: ScheduledPostId) -> Result<ScheduledPost> {
        scheduled_posts::get(self.access.read(own), own.id(), id).await?.ok_or_else(|| codes::NOT_SCHEDULED.into())
    }

    /// What would be rejected if it were sent now is rejected now.
    async fn check(&self, actor: &Actor, new: NewDraft, scheduled_at: Millis) -> Result<Draft> {
        self.check_enabled()?;
        let grant = self.access.channel_to_post(actor, new.post.channel_id).await?;
        if grant.is_archived() {
            return Err(post_codes::CHANNEL_ARCHIVED.into());
        }
        if new.post.message.trim().is_empty() && new.post.file_ids.is_empty() {
            return Err(codes::EMPTY.into());
        }
        let now = self.clock.now();
        if scheduled_at < now.minus_ms(PAST_MS_MAX) || scheduled_at > now.plus_ms(SCHEDULE_AHEAD_MS_MAX) {
            return Err(codes::BAD_SCHEDULED_AT.with("days", SCHEDULE_AHEAD_MS_MAX / (24 * 60 * 60 * 1000)));
        }
        let post = self.posts().check_unsent(actor, &grant, new.post).await?;
        to_draft(post, &new.priority)
    }

    /// Each file must be there: a message is not sent with a part of its files.
    async fn with_all_files(&self, own: &UserGrant, post: ScheduledPost) -> Result<WithFiles<ScheduledPost>> {
        let (channel, count) = (post.draft.channel_id, post.draft.file_ids.len());
        let found = with_files(self.access.read(own), own, vec![post], |post| &post.draft.file_ids).await?;
        let whole = found.into_iter().find(|post| post.files.len() == count && post.files.iter().all(|file| file.channel_id == channel));
        whole.ok_or_else(|| post_codes::FILES_NOT_ATTACHABLE.into())
    }
}

/// The files stay for a while after the time, too: whoever sees that it was not sent may send it later.
fn kept_files(own: &Writing<UserGrant>, post: &ScheduledPost) -> Option<guildhall_storage::Statement> {
    let ids = &post.draft.file_ids;
    (!ids.is_empty()).then(|| files::keep(own.write_id(), ids, post.scheduled_at.plus_ms(FILES_KEPT_MS)))
}
