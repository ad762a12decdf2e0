//! Schemes, and the teams and channels that have them.

use guildhall_model::Result;
use guildhall_model::channel::Channel;
use guildhall_model::codes::schemes as codes;
use guildhall_model::id::SchemeId;
use guildhall_model::scheme::{Scheme, SchemeScope};
use guildhall_model::team::Team;
use guildhall_model::time::Millis;

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Server, Statement, Write, in_list, in_values, params};

entity!(Scheme, "schemes", [id, name, display_name, description, scope, is_derived, create_at, update_at]);

pub async fn get(db: &Reader, id: SchemeId) -> Result<Option<Scheme>> {
    db.optional(Scheme::select("WHERE id = ?"), params![id]).await
}

/// A page of those that administrators have made, of one scope or of all.
pub async fn page(db: &Reader, scope: Option<SchemeScope>, limit: i64, offset: i64) -> Result<Vec<Scheme>> {
    let (of_scope, mut values) = match scope {
        Some(scope) => ("AND scope = ?", params![scope]),
        None => ("", params![]),
    };
    values.extend(params![limit, offset]);
    db.all(Scheme::select(&format!("WHERE is_derived = 0 {of_scope} ORDER BY create_at DESC, id LIMIT ? OFFSET ?")), values).await
}

/// Inserts a scheme; `NAME_TAKEN` if the name is in use.
pub fn insert(_server: Granted<Server, Write>, scheme: &Scheme) -> Statement {
    scheme.insert().on_duplicate(codes::NAME_TAKEN)
}

/// Writes its texts, unless it was changed since `read_at`.
pub fn update(_server: Granted<Server, Write>, scheme: &Scheme, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE schemes SET name = ?, display_name = ?, description = ?, update_at = ? WHERE id = ? AND update_at = ?",
        params![&scheme.name, &scheme.display_name, &scheme.description, scheme.update_at, scheme.id, read_at],
    )
    .expect_rows(1)
    .on_duplicate(codes::NAME_TAKEN)
}

/// Fails the batch with `NOT_FOUND` unless the scheme is there; it is not deleted before the commit.
pub fn guard(_server: Granted<Server, Write>, id: SchemeId) -> Statement {
    Statement::new("UPDATE schemes SET update_at = update_at WHERE id = ?", params![id]).expect_rows(1).or(codes::NOT_FOUND)
}

pub fn delete(_server: Granted<Server, Write>, id: SchemeId) -> Statement {
    Statement::new("DELETE FROM schemes WHERE id = ?", params![id]).expect_rows(1).or(codes::NOT_FOUND)
}

/// A page of the teams that have the scheme, archived ones too.
pub async fn teams(db: &Reader, _server: Granted<Server>, id: SchemeId, limit: i64, offset: i64) -> Result<Vec<Team>> {
    db.all(Team::select("WHERE scheme_id = ? ORDER BY display_name, id LIMIT ? OFFSET ?"), params![id, limit, offset]).await
}

/// The same for channels.
pub async fn channels(db: &Reader, _server: Granted<Server>, id: SchemeId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
    db.all(Channel::select("WHERE scheme_id = ? ORDER BY display_name, id LIMIT ? OFFSET ?"), params![id, limit, offset]).await
}

/// Takes the scheme from so many teams and channels, or fails the batch.
pub fn release(_server: Granted<Server, Write>, id: SchemeId, teams: usize, channels: usize, now: Millis) -> [Statement; 2] {
    [("teams", teams), ("channels", channels)].map(|(table, rows)| {
        let sql = format!(
            "UPDATE {table} SET scheme_id = NULL, update_at = CASE WHEN update_at < ? THEN ? ELSE update_at + 1 END WHERE scheme_id = ?"
        );
        Statement::new(sql, params![now, now, id]).expect_rows(rows as u64)
    })
}

/// The schemes of the teams in whose channels these schemes are: (scheme, that of a team).
pub async fn above(db: &Reader, _server: Granted<Server>, ids: &[SchemeId]) -> Result<Vec<(SchemeId, Option<SchemeId>)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(MAX_IN_LIST) {
        let sql = format!(
            "SELECT DISTINCT c.scheme_id, t.scheme_id FROM channels c LEFT JOIN teams t ON t.id = c.team_id WHERE c.scheme_id IN {}",
            in_list(chunk.len())
        );
        found.extend(db.all::<(SchemeId, Option<SchemeId>)>(sql, in_values(chunk)).await?);
    }
    Ok(found)
}

/// The schemes of channels in teams that have this scheme, or none.
pub async fn below(db: &Reader, _server: Granted<Server>, team_scheme: Option<SchemeId>) -> Result<Vec<SchemeId>> {
    let of_team = if team_scheme.is_some() { "t.scheme_id = ?" } else { "t.scheme_id IS NULL" };
    let sql =
        format!("SELECT DISTINCT c.scheme_id FROM channels c JOIN teams t ON t.id = c.team_id WHERE c.scheme_id IS NOT NULL AND {of_team}");
    db.all(sql, team_scheme.map(|scheme| params![scheme]).unwrap_or_default()).await
}

/// The schemes that belong to the moderation of channels.
pub async fn derived_ids(db: &Reader) -> Result<Vec<SchemeId>> {
    db.all("SELECT id FROM schemes WHERE is_derived = 1", params![]).await
}
