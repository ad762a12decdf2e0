//! Management of incoming webhooks.

use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::{ChannelId, IncomingWebhookId, TeamId, UserId};
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::{Actor, Events, Kind, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::webhooks::{self, Manager, ReadableChannels, Scope};

use super::{DESCRIPTION_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, ICON_URL_CHARS_MAX, USERNAME_CHARS_MAX};
use crate::access::{ChannelGrant, TeamGrant, Writing};
use crate::boxed;
use crate::webhooks::Webhooks;

#[derive(Debug, Clone)]
pub struct NewIncomingWebhook {
    pub channel_id: ChannelId,
    /// The owner; `None` for the actor.
    pub user_id: Option<UserId>,
    pub display_name: String,
    pub description: String,
    pub username: String,
    pub icon_url: String,
    pub channel_locked: bool,
}

/// Every field that can be changed.
#[derive(Debug, Clone)]
pub struct IncomingWebhookPatch {
    pub channel_id: ChannelId,
    pub display_name: String,
    pub description: String,
    pub username: String,
    pub icon_url: String,
    pub channel_locked: bool,
}

/// A page, and the total number.
#[derive(Debug, Clone)]
pub struct IncomingWebhookPage {
    pub hooks: Vec<IncomingWebhook>,
    pub total: i64,
}

impl Webhooks<'_> {
    #[boxed]
    pub async fn create_incoming_webhook(&self, actor: &Actor, new: NewIncomingWebhook) -> Result<IncomingWebhook> {
        self.check_incoming_webhooks_enabled()?;
        let (channel_grant, team) = self.channel_for_webhook(actor, new.channel_id).await?;
        let owner = new.user_id.unwrap_or(actor.user_id);
        let team = self.check_owner(actor, team, owner)?;
        let is_for_other = owner != actor.user_id;
        let now = self.clock.now();
        let hook = IncomingWebhook {
            // The id authorizes posting, so it must not be guessable from other ids.
            id: IncomingWebhookId::from_bytes(self.random_id_bytes()),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            user_id: owner,
            channel_id: channel_grant.channel.id,
            team_id: team.team.id,
            display_name: new.display_name,
            description: new.description,
            username: if self.settings().integrations.username_override { new.username } else { String::new() },
            icon_url: if self.settings().integrations.icon_override { new.icon_url } else { String::new() },
            // Its creator knows the id, and must not write elsewhere in the owner's name: not in direct channels.
            channel_locked: new.channel_locked || is_for_other,
            created_by: is_for_other.then_some(actor.user_id),
            last_error: String::new(),
        };
        check(&hook)?;
        if is_for_other {
            self.check_new_owner(&hook).await?;
        }
        let mut write = self.access.write(&team, "webhooks.create_incoming");
        write.push(webhooks::insert_incoming(team.write_id(), &hook));
        write.detail("channel_id", hook.channel_id);
        write.detail("owner_id", hook.user_id);
        let max = self.settings().quotas.webhooks_per_user;
        write.extend(usage::guard(Counted::IncomingWebhooksOf(owner), max, codes::INCOMING_TOO_MANY));
        write.commit(Events::none("clients load webhooks on request")).await?;
        Ok(hook)
    }

    #[boxed]
    pub async fn incoming_webhook(&self, actor: &Actor, id: IncomingWebhookId) -> Result<IncomingWebhook> {
        Ok(self.manageable_incoming(actor, id).await?.0)
    }

    /// Those of a team, or of the whole server, in channels that the actor may read. Actors who may manage only their own
    /// webhooks get only these.
    #[boxed]
    pub async fn incoming_webhooks(&self, actor: &Actor, team: Option<TeamId>, limit: i64, offset: i64) -> Result<IncomingWebhookPage> {
        self.check_incoming_webhooks_enabled()?;
        let manage_others = Permission::ManageOthersIncomingWebhooks;
        let except = self.access.administrator_roles();
        let except: Vec<&str> =
            if self.access.is_administrator(&actor.roles) { Vec::new() } else { except.iter().map(String::as_str).collect() };
        let manager = |readable| Some(Manager { user: actor.user_id, readable, except_roles: &except });
        let own = webhooks::Filter { user: Some(actor.user_id), ..webhooks::Filter::default() };
        let all = |readable| webhooks::Filter { manager: manager(readable), ..webhooks::Filter::default() };
        let (db, scope, filter) = match team {
            Some(team) => {
                let grant = self.access.team(actor, team, Permission::ManageOwnIncomingWebhooks).await?;
                (
                    self.access.read(&grant),
                    Scope::Team(grant.id()),
                    if self.access.has_team_permission(actor, &grant, manage_others) {
                        let may = |permission| self.access.has_team_permission(actor, &grant, permission);
                        all(readable_channels(may))
                    } else {
                        own
                    },
                )
            }
            None => {
                let grant = self.access.system_permission(actor, Permission::ManageOwnIncomingWebhooks)?;
                (
                    self.access.read(&grant),
                    Scope::Server(grant.server()),
                    if self.access.has_system_permission(actor, manage_others) {
                        all(readable_channels(|permission| self.access.has_system_permission(actor, permission)))
                    } else {
                        own
                    },
                )
            }
        };
        let total = webhooks::count_incoming(db, scope, filter).await?;
        let hooks = webhooks::list_incoming(db, scope, filter, limit, offset).await?;
        Ok(IncomingWebhookPage { hooks, total })
    }

    #[boxed]
    pub async fn update_incoming_webhook(
        &self,
        actor: &Actor,
        id: IncomingWebhookId,
        patch: IncomingWebhookPatch,
    ) -> Result<IncomingWebhook> {
        let (old, team) = self.manageable_incoming(actor, id).await?;
        if patch.channel_id != old.channel_id {
            let (channel_grant, _) = self.channel_for_webhook(actor, patch.channel_id).await?;
            if channel_grant.channel.team_id != Some(old.team_id) {
                return Err(codes::HOOK_TEAM_MISMATCH.into());
            }
        }
        let settings = self.settings();
        let hook = IncomingWebhook {
            update_at: self.now_after(old.update_at),
            channel_id: patch.channel_id,
            display_name: patch.display_name,
            description: patch.description,
            username: if settings.integrations.username_override { patch.username } else { old.username.clone() },
            icon_url: if settings.integrations.icon_override { patch.icon_url } else { old.icon_url.clone() },
            // Whoever changes a webhook of somebody else knows its id, and its creator does.
            channel_locked: patch.channel_locked || old.created_by.is_some() || old.user_id != actor.user_id,
            ..old
        };
        check(&hook)?;
        let mut write = self.access.write(&team, "webhooks.update_incoming");
        write.push(webhooks::update_incoming(team.write_id(), &hook, old.update_at));
        write.detail("channel_id", hook.channel_id);
        write.detail("owner_id", hook.user_id);
        write.commit(Events::none("clients load webhooks on request")).await?;
        Ok(hook)
    }

    #[boxed]
    pub async fn delete_incoming_webhook(&self, actor: &Actor, id: IncomingWebhookId) -> Result<()> {
        let (hook, team) = self.manageable_incoming(actor, id).await?;
        let mut write = self.access.write(&team, "webhooks.delete_incoming");
        write.push(webhooks::delete_incoming(team.write_id(), hook.id, self.clock.now()));
        write.detail("channel_id", hook.channel_id);
        write.detail("owner_id", hook.user_id);
        write.commit(Events::none("clients load webhooks on request")).await
    }

    /// A webhook that the actor may see and change, and its team.
    async fn manageable_incoming(&self, actor: &Actor, id: IncomingWebhookId) -> Result<(IncomingWebhook, Writing<TeamGrant>)> {
        self.check_incoming_webhooks_enabled()?;
        let grant = self.access.system("the permission check needs the team of the webhook");
        let hook = webhooks::incoming(self.access.read(&grant), id).await?;
        let hook = self.access.open(&grant, hook).ok_or(codes::INCOMING_NOT_FOUND)?;
        let team = self.access.team(actor, hook.team_id, Permission::ManageOwnIncomingWebhooks).await?;
        let team = self.check_owner(actor, team, hook.user_id)?;
        if hook.user_id == actor.user_id {
            return Ok((hook, team));
        }
        // The id authorizes posting to the channel as the owner, so the actor must be able to read it and be the owner's equal.
        let owner = self.users().account(&grant, hook.user_id).await?;
        self.access.check_may_act_for(&actor.roles, &owner).map_err(|_| context::PERMISSIONS)?;
        let channel_grant = self.access.read_channel(actor, hook.channel_id).await?;
        Ok((IncomingWebhook { channel_id: channel_grant.channel.id, ..hook }, team))
    }

    async fn channel_for_webhook(&self, actor: &Actor, channel: ChannelId) -> Result<(ChannelGrant, Writing<TeamGrant>)> {
        let channel_grant = self.access.read_channel(actor, channel).await?;
        let team = channel_grant.channel.team_id.ok_or(context::PERMISSIONS)?;
        let team = self.access.team(actor, team, Permission::ManageOwnIncomingWebhooks).await?;
        Ok((channel_grant, team))
    }

    /// Returns the team when the actor may manage the webhooks of this owner there.
    fn check_owner(&self, actor: &Actor, team: Writing<TeamGrant>, owner: UserId) -> Result<Writing<TeamGrant>> {
        let is_own = owner == actor.user_id;
        let may_manage = is_own || self.access.has_team_permission(actor, &team, Permission::ManageOthersIncomingWebhooks);
        if may_manage { Ok(team) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Whether the webhook may act for its owner, who is somebody else.
    async fn check_new_owner(&self, hook: &IncomingWebhook) -> Result<()> {
        match self.access.integration_actor(hook).await {
            Ok(owner) => {
                let owner = self.access.posting_actor(owner, hook.channel_id).await?;
                self.access.channel_to_post(&owner, hook.channel_id).await.map(|_| ())
            }
            Err(error) if error.is(codes::INTEGRATION_NOT_ALLOWED) => Err(context::PERMISSIONS.with_source(error)),
            Err(error) if error.code.kind == Kind::Forbidden => Err(context::INVALID_PARAM.with("name", "user_id").with_source(error)),
            Err(error) => Err(error),
        }
    }

    fn check_incoming_webhooks_enabled(&self) -> Result<()> {
        if self.settings().integrations.incoming_webhooks { Ok(()) } else { Err(codes::INCOMING_DISABLED.into()) }
    }

    /// 128 random bits, for ids that authorize their bearer.
    pub(crate) fn random_id_bytes(&self) -> [u8; 16] {
        let hash = self.secrets.generate_token().hash();
        std::array::from_fn(|index| hash.bytes()[index])
    }
}

/// The channels of others that an actor with these permissions can read.
fn readable_channels(may: impl Fn(Permission) -> bool) -> ReadableChannels {
    match () {
        () if may(Permission::ReadChannel) && may(Permission::ReadChannelContent) => ReadableChannels::All,
        () if may(Permission::ReadPublicChannel) => ReadableChannels::PublicAndOwn,
        () => ReadableChannels::Own,
    }
}

fn check(hook: &IncomingWebhook) -> Result<()> {
    let texts = [
        ("display name", &hook.display_name, DISPLAY_NAME_CHARS_MAX),
        ("description", &hook.description, DESCRIPTION_CHARS_MAX),
        ("username", &hook.username, USERNAME_CHARS_MAX),
        ("icon's address", &hook.icon_url, ICON_URL_CHARS_MAX),
    ];
    match texts.into_iter().find(|(_, text, max)| text.chars().count() > *max) {
        Some((name, _, max)) => Err(codes::INCOMING_TEXT_INVALID.with("name", name).with("max", max)),
        None => Ok(()),
    }
}
