//! Listing, searching and counting users.

use guildhall_model::codes::{context, groups, users as codes};
use guildhall_model::id::{ChannelId, GroupId, TeamId, UserId};
use guildhall_model::user::{User, rules};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::Granted;
use guildhall_storage::users::{self, Filter};

pub use guildhall_storage::users::Order;

use super::get::USER_IDS_MAX;
use crate::boxed;
use crate::users::Users;

/// Limits of a search term: its length, and the words of it that are used.
pub const TERM_CHARS_MAX: usize = 256;
const TERM_WORDS_MAX: usize = 8;
pub const SEARCH_LIMIT_MAX: i64 = 1_000;
const KNOWN_MAX: i64 = 50_000;
/// Limit of roles in one query.
const ROLES_MAX: usize = 20;

/// Which users to list. All conditions that are set must hold.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    pub in_team: Option<TeamId>,
    pub not_in_team: Option<TeamId>,
    pub in_channel: Option<ChannelId>,
    pub not_in_channel: Option<ChannelId>,
    pub in_group: Option<GroupId>,
    pub not_in_group: Option<GroupId>,
    pub without_team: bool,
    /// Only active or only deactivated users; both or neither for all users.
    pub active: bool,
    pub inactive: bool,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
}

/// Suggestions while a user types an `@` mention.
#[derive(Debug, Clone, Default)]
pub struct UserAutocomplete {
    pub users: Vec<User>,
    /// Members of the team that are not in the channel; `None` when the request names no channel.
    pub out_of_channel: Option<Vec<User>>,
}

impl Users<'_> {
    #[boxed]
    pub async fn list_users(&self, actor: &Actor, query: &UserQuery, order: Order, limit: i64, offset: i64) -> Result<Vec<User>> {
        let filter = self.checked_filter(actor, query).await?;
        let grant = self.access.own_account(actor);
        users::list(self.access.read(&grant), &filter, order, limit, offset).await
    }

    #[boxed]
    pub async fn search_users(&self, actor: &Actor, query: &UserQuery, term: &str, limit: i64) -> Result<Vec<User>> {
        let filter = Filter { words: search_words(term)?, ..self.checked_filter(actor, query).await? };
        let grant = self.access.own_account(actor);
        users::list(self.access.read(&grant), &filter, Order::Username, limit.clamp(1, SEARCH_LIMIT_MAX), 0).await
    }

    #[boxed]
    pub async fn autocomplete_users(
        &self,
        actor: &Actor,
        team: Option<TeamId>,
        channel: Option<ChannelId>,
        name: &str,
        limit: i64,
    ) -> Result<UserAutocomplete> {
        let limit = limit.clamp(1, SEARCH_LIMIT_MAX);
        let Some(channel) = channel else {
            let query = UserQuery { in_team: team, active: true, ..UserQuery::default() };
            return Ok(UserAutocomplete { users: self.search_users(actor, &query, name, limit).await?, out_of_channel: None });
        };
        let team = match team {
            Some(team) => Some(team),
            None => self.access.read_channel(actor, channel).await?.channel.team_id,
        };
        let inside = UserQuery { in_channel: Some(channel), active: true, ..UserQuery::default() };
        let users = self.search_users(actor, &inside, name, limit).await?;
        let outside = UserQuery { in_team: team, not_in_channel: Some(channel), active: true, ..UserQuery::default() };
        // Nobody can be added to a direct channel, so there is nobody to suggest.
        let out_of_channel = match team {
            Some(_) => self.search_users(actor, &outside, name, limit).await?,
            None => Vec::new(),
        };
        Ok(UserAutocomplete { users, out_of_channel: Some(out_of_channel) })
    }

    /// The users who share a channel with the actor.
    #[boxed]
    pub async fn known_users(&self, actor: &Actor) -> Result<Vec<UserId>> {
        let grant = self.access.own_account(actor);
        users::channel_peers(self.access.read(&grant), grant.id(), KNOWN_MAX).await
    }

    /// The other members of the actor's group channels.
    #[boxed]
    pub async fn users_of_group_channels(&self, actor: &Actor, channels: &[ChannelId]) -> Result<Vec<(ChannelId, User)>> {
        if channels.len() > USER_IDS_MAX {
            return Err(context::INVALID_PARAM.with("name", "channel_ids"));
        }
        let grant = self.access.own_account(actor);
        users::in_group_channels(self.access.read(&grant), grant.id(), channels).await
    }

    /// The number of active users and bots that the actor may see.
    #[boxed]
    pub async fn count_users(&self, actor: &Actor) -> Result<i64> {
        let grant = self.access.own_account(actor);
        let filter = Filter { is_active: Some(true), ..self.visible_filter(actor) };
        users::count(self.access.read(&grant), &filter).await
    }

    #[boxed]
    pub async fn count_users_where(&self, actor: &Actor, query: &UserQuery, with_bots: bool) -> Result<i64> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers)?;
        let filter = Filter { is_bot: (!with_bots).then_some(false), ..self.checked_filter(actor, query).await? };
        users::count(self.access.read(&grant), &filter).await
    }

    /// The number of active users without bots; zero for actors without `sysconsole_read_user_management_users`.
    #[boxed]
    pub async fn count_active_people(&self, actor: &Actor) -> Result<i64> {
        let Ok(grant) = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers) else { return Ok(0) };
        let filter = Filter { is_active: Some(true), is_bot: Some(false), ..Filter::default() };
        users::count(self.access.read(&grant), &filter).await
    }

    /// Active users whose email address is outside the allowed sign-up domains. An error when sign-up is open.
    #[boxed]
    pub async fn users_with_invalid_emails(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<User>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers)?;
        let signup = &self.settings().signup;
        if signup.open {
            return Err(codes::OPEN_TO_ANY_EMAIL.into());
        }
        let outside_domains = rules::parse_domains(&signup.allowed_domains);
        if outside_domains.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter { outside_domains, is_active: Some(true), is_bot: Some(false), ..Filter::default() };
        users::list(self.access.read(&grant), &filter, Order::Username, limit, offset).await
    }

    async fn grant_team(&self, actor: &Actor, team: Option<TeamId>) -> Result<Option<Granted<TeamId>>> {
        let Some(team) = team else { return Ok(None) };
        self.access.team_to_read(actor, team, Permission::ViewTeam).await.map(|grant| Some(grant.id()))
    }

    async fn grant_channel(&self, actor: &Actor, channel: Option<ChannelId>) -> Result<Option<Granted<ChannelId>>> {
        let Some(channel) = channel else { return Ok(None) };
        self.access.read_channel(actor, channel).await.map(|grant| Some(grant.id()))
    }

    /// The storage filter. `PERMISSIONS` unless the actor may read every team and channel that the query names.
    async fn checked_filter(&self, actor: &Actor, query: &UserQuery) -> Result<Filter> {
        if query.roles.len() + query.team_roles.len() + query.channel_roles.len() > ROLES_MAX {
            return Err(context::INVALID_PARAM.with("name", "roles"));
        }
        if (query.in_group.is_some() || query.not_in_group.is_some()) && !self.settings().groups.enabled {
            return Err(groups::DISABLED.into());
        }
        let without_team = match query.without_team {
            true => Some(self.access.system_permission_to_read(actor, Permission::ListUsersWithoutTeam)?.server()),
            false => None,
        };
        let (roles, team_roles, channel_roles) = (query.roles.clone(), query.team_roles.clone(), query.channel_roles.clone());
        Ok(Filter {
            in_team: self.grant_team(actor, query.in_team).await?,
            not_in_team: self.grant_team(actor, query.not_in_team).await?,
            in_channel: self.grant_channel(actor, query.in_channel).await?,
            not_in_channel: self.grant_channel(actor, query.not_in_channel).await?,
            in_group: query.in_group,
            not_in_group: query.not_in_group,
            without_team,
            is_active: (query.active != query.inactive).then_some(query.active),
            roles,
            team_roles,
            channel_roles,
            ..self.visible_filter(actor)
        })
    }
}

/// The words that a user's names must begin with, in lower case and without a leading `@`.
fn search_words(term: &str) -> Result<Vec<String>> {
    if term.chars().count() > TERM_CHARS_MAX {
        return Err(context::INVALID_PARAM.with("name", "term"));
    }
    let words = term.split_whitespace().map(|word| word.trim_start_matches('@')).filter(|word| !word.is_empty());
    Ok(words.take(TERM_WORDS_MAX).map(str::to_lowercase).collect())
}
