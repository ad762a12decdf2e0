//! Properties of the server that are not settings.

use crate::id::TermsOfServiceId;
use crate::time::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Clients distinguish servers by it; it is not sent to other servers.
    pub server_id: String,
    pub installed_at: Millis,
    pub has_accounts: bool,
    /// `sqlite`, `postgres` or `mysql`.
    pub database: &'static str,
    pub schema_version: i64,
    /// Those that hold now, whether or not people are asked to agree to them.
    pub terms_of_service_id: Option<TermsOfServiceId>,
}
