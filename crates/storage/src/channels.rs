//! Channels and their members.

use std::sync::LazyLock;

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind, ChannelMember, OFF_TOPIC, TOWN_SQUARE};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, SchemeId, TeamId, UserId};
use guildhall_model::team::TeamMember;
use guildhall_model::time::Millis;

use crate::entity::{Entity, entity};
use crate::sql::with_locking_subquery;
use crate::{
    Database, DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Sql, Statement, Unchecked, Value, Write, in_list, in_values, params,
};

/// What `channels.team_id` holds for direct and group channels: (team, name) stays unique for them too.
const NO_TEAM: TeamId = TeamId::from_bytes([0; 16]);

/// Neither the channel nor its team is archived. Takes the id of the channel and `team_key(None)`.
macro_rules! active_channel {
    () => {
        "EXISTS (SELECT 1 FROM channels c WHERE c.id = ? AND c.delete_at = 0 \
         AND (c.team_id = ? OR EXISTS (SELECT 1 FROM teams t WHERE t.id = c.team_id AND t.delete_at = 0)))"
    };
}
pub(crate) use active_channel;

/// Changes nothing, and fails the batch with `ARCHIVED` unless channel and team are active.
pub fn guard_active(channel: Granted<ChannelId>) -> Statement {
    const SQL: Sql = with_locking_subquery!(
        "UPDATE channels SET update_at = update_at WHERE id = ? AND delete_at = 0 \
         AND (team_id = ? OR EXISTS (SELECT 1 FROM teams t WHERE t.id = channels.team_id AND t.delete_at = 0",
        "))"
    );
    Statement::new(SQL, params![channel, NO_TEAM]).expect_rows(1).or(codes::ARCHIVED)
}

/// The value of `channels.team_id`.
pub fn team_key(team: Option<TeamId>) -> TeamId {
    team.unwrap_or(NO_TEAM)
}

impl Entity for Channel {
    const TABLE: &'static str = "channels";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "create_at",
        "update_at",
        "delete_at",
        "team_id",
        "kind",
        "name",
        "display_name",
        "header",
        "purpose",
        "creator_id",
        "last_post_at",
        "last_root_post_at",
        "total_msg_count",
        "total_msg_count_root",
    ];
    // A new channel has none; it is given by `set_scheme`.
    const DERIVED: Option<&'static str> = Some("{}.scheme_id");

    fn decode(row: &Row<'_>, at: usize) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(at)?,
            create_at: row.get(at + 1)?,
            update_at: row.get(at + 2)?,
            delete_at: row.get(at + 3)?,
            team_id: Some(row.get(at + 4)?).filter(|team| *team != NO_TEAM),
            kind: row.get(at + 5)?,
            name: row.get(at + 6)?,
            display_name: row.get(at + 7)?,
            header: row.get(at + 8)?,
            purpose: row.get(at + 9)?,
            creator_id: row.get(at + 10)?,
            last_post_at: row.get(at + 11)?,
            last_root_post_at: row.get(at + 12)?,
            total_msg_count: row.get(at + 13)?,
            total_msg_count_root: row.get(at + 14)?,
            scheme_id: row.get(at + 15)?,
        })
    }

    fn values(&self) -> Vec<Value> {
        params![
            self.id,
            self.create_at,
            self.update_at,
            self.delete_at,
            team_key(self.team_id),
            self.kind,
            &self.name,
            &self.display_name,
            &self.header,
            &self.purpose,
            self.creator_id,
            self.last_post_at,
            self.last_root_post_at,
            self.total_msg_count,
            self.total_msg_count_root
        ]
    }
}

impl FromRow for Channel {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Self::decode(row, 0)
    }
}

entity!(
    ChannelMember,
    "channel_members",
    [
        channel_id,
        user_id,
        scheme_guest,
        scheme_user,
        scheme_admin,
        explicit_roles,
        last_viewed_at,
        msg_count,
        msg_count_root,
        mention_count,
        mention_count_root,
        urgent_mention_count,
        notify_props,
        last_update_at
    ],
    scheme_id from "(SELECT COALESCE(own_channel.scheme_id, own_team.scheme_id) FROM channels own_channel \
                     LEFT JOIN teams own_team ON own_team.id = own_channel.team_id WHERE own_channel.id = {}.channel_id)"
);

/// A channel with the memberships of one person: the input of every permission check in it.
pub struct ChannelWithMember {
    pub channel: Channel,
    pub member: Option<ChannelMember>,
    /// Of the channel's team; present for people who left as well: look at `delete_at`.
    pub team_member: Option<TeamMember>,
    /// When the channel's team was archived; zero while it is active, and for direct and group channels.
    pub team_delete_at: Millis,
    /// Of the channel's team.
    pub team_scheme_id: Option<SchemeId>,
}

impl FromRow for ChannelWithMember {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let member_at = Channel::WIDTH;
        let team_member_at = member_at + ChannelMember::WIDTH;
        let team_at = team_member_at + TeamMember::WIDTH;
        Ok(Self {
            channel: Channel::decode(row, 0)?,
            member: ChannelMember::decode_optional(row, member_at)?,
            team_member: TeamMember::decode_optional(row, team_member_at)?,
            team_delete_at: row.millis(team_at)?,
            team_scheme_id: row.get(team_at + 1)?,
        })
    }
}

/// A single query, as it precedes nearly every operation.
pub async fn with_member(db: &Database, channel: ChannelId, user: UserId) -> Result<Option<ChannelWithMember>> {
    static SQL: LazyLock<String> = LazyLock::new(|| format!("{} WHERE c.id = ?", select_with_member()));
    db.optional(SQL.as_str(), params![user, user, channel]).await
}

/// The same for many channels at once, in no order; absent ones are left out.
pub async fn each_with_member(db: &Database, channels: &[ChannelId], user: UserId) -> Result<Vec<ChannelWithMember>> {
    let mut found = Vec::new();
    for chunk in channels.chunks(MAX_IN_LIST) {
        let mut values = params![user, user];
        values.extend(in_values(chunk));
        found
            .extend(db.all::<ChannelWithMember>(format!("{} WHERE c.id IN {}", select_with_member(), in_list(chunk.len())), values).await?);
    }
    Ok(found)
}

fn select_with_member() -> String {
    format!(
        "SELECT {}, {}, {}, COALESCE(x.delete_at, 0), x.scheme_id FROM channels c \
         LEFT JOIN channel_members m ON m.channel_id = c.id AND m.user_id = ? \
         LEFT JOIN team_members t ON t.team_id = c.team_id AND t.user_id = ? \
         LEFT JOIN teams x ON x.id = c.team_id",
        Channel::columns_of("c"),
        ChannelMember::columns_with("m", "COALESCE(c.scheme_id, x.scheme_id)"),
        TeamMember::columns_with("t", "x.scheme_id")
    )
}

/// The channel, archived ones too.
pub async fn get(db: &Reader, id: ChannelId) -> Result<Unchecked<Option<Channel>>> {
    db.optional(Channel::select("WHERE id = ?"), params![id]).await.map(Unchecked::new)
}

/// The channel of this name in a team, or among direct and group channels; archived ones too.
pub async fn by_name(db: &Reader, team: Option<TeamId>, name: &str) -> Result<Unchecked<Option<Channel>>> {
    db.optional(Channel::select("WHERE team_id = ? AND name = ?"), params![team_key(team), name]).await.map(Unchecked::new)
}

/// The public channels of these names, archived ones left out: (name, display name). With `member`, only those that this person
/// is in.
pub async fn public_by_names(db: &Reader, team: Granted<TeamId>, names: &[&str], member: Option<UserId>) -> Result<Vec<(String, String)>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let of_member = match member {
        Some(_) => "AND EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = channels.id AND m.user_id = ?)",
        None => "",
    };
    let sql = format!(
        "SELECT name, display_name FROM channels WHERE team_id = ? AND kind = ? AND delete_at = 0 AND name IN {} {of_member} ORDER BY name",
        in_list(names.len())
    );
    let mut values = params![team, ChannelKind::Public];
    values.extend(in_values(names.iter().copied()));
    values.extend(member.map(Value::from));
    db.all(sql, values).await
}

/// The channels that all members of a team are in.
pub async fn defaults(db: &Reader, team: Granted<TeamId>) -> Result<Vec<Channel>> {
    db.all(Channel::select("WHERE team_id = ? AND name IN (?, ?) AND delete_at = 0"), params![team, TOWN_SQUARE, OFF_TOPIC]).await
}

/// How many channels a team has, archived ones left out.
pub async fn count_in_team(db: &Reader, team: Granted<TeamId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM channels WHERE team_id = ? AND delete_at = 0", params![team]).await
}

/// Inserts a channel of a team; `NAME_TAKEN` if the name is in use. The granted id is for what else is inserted into it.
pub fn insert(team: Granted<TeamId, Write>, channel: &Channel) -> (Statement, Granted<ChannelId, Write>) {
    (channel.insert().bind(4, team).on_duplicate(codes::NAME_TAKEN), Granted::new(channel.id))
}

/// Inserts a direct or group channel; `CONFLICT` if these people have one already.
pub fn insert_personal(channel: &Channel) -> (Statement, Granted<ChannelId, Write>) {
    (channel.insert().bind(4, NO_TEAM), Granted::new(channel.id))
}

/// Stores who made a channel, which also of a group channel counts for their limits.
pub fn set_creator(id: Granted<ChannelId, Write>, user: UserId) -> Statement {
    Statement::new("UPDATE channels SET created_by = ? WHERE id = ?", params![user, id])
}

/// Writes the channel as it is now (not its counts, nor its team), unless it was changed since `read_at`.
pub fn update(id: Granted<ChannelId, Write>, channel: &Channel, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE channels SET update_at = ?, delete_at = ?, kind = ?, name = ?, display_name = ?, header = ?, purpose = ? \
         WHERE id = ? AND update_at = ?",
        params![
            channel.update_at,
            channel.delete_at,
            channel.kind,
            &channel.name,
            &channel.display_name,
            &channel.header,
            &channel.purpose,
            id,
            read_at
        ],
    )
    .expect_rows(1)
    .on_duplicate(codes::NAME_TAKEN)
}

/// Gives the channel a scheme or none, unless it was changed since `read_at`.
pub fn set_scheme(id: Granted<ChannelId, Write>, channel: &Channel, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE channels SET scheme_id = ?, update_at = ? WHERE id = ? AND update_at = ?",
        params![channel.scheme_id, channel.update_at, id, read_at],
    )
    .expect_rows(1)
}

/// The same, and moves it to a team.
pub fn relocate(id: Granted<ChannelId, Write>, team: Granted<TeamId, Write>, channel: &Channel, read_at: Millis) -> [Statement; 2] {
    let relocation = Statement::new("UPDATE channels SET team_id = ? WHERE id = ? AND update_at = ?", params![team, id, read_at]);
    [relocation.expect_rows(1).on_duplicate(codes::NAME_TAKEN), update(id, channel, read_at)]
}

/// How many posts of a channel are pinned.
pub async fn count_pinned(db: &Reader, id: Granted<ChannelId>) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM pinned_posts x JOIN posts p ON p.id = x.post_id \
        WHERE x.channel_id = ? AND p.is_pinned = 1 AND p.delete_at = 0";
    db.one(sql, params![id]).await
}

/// How many files were posted in a channel.
pub async fn count_files(db: &Reader, id: Granted<ChannelId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM files WHERE channel_id = ? AND delete_at = 0 AND post_id IS NOT NULL", params![id]).await
}
