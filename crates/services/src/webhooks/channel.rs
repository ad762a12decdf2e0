//! The channel that a webhook's message is posted to.

use guildhall_model::channel::Channel;
use guildhall_model::codes::integrations as codes;
use guildhall_model::id::UserId;
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::user::rules::normalize_name;
use guildhall_model::{Actor, Result};
use guildhall_storage::{channels, users};

use crate::access::SystemGrant;
use crate::webhooks::Webhooks;

impl Webhooks<'_> {
    /// The webhook's own channel, or the one that the message names, where the owner may post now.
    pub(super) async fn resolve_channel(
        &self,
        grant: &SystemGrant,
        owner: &Actor,
        hook: &IncomingWebhook,
        channel_name: &str,
    ) -> Result<Channel> {
        let db = self.access.read(grant);
        let channel = if channel_name.is_empty() {
            self.access.open(grant, channels::get(db, hook.channel_id).await?)
        } else if let Some(username) = channel_name.strip_prefix('@') {
            return self.resolve_direct_channel(grant, owner, hook, username).await;
        } else {
            let name = channel_name.strip_prefix('#').unwrap_or(channel_name);
            self.access.open(grant, channels::by_name(db, Some(hook.team_id), name).await?)
        };
        let channel = channel.ok_or(codes::HOOK_CHANNEL)?;
        if channel.id == hook.channel_id {
            return Ok(channel);
        }
        if hook.channel_locked {
            return Err(codes::HOOK_LOCKED.into());
        }
        if self.access.may_redirect_to(owner, hook.team_id, &channel).await? { Ok(channel) } else { Err(codes::HOOK_PERMISSIONS.into()) }
    }

    /// The direct channel between the owner and the named user.
    async fn resolve_direct_channel(&self, grant: &SystemGrant, owner: &Actor, hook: &IncomingWebhook, username: &str) -> Result<Channel> {
        if hook.channel_locked {
            return Err(codes::HOOK_LOCKED.into());
        }
        let other: UserId = match users::by_username(self.access.read(grant), &normalize_name(username)).await? {
            Some(user) if user.is_active() => user.id,
            _ => return Err(codes::HOOK_USER.into()),
        };
        self.channels().create_direct_channel(owner, owner.user_id, other).await.map_err(|error| codes::HOOK_PERMISSIONS.with_source(error))
    }
}
