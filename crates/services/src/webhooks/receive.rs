//! Receiving the payload of an incoming webhook, which is posted on behalf of its owner.

use guildhall_model::Result;
use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::IncomingWebhookId;
use guildhall_storage::{teams, users, webhooks};

use super::IncomingMessage;
use super::channel::integration_actor;
use super::slack::build_posts;
use crate::boxed;
use crate::posts::NewPost;
use crate::webhooks::Webhooks;

impl Webhooks<'_> {
    /// The id of the webhook is the only credential.
    #[boxed]
    pub async fn receive_webhook(&self, id: Option<IncomingWebhookId>, message: IncomingMessage) -> Result<()> {
        let settings = self.settings();
        if !settings.integrations.incoming_webhooks {
            return Err(codes::HOOK_DISABLED.into());
        }
        if message.is_empty() {
            return Err(codes::HOOK_TEXT.into());
        }
        let grant = self.access.system("the id of a webhook is its credential");
        let db = self.access.read(&grant);
        let hook = match id {
            Some(id) => self.access.open(&grant, webhooks::incoming(db, id).await?).ok_or(codes::HOOK_INVALID)?,
            None => return Err(codes::HOOK_INVALID.into()),
        };
        let team = teams::get(db, grant.id(hook.team_id)).await?;
        team.filter(|team| team.delete_at.is_zero()).ok_or(codes::HOOK_INVALID)?;
        let owner = users::get(db, hook.user_id).await?.ok_or(codes::HOOK_USER)?;
        let owner = integration_actor(&owner);
        let channel = self.resolve_channel(&grant, &owner, &hook, &message.channel).await?;
        let is_bot = owner.is_bot;
        let actor = self.posting_actor(&grant, owner, &channel).await?;
        for post in build_posts(self, message.into_message(&hook, is_bot), hook.team_id, channel.id).await? {
            let posted = self.posts().create_post(&actor, NewPost { set_online: false, ..post }).await;
            posted.map_err(|error| if error.is(context::PERMISSIONS) { codes::HOOK_PERMISSIONS.into() } else { error })?;
        }
        Ok(())
    }
}
