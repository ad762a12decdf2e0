//! Decides whether an integration may still act, as whom and where. Asked at every use: what was allowed when it was created
//! may not be allowed any more.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::id::{ChannelId, SessionId, TeamId, UserId};
use guildhall_model::integration::{Command, IncomingWebhook, OutgoingWebhook};
use guildhall_model::user::{AuthMethod, User};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{bots, teams, users};

use super::Access;
use super::channel::policy;
use super::decision::TeamPolicy;

/// Role that allows posting to public channels without being a member.
const POST_ALL_PUBLIC: &str = "system_post_all_public";
/// Role that allows posting to the channels that one is in, also where members may not.
const POST_ALL: &str = "system_post_all";

/// What the decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integration {
    pub team: TeamId,
    /// The user that it acts for.
    pub owner: UserId,
    /// Who created it, when that is not the owner.
    pub created_by: Option<UserId>,
    /// What its creator must be allowed to, for oneself and for others.
    own: Permission,
    others: Permission,
}

impl From<&IncomingWebhook> for Integration {
    fn from(hook: &IncomingWebhook) -> Self {
        let (own, others) = (Permission::ManageOwnIncomingWebhooks, Permission::ManageOthersIncomingWebhooks);
        Self { team: hook.team_id, owner: hook.user_id, created_by: hook.created_by, own, others }
    }
}

impl From<&OutgoingWebhook> for Integration {
    fn from(hook: &OutgoingWebhook) -> Self {
        let (own, others) = (Permission::ManageOwnOutgoingWebhooks, Permission::ManageOthersOutgoingWebhooks);
        Self { team: hook.team_id, owner: hook.creator_id, created_by: hook.created_by, own, others }
    }
}

impl From<&Command> for Integration {
    fn from(command: &Command) -> Self {
        let (own, others) = (Permission::ManageOwnSlashCommands, Permission::ManageOthersSlashCommands);
        Self { team: command.team_id, owner: command.creator_id, created_by: None, own, others }
    }
}

impl Access {
    /// The owner as the actor of the integration, if it may still act: the team is active, owner and creator have active
    /// accounts, the owner is in the team, and the creator still has the permission for such integrations.
    /// The error says what is missing.
    pub async fn integration_actor(&self, integration: impl Into<Integration>) -> Result<Actor> {
        let integration = integration.into();
        let owner = self.active_account(integration.owner).await?;
        let is_owner_in_team = self.team_allows(integration.team, &owner, Permission::ViewTeam).await?;
        if !is_owner_in_team {
            return Err(codes::INTEGRATION_OWNER_LEFT.into());
        }
        let is_allowed = match integration.created_by.filter(|creator| *creator != owner.id) {
            None => self.team_allows(integration.team, &owner, integration.own).await?,
            Some(creator) => {
                let creator = self.active_account(creator).await?;
                self.check_may_act_for(&creator.roles, &owner)?;
                self.team_allows(integration.team, &creator, integration.others).await?
            }
        };
        if is_allowed { Ok(actor_for(&owner)) } else { Err(codes::INTEGRATION_NOT_ALLOWED.into()) }
    }

    /// The author of a post as the actor of its buttons, if these may have an address called: those of integrations and bots, and of
    /// whoever may make commands or outgoing webhooks, which do the same. `None` if not, or not any more.
    pub async fn author_of_actions(&self, author: UserId, is_of_integration: bool, team: Option<TeamId>) -> Result<Option<Actor>> {
        let user = match self.active_account(author).await {
            Ok(user) => user,
            Err(error) if error.is(codes::INTEGRATION_OWNER_INACTIVE) => return Ok(None),
            Err(error) => return Err(error),
        };
        let actor = actor_for(&user);
        if is_of_integration || user.is_bot {
            return Ok(Some(actor));
        }
        for permission in [Permission::ManageOwnSlashCommands, Permission::ManageOwnOutgoingWebhooks] {
            let is_allowed = match team {
                Some(team) => self.team_allows(team, &user, permission).await?,
                None => self.has_system_permission(&actor, permission),
            };
            if is_allowed {
                return Ok(Some(actor));
            }
        }
        Ok(None)
    }

    /// The actor of an integration for a post in this channel. In public channels that the actor may join, membership is not
    /// required; in private ones it is, also where a role of the team would allow to post without it: an integration ends
    /// when its owner leaves the channel. Administrators of the server are excepted. Where members may not post, webhooks go on: who may
    /// make them decides.
    pub async fn posting_actor(&self, actor: Actor, channel: ChannelId) -> Result<Actor> {
        let membership = self.load_channel(&actor, channel).await?;
        if membership.member.is_some() {
            let is_moderated = membership.channel.scheme_id.is_some();
            let roles = if is_moderated { format!("{} {POST_ALL}", actor.roles) } else { actor.roles };
            return Ok(Actor { roles, ..actor });
        }
        match membership.channel.kind {
            ChannelKind::Public if policy(&self.roles(), &actor, &membership).allows(Permission::JoinPublicChannels) => {
                Ok(Actor { roles: format!("{} {POST_ALL_PUBLIC}", actor.roles), ..actor })
            }
            ChannelKind::Private if !self.is_administrator(&actor.roles) => Err(context::PERMISSIONS.into()),
            _ => Ok(actor),
        }
    }

    /// Whether a message of an integration may choose this channel instead of its own one: a public channel of the team, or
    /// one of which the actor is a member. Direct and group channels have no team.
    pub async fn may_redirect_to(&self, actor: &Actor, team: TeamId, channel: &Channel) -> Result<bool> {
        if channel.team_id != Some(team) {
            return Ok(false);
        }
        match self.read_channel(actor, channel.id).await {
            Ok(grant) => Ok(grant.channel.kind == ChannelKind::Public || grant.member.is_some()),
            Err(error) if error.is(context::PERMISSIONS) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the roles administrate the server or a part of it.
    pub fn administrates(&self, roles: &str) -> bool {
        self.roles().administrate(roles)
    }

    /// Whether the roles include everything.
    pub fn is_administrator(&self, roles: &str) -> bool {
        self.roles().allows(roles, Permission::ManageSystem)
    }

    /// The roles that make an account an administrator's.
    pub fn administrator_roles(&self) -> Vec<String> {
        self.roles().names_with(Permission::ManageSystem)
    }

    /// Only who may do as much makes integrations that act for administrators.
    pub fn check_may_act_for(&self, creator_roles: &str, owner: &User) -> Result<()> {
        let is_spared = self.administrates(&owner.roles) && self.roles().exceed(&owner.roles, creator_roles);
        if is_spared { Err(codes::INTEGRATION_NOT_ALLOWED.into()) } else { Ok(()) }
    }

    /// Whether a bot may act: its owner's account is active. Bots of the local administrator have no owner, and the server's own bot belongs
    /// to itself.
    pub async fn may_bot_act(&self, bot: UserId) -> Result<bool> {
        match bots::get(&self.db, bot).await? {
            Some(bot) if !bot.delete_at.is_zero() => Ok(false),
            Some(bot) if bot.owner_id == bot.user_id => Ok(true),
            Some(bot) => {
                Ok(users::get(&self.db, bot.owner_id).await?.is_none_or(|owner| owner.is_active() && !owner.is_bot && !owner.is_guest()))
            }
            None => Ok(false),
        }
    }

    /// The user as an actor without a session, if the account may act; for what acts later in the user's name.
    pub async fn active_actor(&self, id: UserId) -> Result<Option<Actor>> {
        match self.active_account(id).await {
            Ok(user) => Ok(Some(actor_for(&user))),
            Err(error) if error.is(codes::INTEGRATION_OWNER_INACTIVE) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn active_account(&self, id: UserId) -> Result<User> {
        let user = users::get(&self.db, id).await?.filter(User::is_active).ok_or(codes::INTEGRATION_OWNER_INACTIVE)?;
        if user.is_bot && !self.may_bot_act(id).await? {
            return Err(codes::INTEGRATION_OWNER_INACTIVE.into());
        }
        Ok(user)
    }

    /// Whether the user has the permission in the team, which must not be archived.
    async fn team_allows(&self, team: TeamId, user: &User, permission: Permission) -> Result<bool> {
        let membership = teams::with_member(&self.db, team, user.id).await?.ok_or(codes::INTEGRATION_TEAM_ARCHIVED)?;
        if !membership.team.delete_at.is_zero() {
            return Err(codes::INTEGRATION_TEAM_ARCHIVED.into());
        }
        let member = membership.member.as_ref();
        Ok(TeamPolicy { roles: &self.roles(), team: &membership.team, member, system_roles: &user.roles }.allows(permission))
    }
}

/// An integration that acts for a user.
pub(crate) fn actor_for(user: &User) -> Actor {
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
