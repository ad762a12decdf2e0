//! When people are to be reminded of posts.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::PostReminder;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, params};

entity!(PostReminder, "post_reminders", [user_id, post_id, target_at, create_at]);

/// Reminders that one person can wait for.
pub const PER_PERSON_MAX: i64 = 1_000;

pub async fn count(db: &Reader, user: Granted<UserId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM post_reminders WHERE user_id = ?", params![user]).await
}

/// Sets when the person is reminded of the post, instead of an earlier choice.
pub fn set(user: Granted<UserId, Write>, reminder: &PostReminder) -> Statement {
    const SQL: Sql = Sql::Upsert {
        table: "post_reminders",
        columns: PostReminder::COLUMNS,
        key: &["user_id", "post_id"],
        update: &[Set::New("target_at"), Set::New("create_at")],
    };
    Statement::new(SQL, reminder.values()).bind(0, user)
}

/// Fails where the post was deleted meanwhile.
pub fn guard_post(post: PostId) -> Statement {
    Statement::new("UPDATE posts SET update_at = update_at WHERE id = ? AND delete_at = 0", params![post])
        .expect_rows(1)
        .or(codes::NOT_FOUND)
}

/// Those whose time has come, the earliest first.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<PostReminder>> {
    db.all(PostReminder::select("WHERE target_at <= ? ORDER BY target_at, user_id, post_id LIMIT ?"), params![now, limit]).await
}

/// Ends the reminder, unless the person has chosen another time meanwhile.
pub fn delete(_server: Granted<Server, Write>, reminder: &PostReminder) -> Statement {
    let sql = "DELETE FROM post_reminders WHERE user_id = ? AND post_id = ? AND target_at = ?";
    Statement::new(sql, params![reminder.user_id, reminder.post_id, reminder.target_at])
}
