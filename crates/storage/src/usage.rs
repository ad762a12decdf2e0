//! How much is stored: a row for each person, channel, team and the server, changed in the batch that changes the file.
//! Every batch changes the rows in the order channel, person, team, server: whoever holds a channel's row knows which team
//! the channel is in until the commit (`docs/decisions/0023-quotas.md`).

use guildhall_model::codes::files as codes;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::usage::{Holder, Quota, Scope, Usage};
use guildhall_model::{Code, Result};

use crate::channels::team_key;
use crate::{Granted, Reader, Server, Sql, Statement, Value, Write, params};

mod counted;
mod list;
mod recount;

pub use counted::{Counted, count, guard, is_near};
pub(crate) use counted::{Lock, check_under_lock};
pub use list::largest;
pub use recount::{Difference, Page, compare, recount};

const fn number(scope: Scope) -> i64 {
    match scope {
        Scope::User => 1,
        Scope::Channel => 2,
        Scope::Team => 3,
        Scope::Server => 4,
    }
}

/// The id of the server's row: of no user, whose ids have other bytes.
const SERVER: UserId = UserId::from_bytes([0xff; 16]);

/// The columns `scope` and `id`.
fn key(holder: Holder) -> [Value; 2] {
    let id = match holder {
        Holder::User(id) => id.into(),
        Holder::Channel(id) => id.into(),
        Holder::Team(id) => team_key(id).into(),
        Holder::Server => SERVER.into(),
    };
    [number(holder.scope()).into(), id]
}

/// The error where a holder of this kind has no room left.
pub const fn full(scope: Scope) -> Code {
    match scope {
        Scope::User => codes::USER_QUOTA,
        Scope::Channel => codes::CHANNEL_QUOTA,
        Scope::Team => codes::TEAM_QUOTA,
        Scope::Server => codes::SERVER_QUOTA,
    }
}

/// What each of these holders stores; `None` where there is no row yet. At most one holder of a scope.
pub async fn of_holders(db: &Reader, holders: &[Holder]) -> Result<Vec<(Holder, Option<Usage>)>> {
    let conditions = vec!["(scope = ? AND id = ?)"; holders.len()].join(" OR ");
    let sql = format!("SELECT scope, bytes, files FROM storage_usage WHERE {conditions}");
    let rows: Vec<(i64, i64, i64)> = db.all(sql, holders.iter().flat_map(|holder| key(*holder)).collect::<Vec<_>>()).await?;
    let of = |holder: &Holder| rows.iter().find(|(scope, ..)| *scope == number(holder.scope()));
    Ok(holders.iter().map(|holder| (*holder, of(holder).map(|(_, bytes, files)| Usage { bytes: *bytes, files: *files }))).collect())
}

/// What the server stores, from the counter.
pub async fn of_server(db: &Reader, _server: Granted<Server>) -> Result<Usage> {
    let rows = of_holders(db, &[Holder::Server]).await?;
    Ok(rows.into_iter().find_map(|(_, usage)| usage).unwrap_or_default())
}

/// Inserts an empty row where the holder has none.
pub fn ensure(holder: Holder) -> Statement {
    const COLUMNS: &[&str] = &["scope", "id", "bytes", "files"];
    let [scope, id] = key(holder);
    Statement::new(
        Sql::InsertIgnore { table: "storage_usage", columns: COLUMNS, key: &["scope", "id"] },
        vec![scope, id, 0.into(), 0.into()],
    )
}

/// The quotas of everybody whose storage a file in a channel takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    pub channel: Quota,
    pub user: Quota,
    pub team: Quota,
    pub server: Quota,
}

/// Counts a new file or upload. Fails the batch where it does not fit into one of the quotas; the rows must exist
/// ([`ensure`]).
pub fn take(channel: Granted<ChannelId, Write>, user: UserId, more: Usage, quotas: &Quotas) -> [Statement; 4] {
    let add = |condition: &'static str, mut of: Vec<Value>, quota: Quota, scope: Scope| {
        let sql = format!("UPDATE storage_usage SET bytes = bytes + ?, files = files + ? WHERE {condition}");
        let room = quota.minus(more);
        let mut values = params![more.bytes, more.files];
        values.append(&mut of);
        values.extend(params![room.bytes, room.files]);
        Statement::new(sql, values).expect_rows(1).or(full(scope))
    };
    let fits = "scope = ? AND id = ? AND bytes <= ? AND files <= ?";
    // Direct and group channels are in no team: their common row has no quota.
    let team_fits = "scope = ? AND id = (SELECT c.team_id FROM channels c WHERE c.id = ?) AND (id = ? OR (bytes <= ? AND files <= ?))";
    [
        add(fits, key(Holder::Channel(channel.key())).into(), quotas.channel, Scope::Channel),
        add(fits, key(Holder::User(user)).into(), quotas.user, Scope::User),
        add(team_fits, params![number(Scope::Team), channel, team_key(None)], quotas.team, Scope::Team),
        add(fits, key(Holder::Server).into(), quotas.server, Scope::Server),
    ]
}

/// Gives back what files or uploads of a person took in a channel. The batch must delete exactly these.
pub fn give_back(channel: ChannelId, user: UserId, less: Usage) -> [Statement; 4] {
    let subtract = |condition: &str, mut of: Vec<Value>| {
        let sql = format!("UPDATE storage_usage SET bytes = bytes - ?, files = files - ? WHERE scope = ? AND id = {condition}");
        let mut values = params![less.bytes, less.files];
        values.append(&mut of);
        Statement::new(sql, values)
    };
    [
        subtract("?", key(Holder::Channel(channel)).into()),
        subtract("?", key(Holder::User(user)).into()),
        subtract("(SELECT c.team_id FROM channels c WHERE c.id = ?)", params![number(Scope::Team), channel]),
        subtract("?", key(Holder::Server).into()),
    ]
}

/// Changes rows by those of a source `x`, in the syntax of each database. The source's parameters come before those of the
/// condition.
macro_rules! update_from {
    ($bytes:expr, $files:expr, $source:expr, $condition:expr) => {{
        macro_rules! from {
            () => {
                concat!("UPDATE storage_usage SET bytes = ", $bytes, ", files = ", $files, " FROM ", $source, " x WHERE ", $condition)
            };
        }
        crate::Sql::PerDialect {
            sqlite: from!(),
            postgres: from!(),
            mysql: concat!(
                "UPDATE storage_usage JOIN ",
                $source,
                " x ON 1 = 1 SET storage_usage.bytes = ",
                $bytes,
                ", storage_usage.files = ",
                $files,
                " WHERE ",
                $condition
            ),
        }
    }};
}
use update_from;

/// Subtracts the sums of the files of a post and its replies, for each holder of a scope.
macro_rules! subtract_sums {
    ($scope:literal, $id:literal, $joins:literal, $group:literal) => {
        update_from!(
            "storage_usage.bytes - x.bytes",
            "storage_usage.files - x.files",
            concat!(
                "(SELECT ",
                $id,
                " AS id, SUM(f.size_bytes) AS bytes, COUNT(*) AS files FROM posts p ",
                "JOIN files f ON f.post_id = p.id AND f.delete_at = 0",
                $joins,
                " WHERE (p.id = ? OR p.root_id = ?)",
                $group,
                ")"
            ),
            concat!("storage_usage.scope = ", $scope, " AND storage_usage.id = x.id")
        )
    };
}

/// Gives back what the files of a post and of its replies take. Comes after the posts are locked and before their files are
/// deleted; changes no row where there are no files.
pub(crate) fn give_back_thread(post: PostId) -> [Statement; 4] {
    [
        subtract_sums!("2", "f.channel_id", "", " GROUP BY f.channel_id"),
        subtract_sums!("1", "f.user_id", "", " GROUP BY f.user_id"),
        subtract_sums!("3", "c.team_id", " JOIN channels c ON c.id = f.channel_id", " GROUP BY c.team_id"),
        // Of the one row of the server.
        subtract_sums!("4", "s.id", " JOIN storage_usage s ON s.scope = 4", " GROUP BY s.id"),
    ]
    .map(|sql| Statement::new(sql, params![post, post]))
}

/// Moves what a channel stores from the count of its team to that of another, where it must fit into the quota. Comes before
/// the channel is moved.
pub fn move_channel(channel: Granted<ChannelId, Write>, from: Option<TeamId>, to: Granted<TeamId, Write>, quota: Quota) -> Vec<Statement> {
    const LOCK: &str = "UPDATE storage_usage SET bytes = bytes WHERE scope = 2 AND id = ?";
    macro_rules! of_channel_in_team {
        () => {
            "x.scope = 2 AND x.id = ? AND storage_usage.scope = 3 AND storage_usage.id = ?"
        };
    }
    const SUBTRACT: Sql =
        update_from!("storage_usage.bytes - x.bytes", "storage_usage.files - x.files", "storage_usage", of_channel_in_team!());
    const ADD: Sql = update_from!(
        "storage_usage.bytes + x.bytes",
        "storage_usage.files + x.files",
        "storage_usage",
        concat!(of_channel_in_team!(), " AND (x.files = 0 OR (storage_usage.bytes <= ? - x.bytes AND storage_usage.files <= ? - x.files))")
    );
    let mut statements: Vec<Statement> =
        [Holder::Channel(channel.key()), Holder::Team(from), Holder::Team(Some(to.key()))].map(ensure).into();
    statements.push(Statement::new(LOCK, params![channel]));
    statements.push(Statement::new(SUBTRACT, params![channel, team_key(from)]));
    statements.push(Statement::new(ADD, params![channel, to, quota.bytes, quota.files]).expect_rows(1).or(full(Scope::Team)));
    statements
}
