//! Recounting: finds rows that differ from what is stored, and corrects them. A difference is a defect, or rows that were
//! changed by hand. People and channels are counted from files and uploads, teams and the server from their channels.

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::usage::{Holder, Scope, Usage};

use super::{ensure, key, number, update_from};
use crate::channels::team_key;
use crate::{Granted, Reader, Server, Sql, Statement, Write, params};

/// Holders of one kind, in the order of their ids, with what is counted for each and what it stores.
pub struct Page {
    /// To continue after; `None` after the last page.
    pub last: Option<[u8; 16]>,
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    pub holder: Holder,
    pub counted: Usage,
    pub stored: Usage,
}

/// id, bytes and files that are counted, bytes and files that are stored. Ids of all kinds have the same form.
type Compared = (UserId, i64, i64, i64, i64);

/// Compares the next holders of a scope after an id: a page of people or channels; all teams that store anything, with direct
/// and group channels together; the server.
pub async fn compare(db: &Reader, _server: Granted<Server>, scope: Scope, after: [u8; 16], limit: usize) -> Result<Page> {
    let page = params![UserId::from_bytes(after), limit];
    let rows: Vec<Compared> = match scope {
        Scope::User => db.all(of_files("users", scope, "user_id"), page).await?,
        Scope::Channel => db.all(of_files("channels", scope, "channel_id"), page).await?,
        Scope::Team => db.all(OF_TEAMS, params![]).await?,
        Scope::Server => db.all(OF_SERVER, params![]).await?,
    };
    let is_paged = matches!(scope, Scope::User | Scope::Channel);
    let last = rows.last().filter(|_| is_paged).map(|(id, ..)| *id.bytes());
    let no_team = *team_key(None).bytes();
    let holder = |id: [u8; 16]| match scope {
        Scope::User => Holder::User(UserId::from_bytes(id)),
        Scope::Channel => Holder::Channel(ChannelId::from_bytes(id)),
        Scope::Team => Holder::Team((id != no_team).then(|| TeamId::from_bytes(id))),
        Scope::Server => Holder::Server,
    };
    let difference = |(id, bytes, files, stored_bytes, stored_files): Compared| Difference {
        holder: holder(*id.bytes()),
        counted: Usage { bytes, files },
        stored: Usage { bytes: stored_bytes, files: stored_files },
    };
    let differences = rows.into_iter().map(difference).filter(|difference| difference.counted != difference.stored).collect();
    Ok(Page { last, differences })
}

/// One statement, which sees one state of the database: counts and files are changed together.
fn of_files(table: &str, scope: Scope, column: &str) -> String {
    let scope = number(scope);
    let files = format!("FROM files f WHERE f.{column} = x.id AND f.delete_at = 0");
    format!(
        "SELECT x.id, COALESCE(u.bytes, 0), COALESCE(u.files, 0), \
         COALESCE((SELECT SUM(f.size_bytes) {files}), 0) + COALESCE(l.bytes, 0), (SELECT COUNT(*) {files}) + COALESCE(l.files, 0) \
         FROM {table} x LEFT JOIN storage_usage u ON u.scope = {scope} AND u.id = x.id \
         LEFT JOIN (SELECT {column} AS id, SUM(size_bytes) AS bytes, COUNT(*) AS files FROM uploads GROUP BY {column}) l ON l.id = x.id \
         WHERE x.id > ? ORDER BY x.id LIMIT ?"
    )
}

const OF_TEAMS: &str = "SELECT u.id, u.bytes, u.files, COALESCE(x.bytes, 0), COALESCE(x.files, 0) FROM storage_usage u \
    LEFT JOIN (SELECT c.team_id AS id, SUM(k.bytes) AS bytes, SUM(k.files) AS files FROM storage_usage k \
    JOIN channels c ON c.id = k.id WHERE k.scope = 2 GROUP BY c.team_id) x ON x.id = u.id WHERE u.scope = 3";
const OF_SERVER: &str = "SELECT u.id, u.bytes, u.files, COALESCE((SELECT SUM(k.bytes) FROM storage_usage k WHERE k.scope = 2), 0), \
    COALESCE((SELECT SUM(k.files) FROM storage_usage k WHERE k.scope = 2), 0) FROM storage_usage u WHERE u.scope = 4";

/// Counts a holder again. Locks its row first: whoever changes a file holds it until the commit.
pub fn recount(_server: Granted<Server, Write>, holder: Holder) -> [Statement; 3] {
    let [scope, id] = key(holder);
    let lock = Statement::new("UPDATE storage_usage SET bytes = bytes WHERE scope = ? AND id = ?", vec![scope, id.clone()]);
    let count = match holder {
        Holder::User(_) => Statement::new(set_from_files(holder.scope(), "user_id"), vec![id; 5]),
        Holder::Channel(_) => Statement::new(set_from_files(holder.scope(), "channel_id"), vec![id; 5]),
        Holder::Team(_) => Statement::new(TEAM, vec![id.clone(), id]),
        Holder::Server => Statement::new(SERVER, vec![id]),
    };
    [ensure(holder), lock, count]
}

fn set_from_files(scope: Scope, column: &str) -> String {
    let scope = number(scope);
    let sum =
        |table: &str, condition: &str| format!("COALESCE((SELECT SUM(t.size_bytes) FROM {table} t WHERE t.{column} = ?{condition}), 0)");
    let count = |table: &str, condition: &str| format!("(SELECT COUNT(*) FROM {table} t WHERE t.{column} = ?{condition})");
    let living = " AND t.delete_at = 0";
    format!(
        "UPDATE storage_usage SET bytes = {} + {}, files = {} + {} WHERE scope = {scope} AND id = ?",
        sum("files", living),
        sum("uploads", ""),
        count("files", living),
        count("uploads", "")
    )
}

/// What channels store together.
macro_rules! sum_of_channels {
    ($joins:literal, $condition:literal) => {
        concat!(
            "(SELECT COALESCE(SUM(k.bytes), 0) AS bytes, COALESCE(SUM(k.files), 0) AS files FROM storage_usage k",
            $joins,
            " WHERE k.scope = 2",
            $condition,
            ")"
        )
    };
}

const TEAM: Sql = update_from!(
    "x.bytes",
    "x.files",
    sum_of_channels!(" JOIN channels c ON c.id = k.id", " AND c.team_id = ?"),
    "storage_usage.scope = 3 AND storage_usage.id = ?"
);
const SERVER: Sql = update_from!("x.bytes", "x.files", sum_of_channels!("", ""), "storage_usage.scope = 4 AND storage_usage.id = ?");
