//! Urgent posts whose mentioned people are notified again, until one of them responds or it was often enough.

use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::PersistentNotification;
use guildhall_model::{Millis, Result};

use super::mentioned::mentioning;
use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Sql, Statement, Write, params};

entity!(PersistentNotification, "persistent_notifications", [post_id, next_at, sent_count]);

pub fn insert(notification: &PersistentNotification) -> Statement {
    notification.insert()
}

/// Those whose time has come, the earliest first.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<PersistentNotification>> {
    db.all(PersistentNotification::select("WHERE next_at <= ? ORDER BY next_at, post_id LIMIT ?"), params![now, limit]).await
}

/// Counts one more, unless another node has done that or somebody has responded.
pub fn advance(_server: Granted<Server, Write>, sent: &PersistentNotification, next_at: Millis) -> Statement {
    let sql = "UPDATE persistent_notifications SET next_at = ?, sent_count = sent_count + 1 WHERE post_id = ? AND sent_count = ?";
    Statement::new(sql, params![next_at, sent.post_id, sent.sent_count]).expect_rows(1)
}

/// Nobody is notified again.
pub fn delete(post: Granted<PostId, Write>) -> Statement {
    Statement::new("DELETE FROM persistent_notifications WHERE post_id = ?", params![post])
}

/// The same, if the post mentions the person who has responded.
pub fn delete_if_mentioned(post: Granted<PostId, Write>, user: UserId) -> Statement {
    const SQL: Sql = mentioning!(
        "DELETE FROM persistent_notifications WHERE post_id = ? AND EXISTS (SELECT 1 FROM posts p WHERE p.id = ? AND ",
        ("p", "?"),
        ")"
    );
    Statement::new(SQL, params![post, post, user])
}
