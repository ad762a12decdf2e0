//! Receiving the payload of an incoming webhook, which is posted on behalf of its owner.

use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::IncomingWebhookId;
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::{Events, Kind, Result};
use guildhall_storage::webhooks;

use super::IncomingMessage;
use super::slack::build_posts;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::posts::NewPost;
use crate::webhooks::Webhooks;

impl Webhooks<'_> {
    /// The id of the webhook is the only credential.
    #[boxed]
    pub async fn receive_webhook(&self, id: Option<IncomingWebhookId>, message: IncomingMessage) -> Result<()> {
        if !self.settings().integrations.incoming_webhooks {
            return Err(codes::HOOK_DISABLED.into());
        }
        if message.is_empty() {
            return Err(codes::HOOK_TEXT.into());
        }
        let grant = self.access.system("the id of a webhook is its credential");
        let hook = match id {
            Some(id) => self.access.open(&grant, webhooks::incoming(self.access.read(&grant), id).await?).ok_or(codes::HOOK_INVALID)?,
            None => return Err(codes::HOOK_INVALID.into()),
        };
        let result = self.post_for_owner(&grant, &hook, message).await;
        self.record_incoming_result(&grant, &hook, &result).await;
        result.map_err(|error| match error.code {
            code if code == codes::INTEGRATION_TEAM_ARCHIVED => codes::HOOK_INVALID.with_source(error),
            code if code == context::PERMISSIONS || INTEGRATION_ERRORS.contains(&code) => codes::HOOK_PERMISSIONS.with_source(error),
            _ => error,
        })
    }

    async fn post_for_owner(&self, grant: &SystemGrant, hook: &IncomingWebhook, message: IncomingMessage) -> Result<()> {
        let owner = self.access.integration_actor(hook).await?;
        let channel = self.resolve_channel(grant, &owner, hook, &message.channel).await?;
        let is_bot = owner.is_bot;
        let actor = self.access.posting_actor(owner, channel.id).await?;
        for post in build_posts(self, message.into_message(hook, is_bot), hook.team_id, channel.id).await? {
            self.posts().create_post(&actor, NewPost { set_online: false, ..post }).await?;
        }
        Ok(())
    }

    /// Stores why the webhook did not post, for those who manage it. Errors of the message itself are the sender's.
    async fn record_incoming_result(&self, grant: &Writing<SystemGrant>, hook: &IncomingWebhook, result: &Result<()>) {
        let error = match result {
            Ok(()) => String::new(),
            Err(error) if error.code.kind == Kind::Forbidden => error.message(),
            Err(_) => return,
        };
        if hook.last_error == error {
            return;
        }
        let mut write = self.access.write(grant, "webhooks.note_result");
        write.push(webhooks::set_incoming_error(grant.write_server(), hook.id, &error));
        if let Err(error) = write.commit(Events::none("clients load webhooks on request")).await {
            tracing::warn!(%error, hook = %hook.id, "the result of a webhook was not stored");
        }
    }
}

/// Callers only learn that the owner may not post; the reason is for those who manage the webhook.
const INTEGRATION_ERRORS: [guildhall_model::Code; 3] =
    [codes::INTEGRATION_OWNER_INACTIVE, codes::INTEGRATION_OWNER_LEFT, codes::INTEGRATION_NOT_ALLOWED];
