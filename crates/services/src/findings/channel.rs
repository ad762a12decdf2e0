//! The channel in which administrators are told, where one is chosen: one message of the server's bot instead of direct messages.

use guildhall_model::id::ChannelId;
use guildhall_model::settings::Settings;
use guildhall_model::user::User;
use guildhall_model::{Error, Kind, Result};
use guildhall_storage::posts;

use crate::access::{SystemGrant, Writing, actor_for};
use crate::findings::Findings;
use crate::jobs::JobContext;
use crate::posts::NewPost;

/// The chosen channel, among the data of the job.
const CHANNEL: &str = "channel_id";
/// Why the channel could not be used, among the data of the job. It is stored before the first direct message, so that a repeated run
/// does not write into the channel after all.
const UNUSABLE: &str = "channel_unusable";

/// Which channel is chosen at this moment, for the data of a job.
pub(super) fn chosen(settings: &Settings) -> Option<(String, String)> {
    let id = settings.alerts.channel_id.as_str();
    (!id.is_empty()).then(|| (CHANNEL.to_owned(), id.to_owned()))
}

pub(super) fn of(job: &JobContext<'_>) -> Option<ChannelId> {
    job.value(CHANNEL)?.parse().ok()
}

/// What precedes a message that could not be written in the channel.
pub(super) fn note(reason: &str) -> String {
    format!("*This is a direct message because the channel of the setting `alerts.channel_id` cannot be used: {reason}*")
}

impl Findings<'_> {
    /// Writes one message in the channel, of which the bot becomes a member. Returns why it cannot, if so. What may be over soon is an
    /// error, after which the job is repeated.
    pub(super) async fn tell_in_channel(&self, job: &JobContext<'_>, bot: &User, channel: ChannelId, text: &str) -> Result<Option<String>> {
        if let Some(reason) = job.value(UNUSABLE) {
            return Ok(Some(reason));
        }
        // An earlier run may have written it before the channel was archived.
        let (db, key) = (self.access.read(&job.grant), job.id().to_string());
        if posts::by_pending_id(db, job.grant.id(channel), bot.id, &key).await?.is_some() {
            return Ok(None);
        }
        let error = match self.post_in_channel(&job.grant, bot, channel, key, text).await {
            Ok(()) => return Ok(None),
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => error,
        };
        tracing::warn!(%error, %channel, "the channel for alerts cannot be used; administrators get direct messages");
        let reason = error.message();
        job.set_data(UNUSABLE, &reason);
        job.save_data().await?;
        Ok(Some(reason))
    }

    async fn post_in_channel(&self, grant: &Writing<SystemGrant>, bot: &User, channel: ChannelId, key: String, text: &str) -> Result<()> {
        let channel = self.system().alert_channel(grant, channel).await?;
        self.teams().add_bot_of_server(grant, bot, &channel).await?;
        let actor = self.access.posting_actor(actor_for(bot), channel.id).await?;
        let post = NewPost { pending_post_id: key, set_online: false, ..NewPost::new(channel.id, text) };
        self.posts().create_post(&actor, post).await.map(|_| ())
    }
}

/// Whether the same may succeed soon. A full rate of messages is not waited for.
const fn is_passing(error: &Error) -> bool {
    matches!(error.code.kind, Kind::Conflict | Kind::Internal | Kind::Unavailable | Kind::InsufficientStorage)
}
