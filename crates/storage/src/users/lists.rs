//! Lists of accounts by membership, role and name.

use std::collections::HashSet;

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, GroupId, TeamId, UserId};
use guildhall_model::role::SYSTEM_ADMIN;
use guildhall_model::user::User;

use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, Value, in_list, in_values, like_escape, params};

/// Selects the accounts of a list. All conditions that are set must be met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub in_team: Option<Granted<TeamId>>,
    pub not_in_team: Option<Granted<TeamId>>,
    pub in_channel: Option<Granted<ChannelId>>,
    pub not_in_channel: Option<Granted<ChannelId>>,
    pub in_group: Option<GroupId>,
    pub not_in_group: Option<GroupId>,
    pub without_team: Option<Granted<Server>>,
    pub is_active: Option<bool>,
    pub is_bot: Option<bool>,
    /// Any of these system roles, or of these roles in `in_team` or `in_channel`.
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
    /// For each of these words, a name of the account must begin with it.
    pub words: Vec<String>,
    /// Only addresses of none of these domains, and no guests, whose domains are others.
    pub outside_domains: Vec<String>,
    /// Only this person and those who share a channel with them.
    pub visible_to: Option<UserId>,
}

impl Filter {
    /// The people who administrate the whole server.
    pub fn administrators() -> Self {
        Self { roles: vec![SYSTEM_ADMIN.to_owned()], is_active: Some(true), is_bot: Some(false), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Username,
    NewestFirst,
    LatestActivityFirst,
    /// Online, away, do not disturb, offline.
    Presence,
    /// Channel administrators first.
    ChannelAdminsFirst,
    /// By nickname, else full name, else username.
    DisplayName,
}

impl Order {
    const fn sql(self) -> &'static str {
        match self {
            Self::Username => "u.username",
            Self::NewestFirst => "u.create_at DESC, u.username",
            Self::LatestActivityFirst => "COALESCE(s.last_activity_at, 0) DESC, u.username",
            Self::Presence => {
                "CASE COALESCE(s.presence, 'offline') WHEN 'online' THEN 1 WHEN 'away' THEN 2 WHEN 'dnd' THEN 3 ELSE 4 END, u.username"
            }
            Self::ChannelAdminsFirst => "COALESCE(cm.scheme_admin, 0) DESC, u.username",
            Self::DisplayName => {
                "LOWER(CASE WHEN u.nickname <> '' THEN u.nickname WHEN u.first_name <> '' OR u.last_name <> '' \
                 THEN CONCAT(u.first_name, ' ', u.last_name) ELSE u.username END), u.username"
            }
        }
    }
}

/// Builds the part of a query after its columns, with the parameters in the order of their placeholders.
#[derive(Default)]
struct QueryBuilder {
    joins: String,
    join_params: Vec<Value>,
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl QueryBuilder {
    fn join(&mut self, sql: &str, params: Vec<Value>) {
        self.joins.push(' ');
        self.joins.push_str(sql);
        self.join_params.extend(params);
    }
    fn and(&mut self, condition: impl Into<String>, params: Vec<Value>) {
        self.conditions.push(condition.into());
        self.params.extend(params);
    }

    fn new(filter: &Filter, order: Order) -> Self {
        let mut query = Self::default();
        query.memberships(filter);
        query.roles(filter);
        if matches!(order, Order::LatestActivityFirst | Order::Presence) {
            query.join("LEFT JOIN statuses s ON s.user_id = u.id", params![]);
        }
        if order == Order::ChannelAdminsFirst && filter.in_channel.is_none() {
            query.join("LEFT JOIN channel_members cm ON cm.user_id = u.id AND 1 = 0", params![]);
        }
        if let Some(is_active) = filter.is_active {
            query.and(if is_active { "u.delete_at = 0" } else { "u.delete_at <> 0" }, params![]);
        }
        if let Some(is_bot) = filter.is_bot {
            query.and("u.is_bot = ?", params![is_bot]);
        }
        if let Some(me) = filter.visible_to {
            query.and(SHARES_CHANNEL, params![me, me]);
        }
        if !filter.outside_domains.is_empty() {
            query.and("CONCAT(' ', u.roles, ' ') NOT LIKE '% system_guest %'", params![]);
        }
        for domain in &filter.outside_domains {
            query.and("u.email NOT LIKE ? ESCAPE '!'", params![format!("%@{}", like_escape(domain))]);
        }
        for word in &filter.words {
            let start = Value::from(format!("{}%", like_escape(&word.to_lowercase())));
            query.and(
                "(u.username LIKE ? ESCAPE '!' OR LOWER(u.first_name) LIKE ? ESCAPE '!' OR LOWER(u.last_name) LIKE ? ESCAPE '!' \
                 OR LOWER(u.nickname) LIKE ? ESCAPE '!' OR u.email LIKE ? ESCAPE '!')",
                vec![start; 5],
            );
        }
        query
    }

    fn memberships(&mut self, filter: &Filter) {
        if let Some(team) = filter.in_team {
            self.join("JOIN team_members tm ON tm.user_id = u.id AND tm.team_id = ? AND tm.delete_at = 0", params![team]);
        }
        if let Some(channel) = filter.in_channel {
            self.join("JOIN channel_members cm ON cm.user_id = u.id AND cm.channel_id = ?", params![channel]);
        }
        if let Some(team) = filter.not_in_team {
            self.and(
                "NOT EXISTS (SELECT 1 FROM team_members x WHERE x.user_id = u.id AND x.team_id = ? AND x.delete_at = 0)",
                params![team],
            );
        }
        if let Some(channel) = filter.not_in_channel {
            self.and("NOT EXISTS (SELECT 1 FROM channel_members x WHERE x.user_id = u.id AND x.channel_id = ?)", params![channel]);
        }
        if let Some(group) = filter.in_group {
            self.join("JOIN user_group_members gm ON gm.user_id = u.id AND gm.group_id = ?", params![group]);
        }
        if let Some(group) = filter.not_in_group {
            self.and("NOT EXISTS (SELECT 1 FROM user_group_members x WHERE x.user_id = u.id AND x.group_id = ?)", params![group]);
        }
        if filter.without_team.is_some() {
            self.and("u.is_bot = 0 AND NOT EXISTS (SELECT 1 FROM team_members x WHERE x.user_id = u.id AND x.delete_at = 0)", params![]);
        }
    }

    fn roles(&mut self, filter: &Filter) {
        let mut any = Vec::new();
        let mut found = Vec::new();
        for role in &filter.roles {
            any.push("CONCAT(' ', u.roles, ' ') LIKE ? ESCAPE '!'".to_owned());
            found.push(Value::from(format!("% {} %", like_escape(role))));
        }
        let mut scoped = |alias: &str, roles: &[String]| {
            for role in roles {
                let column = match role.rsplit('_').next() {
                    Some("admin") => "scheme_admin = 1",
                    Some("guest") => "scheme_guest = 1",
                    // An administrator has `scheme_user` too, and is selected as administrator only.
                    _ => "scheme_user = 1 AND {}.scheme_admin = 0",
                };
                any.push(format!("({alias}.{})", column.replace("{}", alias)));
            }
        };
        if filter.in_team.is_some() {
            scoped("tm", &filter.team_roles);
        }
        if filter.in_channel.is_some() {
            scoped("cm", &filter.channel_roles);
        }
        if !any.is_empty() {
            self.and(format!("({})", any.join(" OR ")), found);
        }
    }

    fn finish(mut self) -> (String, Vec<Value>) {
        let mut params = std::mem::take(&mut self.join_params);
        params.append(&mut self.params);
        let conditions = if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) };
        (format!("FROM users u{}{conditions}", self.joins), params)
    }
}

const SHARES_CHANNEL: &str = "(u.id = ? OR EXISTS (SELECT 1 FROM channel_members x JOIN channel_members y ON y.channel_id = x.channel_id \
     WHERE x.user_id = ? AND y.user_id = u.id))";

pub async fn list(db: &Reader, filter: &Filter, order: Order, limit: i64, offset: i64) -> Result<Vec<User>> {
    let (query, mut params) = QueryBuilder::new(filter, order).finish();
    params.extend(params![limit, offset]);
    let sql = format!("SELECT {} {query} ORDER BY {} LIMIT ? OFFSET ?", User::columns_of("u"), order.sql());
    db.all(sql, params).await
}

pub async fn count(db: &Reader, filter: &Filter) -> Result<i64> {
    let (query, params) = QueryBuilder::new(filter, Order::Username).finish();
    db.one(format!("SELECT COUNT(*) {query}"), params).await
}

/// Whether two people share a channel, or are the same.
pub async fn is_visible_to(db: &Reader, user: UserId, viewer: UserId) -> Result<bool> {
    let sql = format!("SELECT u.id FROM users u WHERE u.id = ? AND {SHARES_CHANNEL}");
    Ok(db.optional::<UserId>(sql, params![user, viewer, viewer]).await?.is_some())
}

/// The people among `users` who share a channel with the viewer, or are the viewer.
pub async fn visible_among(db: &Reader, users: &[UserId], viewer: UserId) -> Result<HashSet<UserId>> {
    let mut seen = HashSet::new();
    for some in users.chunks(MAX_IN_LIST) {
        let sql = format!("SELECT u.id FROM users u WHERE u.id IN {} AND {SHARES_CHANNEL}", in_list(some.len()));
        let mut params = in_values(some.iter().copied());
        params.extend(params![viewer, viewer]);
        seen.extend(db.all::<UserId>(sql, params).await?);
    }
    Ok(seen)
}

/// The people who share a channel with a person, without that person.
pub async fn channel_peers(db: &Reader, user: Granted<UserId>, limit: i64) -> Result<Vec<UserId>> {
    let sql = "SELECT DISTINCT y.user_id FROM channel_members x JOIN channel_members y ON y.channel_id = x.channel_id \
               WHERE x.user_id = ? AND y.user_id <> ? LIMIT ?";
    db.all(sql, params![user, user, limit]).await
}

struct ChannelUser(ChannelId, User);

impl FromRow for ChannelUser {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self(row.get(0)?, User::decode(row, 1)?))
    }
}

/// The others in those of the channels that are group messages of `member`.
pub async fn in_group_channels(db: &Reader, member: Granted<UserId>, channels: &[ChannelId]) -> Result<Vec<(ChannelId, User)>> {
    let mut found = Vec::new();
    for some in channels.chunks(MAX_IN_LIST) {
        let sql = format!(
            "SELECT y.channel_id, {} FROM channel_members x JOIN channels c ON c.id = x.channel_id AND c.kind = 'G' \
             JOIN channel_members y ON y.channel_id = x.channel_id JOIN users u ON u.id = y.user_id \
             WHERE x.user_id = ? AND y.user_id <> ? AND x.channel_id IN {} ORDER BY u.username",
            User::columns_of("u"),
            in_list(some.len())
        );
        let mut params = params![member, member];
        params.extend(in_values(some.iter().copied()));
        found.extend(db.all::<ChannelUser>(sql, params).await?.into_iter().map(|ChannelUser(channel, user)| (channel, user)));
    }
    Ok(found)
}
