//! Custom slash commands of teams.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{CommandId, TeamId, UserId};
use guildhall_model::integration::Command;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Unchecked, Write, params};

entity!(
    Command,
    "commands",
    [
        id,
        token,
        create_at,
        update_at,
        delete_at,
        creator_id,
        team_id,
        trigger as "command_trigger",
        method,
        username,
        icon_url,
        auto_complete,
        auto_complete_desc,
        auto_complete_hint,
        display_name,
        description,
        url,
        last_error
    ]
);

pub async fn get(db: &Reader, id: CommandId) -> Result<Unchecked<Option<Command>>> {
    db.optional(Command::select("WHERE id = ? AND delete_at = 0"), params![id]).await.map(Unchecked::new)
}

pub async fn by_trigger(db: &Reader, team: Granted<TeamId>, trigger: &str) -> Result<Option<Command>> {
    db.optional(Command::select("WHERE team_id = ? AND command_trigger = ? AND delete_at = 0"), params![team, trigger]).await
}

/// The commands of a team, optionally of one creator.
pub async fn of_team(db: &Reader, team: Granted<TeamId>, creator: Option<UserId>, limit: i64) -> Result<Vec<Command>> {
    match creator {
        Some(creator) => {
            let tail = "WHERE team_id = ? AND creator_id = ? AND delete_at = 0 ORDER BY command_trigger LIMIT ?";
            db.all(Command::select(tail), params![team, creator, limit]).await
        }
        None => db.all(Command::select("WHERE team_id = ? AND delete_at = 0 ORDER BY command_trigger LIMIT ?"), params![team, limit]).await,
    }
}

/// Inserts it, unless the team has one of this trigger.
pub fn insert(team: Granted<TeamId, Write>, command: &Command) -> Statement {
    command.insert().bind_column(Command::COLUMNS, "team_id", team).on_duplicate(codes::COMMAND_TRIGGER_TAKEN)
}

/// Writes what can be changed, including the token, and moves it to the team, unless it was changed since `read_at`.
pub fn update(team: Granted<TeamId, Write>, command: &Command, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE commands SET token = ?, update_at = ?, team_id = ?, command_trigger = ?, method = ?, username = ?, icon_url = ?, \
         auto_complete = ?, auto_complete_desc = ?, auto_complete_hint = ?, display_name = ?, description = ?, url = ? \
         WHERE id = ? AND update_at = ? AND delete_at = 0",
        params![
            &command.token,
            command.update_at,
            team,
            &command.trigger,
            &command.method,
            &command.username,
            &command.icon_url,
            command.auto_complete,
            &command.auto_complete_desc,
            &command.auto_complete_hint,
            &command.display_name,
            &command.description,
            &command.url,
            command.id,
            read_at
        ],
    )
    .expect_rows(1)
    .on_duplicate(codes::COMMAND_TRIGGER_TAKEN)
}

/// Why the command was not executed; empty after a successful execution. Writes nothing if that is stored already.
pub fn set_error(_server: Granted<Server, Write>, id: CommandId, error: &str) -> Statement {
    Statement::new("UPDATE commands SET last_error = ? WHERE id = ? AND last_error <> ?", params![error, id, error])
}

pub fn delete(team: Granted<TeamId, Write>, id: CommandId, now: Millis) -> Statement {
    let sql = "UPDATE commands SET delete_at = ?, update_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, id, team]).expect_rows(1).or(codes::COMMAND_NOT_FOUND)
}
