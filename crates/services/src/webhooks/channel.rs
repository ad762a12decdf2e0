//! The channel that a webhook's message is posted to, and the actor that posts it.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::user::rules::normalize_name;
use guildhall_model::user::{AuthMethod, User};
use guildhall_model::{Actor, Result};
use guildhall_storage::{channels, team_members, users};

use crate::access::SystemGrant;
use crate::webhooks::Webhooks;

/// Role that allows posting to public channels without being a member.
const POST_ALL: &str = "system_post_all";

/// An integration that acts for a user.
pub(crate) fn integration_actor(user: &User) -> Actor {
    Actor {
        user_id: user.id,
        session_id: SessionId::from_bytes([0; 16]),
        roles: user.roles.clone(),
        is_bot: user.is_bot,
        is_guest: user.is_guest(),
        auth_method: AuthMethod::Integration,
        address: None,
    }
}

impl Webhooks<'_> {
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
        if hook.channel_locked && channel.id != hook.channel_id { Err(codes::HOOK_LOCKED.into()) } else { Ok(channel) }
    }

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

    /// The owner, who may post to public channels of their teams without being a member of the channel.
    pub(crate) async fn posting_actor(&self, grant: &SystemGrant, owner: Actor, channel: &Channel) -> Result<Actor> {
        let (ChannelKind::Public, Some(team)) = (channel.kind, channel.team_id) else { return Ok(owner) };
        let member = team_members::get(self.access.read(grant), grant.id(team), owner.user_id).await?;
        let is_in_team = member.is_some_and(|member| member.delete_at.is_zero());
        let roles = if is_in_team { format!("{} {POST_ALL}", owner.roles) } else { owner.roles.clone() };
        Ok(Actor { roles, ..owner })
    }
}
