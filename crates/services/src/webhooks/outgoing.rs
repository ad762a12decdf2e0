//! Management of outgoing webhooks.

use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::{ChannelId, OutgoingWebhookId, TeamId, UserId};
use guildhall_model::integration::OutgoingWebhook;
use guildhall_model::{Actor, Event, Kind, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::webhooks::{self, Scope};
use guildhall_storage::{Statement, deliveries};

use super::trigger::delivery_target;
use super::{DESCRIPTION_CHARS_MAX, DISPLAY_NAME_CHARS_MAX, ICON_URL_CHARS_MAX, USERNAME_CHARS_MAX, is_http_url};
use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::webhooks::Webhooks;

const CONTENT_TYPE_CHARS_MAX: usize = 128;
/// Of all trigger words of a webhook together, and of all its URLs.
const LIST_BYTES_MAX: usize = 1024;
const CALLBACK_URLS_MAX: usize = 10;
/// Bounded because each post in a public channel is matched against all webhooks of its team.
pub(super) const WEBHOOKS_PER_TEAM_MAX: i64 = 1_000;

/// The fields of an outgoing webhook that can be set.
#[derive(Debug, Clone, Default)]
pub struct OutgoingWebhookDraft {
    /// `None` for every public channel of the team.
    pub channel_id: Option<ChannelId>,
    pub trigger_words: Vec<String>,
    pub trigger_when: i64,
    pub callback_urls: Vec<String>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
}

/// Which webhooks to list; `None` does not restrict.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutgoingWebhookFilter {
    pub team: Option<TeamId>,
    pub channel: Option<ChannelId>,
}

impl OutgoingWebhookDraft {
    fn apply_to(self, hook: OutgoingWebhook) -> Result<OutgoingWebhook> {
        let hook = OutgoingWebhook {
            channel_id: self.channel_id,
            trigger_words: self.trigger_words,
            trigger_when: self.trigger_when,
            callback_urls: self.callback_urls,
            display_name: self.display_name,
            description: self.description,
            content_type: self.content_type,
            username: self.username,
            icon_url: self.icon_url,
            ..hook
        };
        check(&hook)?;
        Ok(hook)
    }
}

impl Webhooks<'_> {
    #[boxed]
    pub async fn create_outgoing_webhook(
        &self,
        actor: &Actor,
        team: TeamId,
        creator: Option<UserId>,
        draft: OutgoingWebhookDraft,
    ) -> Result<OutgoingWebhook> {
        self.check_outgoing_webhooks_enabled()?;
        let team_grant = self.access.team(actor, team, Permission::ManageOwnOutgoingWebhooks).await?;
        let creator_id = creator.unwrap_or(actor.user_id);
        let is_for_other = creator_id != actor.user_id;
        if is_for_other && !self.access.has_team_permission(actor, &team_grant, Permission::ManageOthersOutgoingWebhooks) {
            return Err(context::PERMISSIONS.into());
        }
        let now = self.clock.now();
        let blank = OutgoingWebhook {
            id: self.ids.next(),
            token: self.secrets.generate_token().expose().to_owned(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            creator_id,
            channel_id: None,
            team_id: team,
            trigger_words: Vec::new(),
            trigger_when: 0,
            callback_urls: Vec::new(),
            display_name: String::new(),
            description: String::new(),
            content_type: String::new(),
            username: String::new(),
            icon_url: String::new(),
            created_by: is_for_other.then_some(actor.user_id),
            last_error: String::new(),
            last_error_at: Millis::ZERO,
        };
        let hook = draft.apply_to(blank)?;
        if is_for_other {
            self.check_outgoing_owner(&hook).await?;
        }
        let hook = self.validate_in_team(actor, &team_grant, hook).await?;
        let mut statements = vec![webhooks::insert_outgoing(team_grant.write_id(), &hook)];
        let max = self.settings().quotas.webhooks_per_user;
        statements.extend(usage::guard(Counted::OutgoingWebhooksOf(creator_id), max, codes::OUTGOING_TOO_MANY_OF_USER));
        statements.extend(usage::guard(Counted::OutgoingWebhooksIn(team), WEBHOOKS_PER_TEAM_MAX, codes::OUTGOING_TOO_MANY));
        self.write_outgoing(&team_grant, statements, "webhooks.create_outgoing", &hook).await?;
        Ok(hook)
    }

    #[boxed]
    pub async fn outgoing_webhook(&self, actor: &Actor, id: OutgoingWebhookId) -> Result<OutgoingWebhook> {
        Ok(self.manageable_outgoing(actor, id).await?.0)
    }

    /// Those of a team or channel, or of the whole server. Actors who may manage only their own webhooks get only these.
    #[boxed]
    pub async fn outgoing_webhooks(
        &self,
        actor: &Actor,
        filter: OutgoingWebhookFilter,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<OutgoingWebhook>> {
        self.check_outgoing_webhooks_enabled()?;
        let team = match filter.channel {
            Some(channel) => Some(self.access.read_channel(actor, channel).await?.channel.team_id.ok_or(context::PERMISSIONS)?),
            None => filter.team,
        };
        let manage_others = Permission::ManageOthersOutgoingWebhooks;
        let own = webhooks::Filter { channel: filter.channel, user: Some(actor.user_id), manager: None };
        let all = webhooks::Filter { user: None, ..own };
        match team {
            Some(team) => {
                let team_grant = self.access.team(actor, team, Permission::ManageOwnOutgoingWebhooks).await?;
                let filter = if self.access.has_team_permission(actor, &team_grant, manage_others) { all } else { own };
                webhooks::list_outgoing(self.access.read(&team_grant), Scope::Team(team_grant.id()), filter, limit, offset).await
            }
            None => {
                let grant = self.access.system_permission(actor, Permission::ManageOwnOutgoingWebhooks)?;
                let filter = if self.access.has_system_permission(actor, manage_others) { all } else { own };
                webhooks::list_outgoing(self.access.read(&grant), Scope::Server(grant.server()), filter, limit, offset).await
            }
        }
    }

    #[boxed]
    pub async fn update_outgoing_webhook(
        &self,
        actor: &Actor,
        id: OutgoingWebhookId,
        draft: OutgoingWebhookDraft,
    ) -> Result<OutgoingWebhook> {
        let (old, team_grant) = self.manageable_outgoing(actor, id).await?;
        let read_at = old.update_at;
        let hook = draft.apply_to(OutgoingWebhook { update_at: self.now_after(read_at), ..old })?;
        let hook = self.validate_in_team(actor, &team_grant, hook).await?;
        let update = webhooks::update_outgoing(team_grant.write_id(), &hook, read_at);
        self.write_outgoing(&team_grant, [update], "webhooks.update_outgoing", &hook).await?;
        Ok(hook)
    }

    #[boxed]
    pub async fn regenerate_outgoing_webhook_token(&self, actor: &Actor, id: OutgoingWebhookId) -> Result<OutgoingWebhook> {
        let (old, team_grant) = self.manageable_outgoing(actor, id).await?;
        let read_at = old.update_at;
        let token = self.secrets.generate_token().expose().to_owned();
        let hook = OutgoingWebhook { token, update_at: self.now_after(read_at), ..old };
        self.write_outgoing(
            &team_grant,
            [webhooks::update_outgoing(team_grant.write_id(), &hook, read_at)],
            "webhooks.regenerate_outgoing_token",
            &hook,
        )
        .await?;
        Ok(hook)
    }

    #[boxed]
    pub async fn delete_outgoing_webhook(&self, actor: &Actor, id: OutgoingWebhookId) -> Result<()> {
        let (hook, team_grant) = self.manageable_outgoing(actor, id).await?;
        let delete = webhooks::delete_outgoing(team_grant.write_id(), id, self.clock.now());
        let calls = deliveries::delete_by_target(delivery_target(id));
        self.write_outgoing(&team_grant, [delete, calls], "webhooks.delete_outgoing", &hook).await
    }

    async fn manageable_outgoing(&self, actor: &Actor, id: OutgoingWebhookId) -> Result<(OutgoingWebhook, Writing<TeamGrant>)> {
        self.check_outgoing_webhooks_enabled()?;
        let grant = self.access.system("the permission check needs the team of the webhook");
        let hook = webhooks::outgoing(self.access.read(&grant), id).await?;
        let hook = self.access.open(&grant, hook).ok_or(codes::OUTGOING_NOT_FOUND)?;
        let is_own = hook.creator_id == actor.user_id;
        let permission = if is_own { Permission::ManageOwnOutgoingWebhooks } else { Permission::ManageOthersOutgoingWebhooks };
        let team = self.access.team(actor, hook.team_id, permission).await?;
        if !is_own {
            // Its responses are posted as the owner.
            let owner = self.users().account(&grant, hook.creator_id).await?;
            self.access.check_may_act_for(&actor.roles, &owner).map_err(|_| context::PERMISSIONS)?;
        }
        Ok((hook, team))
    }

    /// Whether the webhook may act for its owner, who is somebody else.
    async fn check_outgoing_owner(&self, hook: &OutgoingWebhook) -> Result<()> {
        match self.access.integration_actor(hook).await {
            Ok(_) => Ok(()),
            Err(error) if error.is(codes::INTEGRATION_NOT_ALLOWED) => Err(context::PERMISSIONS.with_source(error)),
            Err(error) if error.code.kind == Kind::Forbidden => Err(context::INVALID_PARAM.with("name", "creator_id").with_source(error)),
            Err(error) => Err(error),
        }
    }

    /// Returns the webhook when its channel is a public one of the team, and no other webhook makes the same call.
    async fn validate_in_team(&self, actor: &Actor, team_grant: &TeamGrant, hook: OutgoingWebhook) -> Result<OutgoingWebhook> {
        if let Some(channel) = hook.channel_id {
            let channel = self.access.read_channel(actor, channel).await?.channel;
            if channel.kind != ChannelKind::Public {
                return Err(codes::OUTGOING_NOT_PUBLIC.into());
            }
            if channel.team_id != Some(team_grant.team.id) {
                return Err(codes::HOOK_TEAM_MISMATCH.into());
            }
        } else if hook.trigger_words.is_empty() {
            return Err(codes::OUTGOING_TRIGGERS.into());
        }
        let filter = webhooks::Filter::default();
        let scope = Scope::Team(team_grant.id());
        let existing = webhooks::list_outgoing(self.access.read(team_grant), scope, filter, WEBHOOKS_PER_TEAM_MAX, 0).await?;
        let others = || existing.iter().filter(|other| other.id != hook.id);
        if others().count() as i64 >= WEBHOOKS_PER_TEAM_MAX {
            return Err(codes::OUTGOING_TOO_MANY.with("max", WEBHOOKS_PER_TEAM_MAX));
        }
        if others().any(|other| intersects(other, &hook)) { Err(codes::OUTGOING_INTERSECT.into()) } else { Ok(hook) }
    }

    async fn write_outgoing(
        &self,
        team_grant: &Writing<TeamGrant>,
        statements: impl IntoIterator<Item = Statement>,
        action: &'static str,
        hook: &OutgoingWebhook,
    ) -> Result<()> {
        let mut write = self.access.write(team_grant, action);
        write.extend(statements);
        write.detail("hook_id", hook.id);
        write.detail("owner_id", hook.creator_id);
        write.commit(Event::OutgoingWebhooksChanged { team_id: hook.team_id }).await
    }

    fn check_outgoing_webhooks_enabled(&self) -> Result<()> {
        if self.settings().integrations.outgoing_webhooks { Ok(()) } else { Err(codes::OUTGOING_DISABLED.into()) }
    }
}

fn intersects(one: &OutgoingWebhook, other: &OutgoingWebhook) -> bool {
    let shares = |a: &[String], b: &[String]| a.iter().any(|text| b.contains(text));
    one.channel_id == other.channel_id
        && shares(&one.callback_urls, &other.callback_urls)
        && (shares(&one.trigger_words, &other.trigger_words) || one.trigger_words.is_empty() && other.trigger_words.is_empty())
}

fn check(hook: &OutgoingWebhook) -> Result<()> {
    let size = |texts: &[String]| texts.iter().map(|text| text.len() + 3).sum::<usize>();
    let is_word = |word: &String| !word.is_empty() && !word.contains(char::is_whitespace);
    if size(&hook.trigger_words) > LIST_BYTES_MAX || !hook.trigger_words.iter().all(is_word) {
        return Err(codes::OUTGOING_WORDS.into());
    }
    let urls = &hook.callback_urls;
    if !(1..=CALLBACK_URLS_MAX).contains(&urls.len()) || size(urls) > LIST_BYTES_MAX || !urls.iter().all(|url| is_http_url(url)) {
        return Err(codes::OUTGOING_URLS.with("max", CALLBACK_URLS_MAX));
    }
    if ![0, 1].contains(&hook.trigger_when) {
        return Err(codes::OUTGOING_TEXT_INVALID.with("name", "trigger_when"));
    }
    let texts = [
        ("display name", &hook.display_name, DISPLAY_NAME_CHARS_MAX),
        ("description", &hook.description, DESCRIPTION_CHARS_MAX),
        ("content type", &hook.content_type, CONTENT_TYPE_CHARS_MAX),
        ("username", &hook.username, USERNAME_CHARS_MAX),
        ("icon's address", &hook.icon_url, ICON_URL_CHARS_MAX),
    ];
    match texts.into_iter().find(|(_, text, max)| text.chars().count() > *max) {
        Some((name, ..)) => Err(codes::OUTGOING_TEXT_INVALID.with("name", name)),
        None => Ok(()),
    }
}
