//! Makes a mail of all messages of a person when it is due: their rows are deleted in the commit that queues the mail.

use guildhall_model::codes::context;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::job::Delivery;
use guildhall_model::user::User;
use guildhall_model::{Event, Events, Result};
use guildhall_storage::{Statement, mail_notifications, users};

use super::deliver::{NOTIFICATION_MAIL, Payload, TARGET};
use crate::jobs::JobContext;
use crate::notifications::Notifications;

/// People that are read at once.
const PEOPLE: i64 = 100;
/// Mails that wait for the mail server. While it does not take any, messages wait as rows, and those that are read drop out.
const QUEUED_MAX: i64 = 500;
/// Messages of one mail; of more, the newest are shown, and how many there are.
const POSTS_MAX: usize = 50;

/// What became of the messages of a person.
enum Enqueued {
    Mail,
    /// The person is not to be disturbed, or nothing is left to be mailed.
    Nothing,
    QueueFull,
}

impl Notifications<'_> {
    /// Queues the mails that are due, and returns how many.
    pub(crate) async fn enqueue_due(&self, job: &JobContext<'_>) -> Result<usize> {
        let mut count = 0;
        loop {
            let room = (QUEUED_MAX - self.queued_mails(job).await?).min(PEOPLE);
            if room <= 0 {
                return Ok(count);
            }
            let due = mail_notifications::due(self.access.read(&job.grant), job.grant.server(), self.clock.now(), room).await?;
            if due.is_empty() {
                return Ok(count);
            }
            for person in due {
                match self.enqueue_mail(job, person).await? {
                    Enqueued::Mail => count += 1,
                    Enqueued::Nothing => {}
                    // The messages wait.
                    Enqueued::QueueFull => return Ok(count),
                }
            }
            job.renew().await?;
        }
    }

    async fn queued_mails(&self, job: &JobContext<'_>) -> Result<i64> {
        let depths = self.deliveries().load_queue_depths(&job.grant).await?;
        Ok(depths.iter().filter(|depth| depth.kind == NOTIFICATION_MAIL).map(|depth| depth.waiting + depth.retrying).sum())
    }

    async fn enqueue_mail(&self, job: &JobContext<'_>, person: UserId) -> Result<Enqueued> {
        let grant = job.grant.user_to_write(person);
        let Some(user) = users::get(self.access.read(&job.grant), person).await?.filter(|_| self.settings().sends_mail()) else {
            self.commit(job, vec![mail_notifications::delete_of_user(grant.write_id())], Vec::new()).await?;
            return Ok(Enqueued::Nothing);
        };
        if let Some(until) = self.quiet_until(&job.grant, &user, self.clock.now()).await? {
            self.commit(job, vec![mail_notifications::postpone(grant.write_id(), until)], Vec::new()).await?;
            return Ok(Enqueued::Nothing);
        }
        let waiting = mail_notifications::of_user(self.access.read(&job.grant), grant.id()).await?;
        let wanted = self.posts_to_mail(job, &user, &waiting).await?;
        let mut statements = vec![mail_notifications::delete(grant.write_id(), &waiting)];
        let mut events = Vec::new();
        if !wanted.is_empty() {
            let rows = self.deliveries().build_rows(vec![self.delivery(person, &wanted)?]);
            if rows.statements.is_empty() {
                return Ok(Enqueued::QueueFull);
            }
            statements.extend(rows.statements);
            events = rows.events;
        }
        self.commit(job, statements, events).await?;
        self.counters.mail_notifications.mailed.add(wanted.len() as u64);
        self.counters.mail_notifications.dropped.add((waiting.len() - wanted.len()) as u64);
        Ok(if wanted.is_empty() { Enqueued::Nothing } else { Enqueued::Mail })
    }

    /// In the order of time. Who is there gets summaries only.
    async fn posts_to_mail(&self, job: &JobContext<'_>, user: &User, waiting: &[PostId]) -> Result<Vec<PostId>> {
        if self.statuses().is_online(user.id) && !self.interval_of(&job.grant, user).await?.is_summary() {
            return Ok(Vec::new());
        }
        Ok(self.unread(&job.grant, user, waiting).await?.posts.iter().map(|unread| unread.post.id).collect())
    }

    fn delivery(&self, user_id: UserId, wanted: &[PostId]) -> Result<Delivery> {
        let older_count = wanted.len().saturating_sub(POSTS_MAX);
        let payload = Payload { user_id, post_ids: wanted.get(older_count..).unwrap_or_default().to_vec(), older_count };
        let payload = serde_json::to_string(&payload).map_err(|error| context::INTERNAL.with_source(error))?;
        Ok(Delivery::new(self.ids.next(), NOTIFICATION_MAIL, TARGET, payload, self.clock.now()))
    }

    async fn commit(&self, job: &JobContext<'_>, statements: Vec<Statement>, events: Vec<Event>) -> Result<()> {
        let mut write = self.access.write(&job.grant, "notifications.enqueue");
        write.push(job.require_lease());
        write.extend(statements);
        write.commit(Events(events)).await
    }
}
