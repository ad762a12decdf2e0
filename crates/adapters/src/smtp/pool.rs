//! Connections that wait for the next mail. lettre's own pool is not used: it keeps a connection whose mail was given up in the
//! middle, and would take the late answer for that of the next mail.

use std::time::Duration;

use guildhall_model::mail::MailServer;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use parking_lot::Mutex;
use tokio::time::Instant;

/// Connections that are kept.
const IDLE_MAX: usize = 4;
/// Mail servers end idle connections after some minutes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    /// How the connection was made: with other settings it is not used again.
    server: MailServer,
    since: Instant,
}

impl Pool {
    /// A connection that still answers. Those that are too old, and those of other settings, are closed.
    pub async fn take(&self, server: &MailServer, timeout: Duration) -> Option<AsyncSmtpConnection> {
        while let Some(mut connection) = self.pop(server) {
            if let Ok(true) = tokio::time::timeout(timeout, connection.test_connected()).await {
                return Some(connection);
            }
        }
        None
    }

    pub fn keep(&self, server: &MailServer, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MAX {
            idle.push(Idle { connection, server: server.clone(), since: Instant::now() });
        }
    }

    fn pop(&self, server: &MailServer) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock();
        idle.retain(|idle| idle.since.elapsed() < IDLE_TIMEOUT && idle.server == *server);
        idle.pop().map(|idle| idle.connection)
    }
}
