//! Acknowledging posts, and taking that back.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::PostAcknowledgement;
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::{acknowledgements, persistent_notifications};

use crate::boxed;
use crate::posts::Posts;
use crate::retry::retry_on_conflict;

/// For so long somebody can take an acknowledgement back: later others may have relied on it.
const TAKE_BACK_MINUTES: i64 = 5;

impl Posts<'_> {
    /// Idempotent: returns the earlier acknowledgement where there is one. Only for oneself: nobody acknowledges for others.
    #[boxed]
    pub async fn acknowledge_post(&self, actor: &Actor, user: UserId, id: PostId) -> Result<PostAcknowledgement> {
        let _own = self.access.require_own_account(actor, user)?;
        retry_on_conflict(|| self.try_acknowledge(actor, id)).await
    }

    async fn try_acknowledge(&self, actor: &Actor, id: PostId) -> Result<PostAcknowledgement> {
        let grant = self.access.post_to_acknowledge(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::ACKNOWLEDGEMENT_ARCHIVED.into());
        }
        if grant.post.is_system() {
            return Err(codes::SYSTEM_MESSAGE.into());
        }
        if let Some(earlier) = acknowledgements::get(self.access.read(&grant), grant.id(), actor.user_id).await? {
            return Ok(earlier);
        }
        let acknowledgement = PostAcknowledgement {
            post_id: id,
            user_id: actor.user_id,
            channel_id: grant.channel_grant.channel.id,
            acknowledged_at: self.now_after(grant.post.update_at),
        };
        let mut write = self.access.write(&grant, "posts.acknowledge");
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(acknowledgements::add(grant.write_id(), &acknowledgement));
        if grant.post.priority.persistent_notifications {
            write.push(persistent_notifications::delete_if_mentioned(grant.write_id(), actor.user_id));
        }
        write.commit(Event::PostAcknowledged(acknowledgement)).await?;
        Ok(acknowledgement)
    }

    #[boxed]
    pub async fn remove_acknowledgement(&self, actor: &Actor, user: UserId, id: PostId) -> Result<()> {
        let _own = self.access.require_own_account(actor, user)?;
        let grant = self.access.post_to_acknowledge(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::ACKNOWLEDGEMENT_ARCHIVED.into());
        }
        let found = acknowledgements::get(self.access.read(&grant), grant.id(), actor.user_id).await?;
        let acknowledgement = found.ok_or(codes::ACKNOWLEDGEMENT_NOT_FOUND)?;
        if self.clock.now() > acknowledgement.acknowledged_at.plus_ms(TAKE_BACK_MINUTES * 60 * 1_000) {
            return Err(codes::ACKNOWLEDGEMENT_TOO_OLD.with("minutes", TAKE_BACK_MINUTES));
        }
        let now = self.now_after(grant.post.update_at);
        let mut write = self.access.write(&grant, "posts.remove_acknowledgement");
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(acknowledgements::remove(grant.write_id(), actor.user_id, now));
        write.commit(Event::PostAcknowledgementRemoved(acknowledgement)).await
    }
}
