//! What a server knows of itself beside its settings.

use crate::time::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Clients tell servers apart by it; it is sent nowhere else.
    pub server_id: String,
    pub installed_at: Millis,
    pub has_accounts: bool,
    /// `sqlite`, `postgres` or `mysql`.
    pub database: &'static str,
    pub schema_version: i64,
}
