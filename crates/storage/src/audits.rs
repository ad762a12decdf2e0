//! The audit trail.

use guildhall_model::audit::Audit;
use guildhall_model::id::UserId;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Write, params};

entity!(Audit, "audits", [id, create_at, user_id, action, extra_info, ip_address, session_id]);

/// The entries of all people, the newest first.
pub async fn list(db: &Reader, _server: Granted<Server>, limit: i64, offset: i64) -> Result<Vec<Audit>> {
    db.all(Audit::select("ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?"), params![limit, offset]).await
}

/// The entries of one person, the newest first.
pub async fn of_user(db: &Reader, user: Granted<UserId>, limit: i64, offset: i64) -> Result<Vec<Audit>> {
    let sql = Audit::select("WHERE user_id = ? ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?");
    db.all(sql, params![user, limit, offset]).await
}

pub fn insert(audit: &Audit) -> Statement {
    audit.insert()
}

/// Deletes entries older than `before`.
pub fn delete_before(_server: Granted<Server, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM audits WHERE create_at < ?", params![before])
}
