//! The categories by which people group their channels in the sidebar of each team.

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind, SidebarCategory};
use guildhall_model::id::{CategoryId, ChannelId, TeamId, UserId};
use guildhall_model::time::Millis;

use crate::channels::team_key;
use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Sql, Statement, Write, in_list, in_values, params};

const COLUMNS: &[&str] = &["id", "user_id", "team_id", "kind", "display_name", "sorting", "sort_order", "muted", "collapsed"];

const PLACEMENT: &[&str] = &["category_id", "channel_id", "user_id", "sort_order"];

impl FromRow for SidebarCategory {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            user_id: row.get(1)?,
            team_id: row.get(2)?,
            kind: row.get(3)?,
            display_name: row.get(4)?,
            sorting: row.get(5)?,
            sort_order: row.get(6)?,
            muted: row.get(7)?,
            collapsed: row.get(8)?,
            channel_ids: Vec::new(),
        })
    }
}

/// The stored categories in order, without their channels. Built-in ones are stored when they are first changed.
pub async fn stored(db: &Reader, user: Granted<UserId>, team: Granted<TeamId>) -> Result<Vec<SidebarCategory>> {
    let sql = format!("SELECT {} FROM sidebar_categories WHERE user_id = ? AND team_id = ? ORDER BY sort_order, id", COLUMNS.join(", "));
    db.all(sql, params![user, team]).await
}

/// The category of each channel, in the order within the categories.
pub async fn placements(db: &Reader, user: Granted<UserId>, team: Granted<TeamId>) -> Result<Vec<(CategoryId, ChannelId)>> {
    let sql = "SELECT s.category_id, s.channel_id FROM sidebar_channels s JOIN sidebar_categories k ON k.id = s.category_id \
               WHERE k.user_id = ? AND k.team_id = ? ORDER BY s.sort_order, s.channel_id";
    db.all(sql, params![user, team]).await
}

/// The channels in a person's sidebar of a team by name, archived ones left out.
pub async fn channels(db: &Reader, user: Granted<UserId>, team: Granted<TeamId>) -> Result<Vec<(ChannelId, ChannelKind)>> {
    let sql = format!(
        "SELECT c.id, c.kind FROM {} c JOIN channel_members m ON m.channel_id = c.id \
         WHERE m.user_id = ? AND c.team_id IN (?, ?) AND c.delete_at = 0 ORDER BY LOWER(c.display_name), c.id",
        Channel::TABLE
    );
    db.all(sql, params![user, team, team_key(None)]).await
}

fn values(user: Granted<UserId, Write>, category: &SidebarCategory) -> Vec<crate::Value> {
    params![
        category.id,
        user,
        category.team_id,
        category.kind,
        &category.display_name,
        &category.sorting,
        category.sort_order,
        category.muted,
        category.collapsed
    ]
}

/// Inserts or updates a category.
pub fn save(user: Granted<UserId, Write>, category: &SidebarCategory) -> Statement {
    use crate::Set::New;
    let sql = Sql::Upsert {
        table: "sidebar_categories",
        columns: COLUMNS,
        key: &["id"],
        update: &[New("display_name"), New("sorting"), New("sort_order"), New("muted"), New("collapsed")],
    };
    Statement::new(sql, values(user, category))
}

/// Inserts a category unless it exists.
pub fn insert_if_absent(user: Granted<UserId, Write>, category: &SidebarCategory) -> Statement {
    Statement::new(Sql::InsertIgnore { table: "sidebar_categories", columns: COLUMNS, key: &["id"] }, values(user, category))
}

/// Sets the channels of a category in their order, and removes them from the team's other categories.
pub fn set_channels(user: Granted<UserId, Write>, category: &SidebarCategory) -> Vec<Statement> {
    let mut statements =
        vec![Statement::new("DELETE FROM sidebar_channels WHERE category_id = ? AND user_id = ?", params![category.id, user])];
    for ids in category.channel_ids.chunks(crate::MAX_IN_LIST) {
        let sql = format!(
            "DELETE FROM sidebar_channels WHERE user_id = ? AND channel_id IN {} AND category_id IN \
             (SELECT id FROM sidebar_categories WHERE user_id = ? AND team_id = ?)",
            in_list(ids.len())
        );
        let mut values = params![user];
        values.extend(in_values(ids));
        values.extend(params![user, category.team_id]);
        statements.push(Statement::new(sql, values));
    }
    let insert = |(at, channel): (usize, &ChannelId)| {
        let sql = Sql::Upsert {
            table: "sidebar_channels",
            columns: PLACEMENT,
            key: &["category_id", "channel_id"],
            update: &[crate::Set::New("sort_order")],
        };
        Statement::new(sql, params![category.id, channel, user, at])
    };
    statements.extend(category.channel_ids.iter().enumerate().map(insert));
    statements
}

/// Appends a channel to a category, and removes it from the team's other categories.
pub fn append_channel(user: Granted<UserId, Write>, category: CategoryId, team: TeamId, channel: ChannelId, now: Millis) -> [Statement; 2] {
    let elsewhere = "DELETE FROM sidebar_channels WHERE user_id = ? AND channel_id = ? AND category_id <> ? AND category_id IN \
                     (SELECT id FROM sidebar_categories WHERE user_id = ? AND team_id = ?)";
    let sql = Sql::InsertIgnore { table: "sidebar_channels", columns: PLACEMENT, key: &["category_id", "channel_id"] };
    [Statement::new(elsewhere, params![user, channel, category, user, team]), Statement::new(sql, params![category, channel, user, now])]
}

/// Removes a channel from a category.
pub fn remove_channel(user: Granted<UserId, Write>, category: CategoryId, channel: ChannelId) -> Statement {
    let sql = "DELETE FROM sidebar_channels WHERE category_id = ? AND channel_id = ? AND user_id = ?";
    Statement::new(sql, params![category, channel, user])
}

/// Deletes a category; its channels are shown in the built-in ones.
pub fn remove(user: Granted<UserId, Write>, id: CategoryId) -> Vec<Statement> {
    vec![
        Statement::new("DELETE FROM sidebar_channels WHERE category_id = ? AND user_id = ?", params![id, user]),
        Statement::new("DELETE FROM sidebar_categories WHERE id = ? AND user_id = ?", params![id, user])
            .expect_rows(1)
            .or(guildhall_model::codes::channels::CATEGORY_NOT_FOUND),
    ]
}

/// Deletes the categories of a person in a team that they leave.
pub fn clear(team: Granted<TeamId, Write>, user: UserId) -> Vec<Statement> {
    vec![
        Statement::new(
            "DELETE FROM sidebar_channels WHERE user_id = ? AND category_id IN \
             (SELECT id FROM sidebar_categories WHERE user_id = ? AND team_id = ?)",
            params![user, user, team],
        ),
        Statement::new("DELETE FROM sidebar_categories WHERE user_id = ? AND team_id = ?", params![user, team]),
    ]
}
