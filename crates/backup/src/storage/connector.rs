//! How storages on other machines are reached.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use guildhall_model::ports::OutgoingHttp;

use super::Timing;

/// Makes the client of one host, which may be at a private address: an administrator has named it. The error is a reason.
pub type HttpFactory = Arc<dyn Fn(&str) -> Result<Arc<dyn OutgoingHttp>, String> + Send + Sync>;

#[derive(Clone)]
pub struct Connector {
    pub http: HttpFactory,
    /// The configuration file of the system's `ssh`; without, the one of the user that runs the server.
    pub ssh_config: Option<PathBuf>,
    pub timing: Timing,
}

impl Connector {
    pub fn new(http: HttpFactory, ssh_config: Option<PathBuf>) -> Self {
        Self { http, ssh_config, timing: Timing::default() }
    }

    /// The same where a person waits for the answer.
    pub(crate) fn interactive(&self) -> Self {
        Self { timing: Timing::INTERACTIVE, ..self.clone() }
    }

    /// For folders only.
    pub fn without_network() -> Self {
        Self::new(Arc::new(|_| Err("there is no network".to_owned())), None)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("ssh_config", &self.ssh_config).field("timing", &self.timing).finish_non_exhaustive()
    }
}
