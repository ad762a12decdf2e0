//! Urgent posts that notify the people whom they mention again, until one of them replies, reacts or acknowledges the post.

use std::sync::Arc;

use guildhall_model::event::Posted;
use guildhall_model::id::UserId;
use guildhall_model::post::{PersistentNotification, Post};
use guildhall_model::{Event, Millis, Result};
use guildhall_storage::posts::{self, mentioned, persistent_notifications};
use guildhall_storage::{Statement, channel_members, channels, users};

use super::create::sender_name;
use crate::access::SystemGrant;
use crate::jobs::JobContext;
use crate::posts::Posts;

/// Posts between two renewals of the lease.
const PAGE: i64 = 100;

impl Posts<'_> {
    /// For the batch of the post.
    pub(super) fn persistent_notification_of(&self, post: &Post) -> Option<Statement> {
        let next_at = post.create_at.plus_ms(self.persistent_interval_ms());
        let notification = PersistentNotification { post_id: post.id, next_at, sent_count: 0 };
        post.priority.persistent_notifications.then(|| persistent_notifications::insert(&notification))
    }

    fn persistent_interval_ms(&self) -> i64 {
        self.settings().posts.persistent_notification_interval_minutes * 60 * 1_000
    }

    pub(crate) async fn has_due_persistent_notifications(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        Ok(!persistent_notifications::due(self.access.read(grant), grant.server(), now, 1).await?.is_empty())
    }

    pub(crate) async fn send_persistent_notifications(&self, job: &JobContext<'_>) -> Result<()> {
        let mut sent = 0;
        loop {
            let now = self.clock.now();
            let due = persistent_notifications::due(self.access.read(&job.grant), job.grant.server(), now, PAGE).await?;
            if due.is_empty() {
                return Ok(());
            }
            for notification in &due {
                self.send_persistent_notification(job, notification, now).await?;
                sent += 1;
            }
            job.set_data("notifications", sent);
            job.renew().await?;
        }
    }

    /// The last one ends it.
    async fn send_persistent_notification(&self, job: &JobContext<'_>, due: &PersistentNotification, now: Millis) -> Result<()> {
        let settings = &self.settings().posts;
        let posted = if settings.priority && settings.persistent_notifications { self.posted_again(job, due).await? } else { None };
        let is_last = due.sent_count + 1 >= settings.persistent_notifications_max;
        let mut write = self.access.write(&job.grant, "posts.notify_again");
        write.push(job.require_lease());
        write.push(match &posted {
            Some(_) if !is_last => {
                let next_at = now.plus_ms(self.persistent_interval_ms());
                persistent_notifications::advance(job.grant.write_server(), due, next_at)
            }
            _ => persistent_notifications::delete(job.grant.write_id(due.post_id)),
        });
        let events: Vec<Event> = posted.into_iter().map(|posted| Event::PersistentNotificationSent(Arc::new(posted))).collect();
        write.commit(events).await
    }

    /// The post with the people who are to be notified: those whom it mentions, as far as they are in the channel still. `None` where
    /// there is nothing to notify of.
    async fn posted_again(&self, job: &JobContext<'_>, due: &PersistentNotification) -> Result<Option<Posted>> {
        let system = &job.grant;
        let db = self.access.read(system);
        let post = self.access.open(system, posts::get(db, due.post_id).await?).filter(|post| post.delete_at.is_zero());
        let Some(post) = post else { return Ok(None) };
        let channel = self.access.open(system, channels::get(db, post.channel_id).await?);
        let Some(channel) = channel.filter(|channel| channel.delete_at.is_zero()) else { return Ok(None) };
        let mentioned = mentioned::of_post(db, system.id(post.id)).await?.unwrap_or_default();
        let members = channel_members::by_ids(db, system.id(channel.id), &mentioned).await?;
        let mentioned: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
        if mentioned.is_empty() {
            return Ok(None);
        }
        let author_name = users::get(db, post.user_id).await?.map(|user| user.username).unwrap_or_default();
        let sender_name = sender_name(&post, author_name);
        let view = self.view_of(system, post).await?;
        let has_image = view.metadata.has_image();
        let has_other_file = !view.metadata.files.is_empty();
        let posted =
            Posted { post: view, channel, sender_name, mentioned, followers: Vec::new(), has_image, has_other_file, set_online: false };
        Ok(Some(posted))
    }
}
