//! The messages of the server itself: to administrators, of what began and what is over, and to others, of what they own.

use std::fmt::Write;

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::finding::{Change, Finding, Severity, Watched};
use guildhall_model::id::{ChannelId, JobId, UserId};
use guildhall_model::job::{Job, JobData, JobType};
use guildhall_model::user::User;
use guildhall_storage::users::{self, Filter};
use serde_json::{Map, Value};

use super::channel;
use crate::access::{SystemGrant, Writing, actor_for};
use crate::core::Core;
use crate::findings::Findings;
use crate::jobs::JobContext;
use crate::posts::{NewPost, ReminderMessage};

/// The type of the job that writes the messages.
const JOB: &str = "finding_alerts";
/// The text among the data of the job.
const TEXT: &str = "text";
/// Of the text; the data of a job is bounded.
const TEXT_CHARS_MAX: usize = 6_000;
/// The kind of post that clients show as a reminder.
const REMINDER_KIND: &str = "reminder";
/// Administrators per query.
const PAGE: i64 = 200;

/// One thing that administrators are told.
#[derive(Debug)]
pub(super) struct Notice {
    pub change: Change,
    pub finding: Finding,
}

impl Notice {
    pub fn of(change: Change, watched: &Watched) -> Option<Self> {
        (change != Change::Nothing).then(|| Self { change, finding: watched.finding.clone() })
    }
}

/// One message. `node_name` is empty for what all nodes share.
pub(super) fn text(notices: &[Notice], node_name: &str, site_url: &str) -> String {
    let mut text = String::new();
    let machine = if node_name.is_empty() { String::new() } else { format!(" ({node_name})") };
    let site = site_url.trim_end_matches('/');
    for Notice { change, finding } in notices {
        let Finding { id, summary, remedy, .. } = finding;
        let help = if site.is_empty() { String::new() } else { format!(" [Help page]({site}{})", id.help_path()) };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let _ = match change {
            Change::Over => write!(text, "**Over**{machine}: {summary} (`{id}`)"),
            _ => {
                let severity = if finding.severity == Severity::Critical { "Critical" } else { "Warning" };
                write!(text, "**{severity}**{machine}: {summary} (`{id}`)\n{remedy}{help}")
            }
        };
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        text = text.chars().take(TEXT_CHARS_MAX).collect();
        text.push('…');
    }
    match site {
        "" => text.push_str("\n\nAll findings are in the system console."),
        site => {
            let _ = write!(text, "\n\nAll findings: {site}/admin_console/reporting/findings");
        }
    }
    text
}

/// The job that tells administrators this text, for the batch of what it says: it survives a crash, and is repeated when it fails.
/// Where it is told is decided now.
pub(crate) fn message_job(core: &Core, text: String) -> Job {
    let mut data = JobData::from([(TEXT.to_owned(), text)]);
    data.extend(channel::chosen(&core.settings()));
    Job::new(core.ids.next(), JobType::new(JOB), core.clock.now(), data, None)
}

impl Findings<'_> {
    /// Tells administrators the text of the job, in the chosen channel or by direct messages. It may be repeated: a message of the same
    /// job is written once.
    pub(crate) async fn tell(&self, job: &JobContext<'_>) -> Result<()> {
        let mut text = job.value(TEXT).unwrap_or_default();
        if text.is_empty() {
            return Ok(());
        }
        let bot = self.bot(&job.grant).await?;
        if let Some(channel) = channel::of(job) {
            let Some(reason) = self.tell_in_channel(job, &bot, channel, &text).await? else { return Ok(()) };
            text = format!("{}\n\n{text}", channel::note(&reason));
        }
        let count = self.tell_administrators(&job.grant, &bot, job.id(), &text).await?;
        job.set_data("administrators", count);
        Ok(())
    }

    /// Writes a direct message to each administrator.
    async fn tell_administrators(&self, grant: &Writing<SystemGrant>, bot: &User, job: JobId, text: &str) -> Result<usize> {
        let filter = Filter::administrators();
        let mut count = 0;
        for page in 0.. {
            let administrators = users::list(self.access.read(grant), &filter, users::Order::Username, PAGE, page * PAGE).await?;
            for administrator in &administrators {
                self.send(grant, bot, administrator, format!("{job}:{}", administrator.id), |channel| NewPost::new(channel, text)).await?;
                count += 1;
            }
            if i64::try_from(administrators.len()).unwrap_or(0) < PAGE {
                break;
            }
        }
        Ok(count)
    }

    /// Writes a direct message to a person, one for each key. Nothing to who is deactivated, or if an administrator has deactivated the
    /// server's own bot.
    pub(crate) async fn tell_person(&self, grant: &Writing<SystemGrant>, user: UserId, key: String, text: &str) -> Result<()> {
        self.message_person(grant, user, key, |channel| NewPost::new(channel, text)).await.map(|_| ())
    }

    /// The same with props. Whether it was written.
    pub(crate) async fn ask_person(
        &self,
        grant: &Writing<SystemGrant>,
        user: UserId,
        key: String,
        text: &str,
        props: Map<String, Value>,
    ) -> Result<bool> {
        self.message_person(grant, user, key, |channel| NewPost { props, ..NewPost::new(channel, text) }).await
    }

    /// The same for a reminder, which clients show in their own way.
    pub(crate) async fn remind_person(
        &self,
        grant: &Writing<SystemGrant>,
        user: UserId,
        key: String,
        reminder: ReminderMessage,
    ) -> Result<()> {
        let ReminderMessage { text, props } = reminder;
        self.message_person(grant, user, key, |channel| NewPost { props, server_kind: Some(REMINDER_KIND), ..NewPost::new(channel, text) })
            .await
            .map(|_| ())
    }

    /// Whether it was written.
    async fn message_person(
        &self,
        grant: &Writing<SystemGrant>,
        user: UserId,
        key: String,
        message: impl FnOnce(ChannelId) -> NewPost + Send,
    ) -> Result<bool> {
        let person = users::get(self.access.read(grant), user).await?.filter(|user| user.is_active() && !user.is_bot);
        let Some(person) = person else { return Ok(false) };
        match self.bot(grant).await {
            Ok(bot) => self.send(grant, &bot, &person, key, message).await.map(|()| true),
            Err(error) if error.is(context::PERMISSIONS) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn send(
        &self,
        grant: &Writing<SystemGrant>,
        bot: &User,
        person: &User,
        key: String,
        message: impl FnOnce(ChannelId) -> NewPost + Send,
    ) -> Result<()> {
        let channel = self.channels().open_direct_channel_of_bot(grant, bot, person).await?;
        let post = NewPost { pending_post_id: key, set_online: false, ..message(channel.id) };
        self.posts().create_post(&actor_for(bot), post).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::FindingId;

    use super::*;

    #[test]
    fn a_message_says_what_happened_and_what_to_do() {
        let notice = |change, severity| Notice {
            change,
            finding: Finding {
                id: FindingId::new("disks.raid_degraded"),
                subject: "md0".into(),
                severity,
                summary: "The array md0 works with 1 of 2 disks.".into(),
                remedy: "Replace the disk.".into(),
                details: Vec::new(),
            },
        };
        let began = text(&[notice(Change::Began, Severity::Critical)], "studio", "https://chat.example.com/");
        assert_eq!(
            began,
            "**Critical** (studio): The array md0 works with 1 of 2 disks. (`disks.raid_degraded`)\n\
             Replace the disk. [Help page](https://chat.example.com/help/troubleshooting#disks.raid_degraded)\n\n\
             All findings: https://chat.example.com/admin_console/reporting/findings"
        );
        let over = text(&[notice(Change::Over, Severity::Critical)], "", "");
        assert!(over.starts_with("**Over**: The array md0 works") && !over.contains("Replace"), "{over}");
        let without_address = text(&[notice(Change::Began, Severity::Critical)], "", "");
        assert!(without_address.contains("Replace the disk.\n\n"), "nothing to link to: {without_address}");
        let below_a_path = text(&[notice(Change::Began, Severity::Warning)], "", "https://example.com/chat");
        assert!(below_a_path.contains("(https://example.com/chat/help/troubleshooting#disks.raid_degraded)"), "{below_a_path}");
        let many: Vec<Notice> = (0..200).map(|_| notice(Change::Began, Severity::Warning)).collect();
        assert!(text(&many, "studio", "").chars().count() < TEXT_CHARS_MAX + 100);
    }
}
