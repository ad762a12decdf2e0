//! The last calls of outgoing webhooks and commands.

use guildhall_model::integration::{CALLS_KEPT, IntegrationCall};
use guildhall_model::{Millis, Result, id::TargetId};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Write, params};

entity!(IntegrationCall, "integration_calls", [id, integration_id, create_at, duration_ms, status, error]);

/// The newest first.
pub async fn of_integration(db: &Reader, integration: Granted<TargetId>) -> Result<Vec<IntegrationCall>> {
    let tail = "WHERE integration_id = ? ORDER BY id DESC LIMIT ?";
    db.all(IntegrationCall::select(tail), params![integration, CALLS_KEPT]).await
}

/// Adds a call, and forgets those that are too many.
pub fn insert(_server: Granted<Server, Write>, call: &IntegrationCall) -> [Statement; 2] {
    let trim = "DELETE FROM integration_calls WHERE integration_id = ? AND id NOT IN \
                (SELECT id FROM (SELECT id FROM integration_calls WHERE integration_id = ? ORDER BY id DESC LIMIT ?) kept)";
    [call.insert(), Statement::new(trim, params![call.integration_id, call.integration_id, CALLS_KEPT])]
}

/// Those of before a moment.
pub fn forget(_server: Granted<Server, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM integration_calls WHERE create_at < ?", params![before])
}
