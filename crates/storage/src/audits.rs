//! The audit trail.

use guildhall_model::audit::Audit;
use guildhall_model::id::UserId;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Database, Statement, params};

entity!(Audit, "audits", [id, create_at, user_id, action, extra_info, ip_address, session_id]);

/// The newest first; `user` restricts them to one person's.
pub async fn list(db: &Database, user: Option<UserId>, limit: i64, offset: i64) -> Result<Vec<Audit>> {
    match user {
        Some(user) => {
            let sql = Audit::select("WHERE user_id = ? ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?");
            db.all(sql, params![user, limit, offset]).await
        }
        None => db.all(Audit::select("ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?"), params![limit, offset]).await,
    }
}

pub fn insert(audit: &Audit) -> Statement {
    audit.insert()
}

/// Forgets what is older than `before`.
pub fn delete_before(before: Millis) -> Statement {
    Statement::new("DELETE FROM audits WHERE create_at < ?", params![before])
}
