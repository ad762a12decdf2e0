//! Terms of service, and who has agreed to them.

use guildhall_model::Result;
use guildhall_model::id::{TermsOfServiceId, UserId};
use guildhall_model::terms_of_service::{AcceptedTerms, TermsOfService};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Set, Sql, Statement, Write, params};

entity!(TermsOfService, "terms_of_service", [id, author_id, text, create_at]);

impl FromRow for AcceptedTerms {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { terms_of_service_id: row.get(0)?, accepted_at: row.get(1)? })
    }
}

/// Those that hold now.
pub async fn latest(db: &Reader) -> Result<Option<TermsOfService>> {
    db.optional(TermsOfService::select("ORDER BY create_at DESC, id DESC LIMIT 1"), params![]).await
}

/// The id of those that hold now.
pub async fn latest_id(db: &Reader) -> Result<Option<TermsOfServiceId>> {
    db.optional("SELECT id FROM terms_of_service ORDER BY create_at DESC, id DESC LIMIT 1", params![]).await
}

/// Also former ones.
pub async fn exists(db: &Reader, id: TermsOfServiceId) -> Result<bool> {
    Ok(db.one::<i64>("SELECT COUNT(*) FROM terms_of_service WHERE id = ?", params![id]).await? > 0)
}

pub async fn count(db: &Reader) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM terms_of_service", params![]).await
}

pub fn insert(_server: Granted<Server, Write>, terms: &TermsOfService) -> Statement {
    terms.insert()
}

/// The terms to which the person has agreed last.
pub async fn accepted(db: &Reader, user: Granted<UserId>) -> Result<Option<AcceptedTerms>> {
    db.optional("SELECT terms_of_service_id, accepted_at FROM user_terms_of_service WHERE user_id = ?", params![user]).await
}

pub fn accept(user: Granted<UserId, Write>, accepted: AcceptedTerms) -> Statement {
    const SQL: Sql = Sql::Upsert {
        table: "user_terms_of_service",
        columns: &["user_id", "terms_of_service_id", "accepted_at"],
        key: &["user_id"],
        update: &[Set::New("terms_of_service_id"), Set::New("accepted_at")],
    };
    Statement::new(SQL, params![user, accepted.terms_of_service_id, accepted.accepted_at])
}

/// Takes the agreement to these terms back.
pub fn decline(user: Granted<UserId, Write>, id: TermsOfServiceId) -> Statement {
    Statement::new("DELETE FROM user_terms_of_service WHERE user_id = ? AND terms_of_service_id = ?", params![user, id])
}
