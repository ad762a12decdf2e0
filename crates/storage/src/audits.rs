//! The audit trail, and the seals of its records.

use guildhall_model::audit::{Audit, AuditSeal};
use guildhall_model::id::UserId;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Value, Write, in_list, in_values, params};

entity!(Audit, "audits", [id, create_at, user_id, action, extra_info, ip_address, session_id]);
entity!(AuditSeal, "audit_seals", [number, sealed_at, last_record_at, record_count, records_digest, previous_digest, digest]);

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

/// Records that are not sealed yet, in the order of their ids.
pub async fn unsealed(db: &Reader, _server: Granted<Server>, limit: i64) -> Result<Vec<Audit>> {
    db.all(Audit::select("WHERE seal_number IS NULL ORDER BY id LIMIT ?"), params![limit]).await
}

/// The records of a seal, in the order of their ids.
pub async fn sealed(db: &Reader, _server: Granted<Server>, seal_number: i64) -> Result<Vec<Audit>> {
    db.all(Audit::select("WHERE seal_number = ? ORDER BY id"), params![seal_number]).await
}

pub async fn seal(db: &Reader, _server: Granted<Server>, number: i64) -> Result<Option<AuditSeal>> {
    db.optional(AuditSeal::select("WHERE number = ?"), params![number]).await
}

pub async fn latest_seal(db: &Reader, _server: Granted<Server>) -> Result<Option<AuditSeal>> {
    db.optional(AuditSeal::select("ORDER BY number DESC LIMIT 1"), params![]).await
}

/// The last seal before this number, which is not the number before where that one is missing.
pub async fn seal_before(db: &Reader, _server: Granted<Server>, number: i64) -> Result<Option<AuditSeal>> {
    db.optional(AuditSeal::select("WHERE number < ? ORDER BY number DESC LIMIT 1"), params![number]).await
}

/// Seals from this number on, the oldest first.
pub async fn seals_from(db: &Reader, _server: Granted<Server>, number: i64, limit: i64) -> Result<Vec<AuditSeal>> {
    db.all(AuditSeal::select("WHERE number >= ? ORDER BY number LIMIT ?"), params![number, limit]).await
}

/// Seals these records; `CONFLICT` where another node has done it meanwhile.
pub fn insert_seal(_server: Granted<Server, Write>, seal: &AuditSeal, records: &[Audit]) -> [Statement; 2] {
    let ids = records.iter().map(|record| record.id);
    let sql = format!("UPDATE audits SET seal_number = ? WHERE seal_number IS NULL AND id IN {}", in_list(records.len()));
    let params = std::iter::once(Value::from(seal.number)).chain(in_values(ids)).collect();
    [seal.insert(), Statement::new(sql, params).expect_rows(records.len() as u64)]
}

/// The oldest seal with a record from that time on.
pub async fn first_seal_since(db: &Reader, _server: Granted<Server>, since: Millis) -> Result<Option<i64>> {
    db.optional("SELECT number FROM audit_seals WHERE last_record_at >= ? ORDER BY number LIMIT 1", params![since]).await
}

/// Deletes the records of the seals up to this one, and the seals before it; it stays as the one that the next one follows.
pub fn delete_up_to_seal(_server: Granted<Server, Write>, number: i64) -> [Statement; 2] {
    [
        Statement::new("DELETE FROM audits WHERE seal_number <= ?", params![number]),
        Statement::new("DELETE FROM audit_seals WHERE number < ?", params![number]),
    ]
}
