//! Lists of people: by what they are in, by what they are called, and how many there are.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::{User, rules};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::Granted;
use guildhall_storage::users::{self, Filter};

pub use guildhall_storage::users::Order;

use super::get::USER_IDS_MAX;
use crate::boxed;
use crate::users::Users;

/// Longest text that is searched for, and the most words of it that count.
pub const TERM_MAX_CHARS: usize = 256;
const TERM_WORDS_MAX: usize = 8;
pub const SEARCH_LIMIT_MAX: i64 = 1_000;
const KNOWN_MAX: i64 = 50_000;
/// Most roles that a list is filtered by.
const ROLES_MAX: usize = 20;

/// Whom a list is of. Everything that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Where {
    pub in_team: Option<TeamId>,
    pub not_in_team: Option<TeamId>,
    pub in_channel: Option<ChannelId>,
    pub not_in_channel: Option<ChannelId>,
    pub without_team: bool,
    /// Only active, only deactivated people; both or none is everybody.
    pub active: bool,
    pub inactive: bool,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
}

/// People for the list under an `@`.
#[derive(Debug, Clone, Default)]
pub struct Autocompleted {
    pub users: Vec<User>,
    /// Of the team, and not in the channel; `None` where no channel was named.
    pub out_of_channel: Option<Vec<User>>,
}

impl Users<'_> {
    #[boxed]
    pub async fn list_users(&self, actor: &Actor, wanted: &Where, order: Order, limit: i64, offset: i64) -> Result<Vec<User>> {
        let filter = self.allowed_filter(actor, wanted).await?;
        let grant = self.access.own(actor);
        users::list(self.access.read(&grant), &filter, order, limit, offset).await
    }

    #[boxed]
    pub async fn search_users(&self, actor: &Actor, wanted: &Where, term: &str, limit: i64) -> Result<Vec<User>> {
        let filter = Filter { words: words_of(term)?, ..self.allowed_filter(actor, wanted).await? };
        let grant = self.access.own(actor);
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
    ) -> Result<Autocompleted> {
        let limit = limit.clamp(1, SEARCH_LIMIT_MAX);
        let Some(channel) = channel else {
            let wanted = Where { in_team: team, active: true, ..Where::default() };
            return Ok(Autocompleted { users: self.search_users(actor, &wanted, name, limit).await?, out_of_channel: None });
        };
        let team = match team {
            Some(team) => Some(team),
            None => self.access.read_channel(actor, channel).await?.channel.team_id,
        };
        let inside = Where { in_channel: Some(channel), active: true, ..Where::default() };
        let users = self.search_users(actor, &inside, name, limit).await?;
        let outside = Where { in_team: team, not_in_channel: Some(channel), active: true, ..Where::default() };
        // Nobody can be brought into a direct channel: there is no outside.
        let out_of_channel = match team {
            Some(_) => self.search_users(actor, &outside, name, limit).await?,
            None => Vec::new(),
        };
        Ok(Autocompleted { users, out_of_channel: Some(out_of_channel) })
    }

    /// Everybody who shares a channel with the actor.
    #[boxed]
    pub async fn known_users(&self, actor: &Actor) -> Result<Vec<UserId>> {
        let grant = self.access.own(actor);
        users::known_to(self.access.read(&grant), grant.id(), KNOWN_MAX).await
    }

    /// The others of one's group messages.
    #[boxed]
    pub async fn users_of_group_channels(&self, actor: &Actor, channels: &[ChannelId]) -> Result<Vec<(ChannelId, User)>> {
        if channels.len() > USER_IDS_MAX {
            return Err(context::INVALID_PARAM.with("name", "channel_ids"));
        }
        let grant = self.access.own(actor);
        users::in_group_channels(self.access.read(&grant), grant.id(), channels).await
    }

    /// How many active people and bots the actor may see.
    #[boxed]
    pub async fn count_users(&self, actor: &Actor) -> Result<i64> {
        let grant = self.access.own(actor);
        let filter = Filter { is_active: Some(true), ..self.filter_for(actor) };
        users::count(self.access.read(&grant), &filter).await
    }

    #[boxed]
    pub async fn count_users_where(&self, actor: &Actor, wanted: &Where, with_bots: bool) -> Result<i64> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers)?;
        let filter = Filter { is_bot: (!with_bots).then_some(false), ..self.allowed_filter(actor, wanted).await? };
        users::count(self.access.read(&grant), &filter).await
    }

    /// How many active people there are; nothing to those who do not run the server.
    #[boxed]
    pub async fn count_active_people(&self, actor: &Actor) -> Result<i64> {
        let Ok(grant) = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers) else { return Ok(0) };
        let people = Filter { is_active: Some(true), is_bot: Some(false), ..Filter::default() };
        users::count(self.access.read(&grant), &people).await
    }

    /// People whose address is of none of the domains that new accounts may have, where only those are let in.
    #[boxed]
    pub async fn users_with_invalid_emails(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<User>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementUsers)?;
        let signup = &self.settings().signup;
        if signup.open {
            return Err(codes::OPEN_TO_ANY_EMAIL.into());
        }
        let outside_domains = rules::domains(&signup.allowed_domains);
        if outside_domains.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter { outside_domains, is_active: Some(true), is_bot: Some(false), ..Filter::default() };
        users::list(self.access.read(&grant), &filter, Order::Username, limit, offset).await
    }

    async fn viewed(&self, actor: &Actor, team: Option<TeamId>) -> Result<Option<Granted<TeamId>>> {
        let Some(team) = team else { return Ok(None) };
        self.access.team_to_read(actor, team, Permission::ViewTeam).await.map(|on| Some(on.id()))
    }

    async fn read(&self, actor: &Actor, channel: Option<ChannelId>) -> Result<Option<Granted<ChannelId>>> {
        let Some(channel) = channel else { return Ok(None) };
        self.access.read_channel(actor, channel).await.map(|on| Some(on.id()))
    }

    /// The filter, when the actor may look into every place that it names.
    async fn allowed_filter(&self, actor: &Actor, wanted: &Where) -> Result<Filter> {
        if wanted.roles.len() + wanted.team_roles.len() + wanted.channel_roles.len() > ROLES_MAX {
            return Err(context::INVALID_PARAM.with("name", "roles"));
        }
        let without_team = match wanted.without_team {
            true => Some(self.access.system_permission_to_read(actor, Permission::ListUsersWithoutTeam)?.server()),
            false => None,
        };
        let (roles, team_roles, channel_roles) = (wanted.roles.clone(), wanted.team_roles.clone(), wanted.channel_roles.clone());
        Ok(Filter {
            in_team: self.viewed(actor, wanted.in_team).await?,
            not_in_team: self.viewed(actor, wanted.not_in_team).await?,
            in_channel: self.read(actor, wanted.in_channel).await?,
            not_in_channel: self.read(actor, wanted.not_in_channel).await?,
            without_team,
            is_active: (wanted.active != wanted.inactive).then_some(wanted.active),
            roles,
            team_roles,
            channel_roles,
            ..self.filter_for(actor)
        })
    }
}

/// Each word that somebody's names must begin with; the `@` of a mention is not part of a name.
fn words_of(term: &str) -> Result<Vec<String>> {
    if term.chars().count() > TERM_MAX_CHARS {
        return Err(context::INVALID_PARAM.with("name", "term"));
    }
    let words = term.split_whitespace().map(|word| word.trim_start_matches('@')).filter(|word| !word.is_empty());
    Ok(words.take(TERM_WORDS_MAX).map(str::to_lowercase).collect())
}
