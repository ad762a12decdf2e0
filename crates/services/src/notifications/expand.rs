//! Works out who gets a mail about a message: after its commit, a few people at a time.

use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::{Events, Result};
use guildhall_storage::mail_notifications::{self, MailNotification, PostNotification, Recipient};
use guildhall_storage::posts::{self, mentioned};
use guildhall_storage::{preferences, threads};

use super::preferences::{CATEGORY, EMAIL_INTERVAL};
use super::schedule::Interval;
use super::wanted::{Reason, can_receive, wants_mail};
use crate::jobs::JobContext;
use crate::notifications::Notifications;

/// Messages that are read at once.
const POSTS: i64 = 100;
/// People of a batch.
const PEOPLE: usize = 200;
/// Messages that wait for one person. Further ones are not mailed; the mail says that there are more.
const WAITING_MAX: i64 = 200;

/// A message, and whom it concerns.
struct Audience {
    post: Post,
    /// Sorted.
    mentioned: Vec<UserId>,
    /// Also the followers of the thread; sorted, without the author.
    people: Vec<UserId>,
}

impl Notifications<'_> {
    /// Deals with all messages that wait for it, the oldest first, and returns how many they were. After a crash it continues with the
    /// next people: nobody is dealt with twice.
    pub(crate) async fn expand_posts(&self, job: &JobContext<'_>) -> Result<usize> {
        let mut count = 0;
        loop {
            let rows = mail_notifications::posts(self.access.read(&job.grant), job.grant.server(), POSTS).await?;
            if rows.is_empty() {
                return Ok(count);
            }
            for row in &rows {
                self.expand_post(job, row).await?;
            }
            count += rows.len();
            job.renew().await?;
        }
    }

    async fn expand_post(&self, job: &JobContext<'_>, row: &PostNotification) -> Result<()> {
        let audience = self.audience(job, row).await?;
        let people = audience.as_ref().map(|audience| audience.people.as_slice()).unwrap_or_default();
        let done = people.partition_point(|person| row.expanded_until.is_some_and(|until| *person <= until));
        let mut rest = people.get(done..).unwrap_or_default();
        loop {
            let (some, later) = rest.split_at(rest.len().min(PEOPLE));
            let waiting = match &audience {
                Some(audience) if !some.is_empty() => self.notifications_of(job, audience, some).await?,
                _ => Vec::new(),
            };
            let mut write = self.access.write(&job.grant, "notifications.expand");
            write.push(job.require_lease());
            write.extend(waiting.iter().map(|row| mail_notifications::insert(job.grant.write_server(), row)));
            write.push(match some.last().filter(|_| !later.is_empty()) {
                Some(last) => mail_notifications::set_expanded(job.grant.write_server(), row, *last),
                None => mail_notifications::delete_post(job.grant.write_server(), row.post_id),
            });
            write.commit(Events::none("clients do not see mails")).await?;
            if later.is_empty() {
                return Ok(());
            }
            rest = later;
        }
    }

    /// `None` where the message was deleted.
    async fn audience(&self, job: &JobContext<'_>, row: &PostNotification) -> Result<Option<Audience>> {
        let db = self.access.read(&job.grant);
        let post = self.access.open(&job.grant, posts::get(db, row.post_id).await?);
        let Some(post) = post.filter(|post| post.delete_at.is_zero()) else { return Ok(None) };
        let mut mentioned = mentioned::of_post(db, job.grant.id(post.id)).await?.unwrap_or_default();
        mentioned.sort_unstable();
        let mut people = mentioned.clone();
        if let Some(root) = post.root_id {
            people.extend(threads::followers(db, job.grant.id(root)).await?);
        }
        people.sort_unstable();
        people.dedup();
        // The owner of a webhook did not write what it posts, and may be mentioned by it.
        people.retain(|person| *person != post.user_id || post.props.is_from_webhook() && mentioned.binary_search(person).is_ok());
        Ok(Some(Audience { post, mentioned, people }))
    }

    /// The rows of those of the people who want a mail and are not there.
    async fn notifications_of(&self, job: &JobContext<'_>, audience: &Audience, people: &[UserId]) -> Result<Vec<MailNotification>> {
        let Audience { post, mentioned, .. } = audience;
        let (db, settings) = (self.access.read(&job.grant), self.settings());
        let mut recipients = mail_notifications::recipients(db, job.grant.id(post.channel_id), people).await?;
        recipients.retain(|Recipient { user, channel_notify_props }| {
            let reason = if mentioned.binary_search(&user.id).is_ok() { Reason::Mention } else { Reason::Reply };
            can_receive(user, &settings) && wants_mail(user, channel_notify_props, reason) && !self.statuses().is_online(user.id)
        });
        if recipients.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<UserId> = recipients.iter().map(|recipient| recipient.user.id).collect();
        let counts = mail_notifications::counts(db, job.grant.server(), &ids).await?;
        let intervals = preferences::of_people(db, job.grant.server(), &ids, CATEGORY, EMAIL_INTERVAL).await?;
        let has_room = |user: UserId| !counts.iter().any(|(of, count)| *of == user && *count >= WAITING_MAX);
        let due_at = |Recipient { user, .. }: &Recipient| {
            let value = intervals.iter().find(|(of, _)| *of == user.id).map(|(_, value)| value.as_str());
            Interval::of_preference(value, &settings).due_at(post.create_at, &user.timezone, &settings)
        };
        let row = |recipient: &Recipient| MailNotification { user_id: recipient.user.id, post_id: post.id, due_at: due_at(recipient) };
        Ok(recipients.iter().filter(|recipient| has_room(recipient.user.id)).map(row).collect())
    }
}
