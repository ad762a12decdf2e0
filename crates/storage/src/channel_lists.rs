//! Lists of channels: of a person, of a team, and by search terms.

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind, OFF_TOPIC, TOWN_SQUARE, WithTeam};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::time::Millis;

use crate::channels::team_key;
use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Value, in_list, in_values, like_escape, params};

/// Which archived channels a person's list includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchivedFilter {
    Exclude,
    /// Those archived at this moment or later; all of them since zero.
    Since(Millis),
}

/// A person's channels: of one team with direct and group channels, or of all teams.
pub async fn of_user(db: &Reader, user: Granted<UserId>, team: Option<Granted<TeamId>>, archived: ArchivedFilter) -> Result<Vec<Channel>> {
    let mut sql =
        format!("SELECT {} FROM channels c JOIN channel_members m ON m.channel_id = c.id WHERE m.user_id = ?", Channel::columns_of("c"));
    let mut values = params![user];
    if let Some(team) = team {
        sql.push_str(" AND c.team_id IN (?, ?)");
        values.extend(params![team, team_key(None)]);
    }
    match archived {
        ArchivedFilter::Exclude => sql.push_str(" AND c.delete_at = 0"),
        ArchivedFilter::Since(since) if since.is_zero() => {}
        ArchivedFilter::Since(since) => {
            sql.push_str(" AND (c.delete_at = 0 OR c.delete_at >= ?)");
            values.push(since.into());
        }
    }
    sql.push_str(" ORDER BY c.display_name, c.id");
    db.all(sql, values).await
}

/// The channels among which a list selects.
#[derive(Clone, Copy)]
pub enum Scope<'a> {
    Team(Granted<TeamId>),
    /// The channels of a person in every team, and the public ones of these teams.
    MemberOrPublic(Granted<UserId>, &'a [Granted<TeamId>]),
    /// Every channel of the server.
    Server(Granted<Server>),
}

/// Selects the channels of a list; what is not set does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct ChannelFilter {
    /// Any of these teams; every team where none is named.
    pub teams: Vec<TeamId>,
    /// Any of these kinds.
    pub kinds: Vec<ChannelKind>,
    pub archived: Option<bool>,
    /// Public channels, and those of this person.
    pub visible_to: Option<UserId>,
    /// Only those that this person is in.
    pub member: Option<UserId>,
    /// Any of these.
    pub ids: Option<Vec<ChannelId>>,
    /// Part of a name or purpose, in any case; empty for all.
    pub term: String,
    pub without_defaults: bool,
}

impl ChannelFilter {
    /// Channels that are not archived.
    pub fn in_use() -> Self {
        Self { archived: Some(false), ..Self::default() }
    }

    fn conditions(&self, scope: Scope<'_>) -> (String, Vec<Value>) {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        let is_member = "EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = c.id AND m.user_id = ?)";
        match scope {
            Scope::Team(team) => {
                conditions.push("c.team_id = ?".to_owned());
                values.push(team.into());
            }
            Scope::MemberOrPublic(member, []) => {
                conditions.push(is_member.to_owned());
                values.push(member.into());
            }
            Scope::MemberOrPublic(member, teams) => {
                conditions.push(format!("({is_member} OR (c.kind = ? AND c.team_id IN {}))", in_list(teams.len())));
                values.extend(params![member, ChannelKind::Public]);
                values.extend(teams.iter().map(|team| Value::from(*team)));
            }
            Scope::Server(_) => conditions.push("1 = 1".to_owned()),
        }
        if !self.teams.is_empty() {
            conditions.push(format!("c.team_id IN {}", in_list(self.teams.len())));
            values.extend(in_values(&self.teams));
        }
        if !self.kinds.is_empty() {
            conditions.push(format!("c.kind IN {}", in_list(self.kinds.len())));
            values.extend(in_values(self.kinds.iter().copied()));
        }
        if let Some(archived) = self.archived {
            conditions.push(if archived { "c.delete_at <> 0" } else { "c.delete_at = 0" }.to_owned());
        }
        if let Some(viewer) = self.visible_to {
            conditions.push(format!("(c.kind = ? OR {is_member})"));
            values.extend(params![ChannelKind::Public, viewer]);
        }
        if let Some(member) = self.member {
            conditions.push(is_member.to_owned());
            values.push(member.into());
        }
        if let Some(ids) = &self.ids {
            conditions.push(format!("c.id IN {}", in_list(ids.len())));
            values.extend(in_values(ids));
        }
        if self.without_defaults {
            conditions.push("c.name NOT IN (?, ?)".to_owned());
            values.extend(params![TOWN_SQUARE, OFF_TOPIC]);
        }
        if !self.term.is_empty() {
            conditions.push(
                "(c.name LIKE ? ESCAPE '!' OR LOWER(c.display_name) LIKE ? ESCAPE '!' OR LOWER(c.purpose) LIKE ? ESCAPE '!')".to_owned(),
            );
            let pattern = format!("%{}%", like_escape(&self.term.to_lowercase()));
            values.extend(params![&pattern, &pattern, &pattern]);
        }
        (conditions.join(" AND "), values)
    }

    /// Names that begin with the term come first, then those that contain it, then purposes.
    fn order(&self) -> (&'static str, Vec<Value>) {
        if self.term.is_empty() {
            return ("LOWER(c.display_name), c.id", Vec::new());
        }
        let order = "CASE WHEN c.name LIKE ? ESCAPE '!' OR LOWER(c.display_name) LIKE ? ESCAPE '!' THEN 0 \
            WHEN c.name LIKE ? ESCAPE '!' OR LOWER(c.display_name) LIKE ? ESCAPE '!' THEN 1 ELSE 2 END, LOWER(c.display_name), c.id";
        let term = like_escape(&self.term.to_lowercase());
        let (beginning, part) = (format!("{term}%"), format!("%{term}%"));
        (order, params![&beginning, &beginning, &part, &part])
    }
}

pub async fn list(db: &Reader, scope: Scope<'_>, filter: &ChannelFilter, limit: i64, offset: i64) -> Result<Vec<Channel>> {
    let ((conditions, mut values), (order, of_order)) = (filter.conditions(scope), filter.order());
    values.extend(of_order);
    values.extend(params![limit, offset]);
    let sql = format!("SELECT {} FROM channels c WHERE {conditions} ORDER BY {order} LIMIT ? OFFSET ?", Channel::columns_of("c"));
    db.all(sql, values).await
}

pub async fn count(db: &Reader, scope: Scope<'_>, filter: &ChannelFilter) -> Result<i64> {
    let (conditions, values) = filter.conditions(scope);
    db.one(format!("SELECT COUNT(*) FROM channels c WHERE {conditions}"), values).await
}

impl<T: Entity> FromRow for WithTeam<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let at = T::WIDTH;
        Ok(Self {
            item: T::decode(row, 0)?,
            team_name: row.get::<Option<String>>(at)?.unwrap_or_default(),
            team_display_name: row.get::<Option<String>>(at + 1)?.unwrap_or_default(),
            team_update_at: row.get::<Option<Millis>>(at + 2)?.unwrap_or_default(),
        })
    }
}

/// The same as [`list`], with the names of the teams.
pub async fn list_with_teams(
    db: &Reader,
    scope: Scope<'_>,
    filter: &ChannelFilter,
    limit: i64,
    offset: i64,
) -> Result<Vec<WithTeam<Channel>>> {
    let ((conditions, mut values), (order, of_order)) = (filter.conditions(scope), filter.order());
    values.extend(of_order);
    values.extend(params![limit, offset]);
    let sql = format!(
        "SELECT {}, t.name, t.display_name, t.update_at FROM channels c LEFT JOIN teams t ON t.id = c.team_id \
         WHERE {conditions} ORDER BY {order} LIMIT ? OFFSET ?",
        Channel::columns_of("c")
    );
    db.all(sql, values).await
}

/// A person's direct or group channels with members whose names begin with the term.
pub async fn personal_with_people(db: &Reader, user: Granted<UserId>, kind: ChannelKind, term: &str, limit: i64) -> Result<Vec<Channel>> {
    let sql = format!(
        "SELECT {} FROM channels c JOIN channel_members mine ON mine.channel_id = c.id WHERE mine.user_id = ? AND c.kind = ? AND EXISTS \
         (SELECT 1 FROM channel_members o JOIN users u ON u.id = o.user_id WHERE o.channel_id = c.id AND o.user_id <> ? AND \
         (u.username LIKE ? ESCAPE '!' OR LOWER(u.first_name) LIKE ? ESCAPE '!' OR LOWER(u.last_name) LIKE ? ESCAPE '!' \
         OR LOWER(u.nickname) LIKE ? ESCAPE '!')) ORDER BY c.last_post_at DESC, c.id LIMIT ?",
        Channel::columns_of("c")
    );
    let pattern = format!("{}%", like_escape(&term.to_lowercase()));
    db.all(sql, params![user, kind, user, &pattern, &pattern, &pattern, &pattern, limit]).await
}
