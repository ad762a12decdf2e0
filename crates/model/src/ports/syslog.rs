//! Sending messages to a syslog server.

use async_trait::async_trait;

use crate::audit::{SyslogError, SyslogMessage, SyslogServer};

#[async_trait]
pub trait SyslogSender: Send + Sync {
    /// Returns when the server has read all of these messages; after an error it may have read some.
    async fn send(&self, server: &SyslogServer, messages: &[SyslogMessage]) -> Result<(), SyslogError>;
}
