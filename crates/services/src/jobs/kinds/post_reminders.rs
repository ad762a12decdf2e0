//! Sends people the reminders of posts whose time has come.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::post::PostReminder;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.posts().has_due_reminders(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let mut sent = 0;
        loop {
            let due = job.jobs.posts().due_reminders(job).await?;
            if due.is_empty() {
                return Ok(());
            }
            for reminder in &due {
                remind(job, reminder).await?;
                sent += 1;
            }
            job.set_data("reminders", sent);
            job.renew().await?;
        }
    }
    .boxed()
}

/// The message first: if the run ends before the reminder is deleted, it is repeated, and the message has the same key.
async fn remind(job: &JobContext<'_>, reminder: &PostReminder) -> Result<()> {
    let posts = job.jobs.posts();
    if let Some(message) = posts.reminder_message(job, reminder).await? {
        let key = format!("reminder:{}:{}:{}", reminder.user_id, reminder.post_id, reminder.target_at.0);
        job.jobs.findings().remind_person(&job.grant, reminder.user_id, key, message).await?;
    }
    posts.end_reminder(job, reminder).await
}
