//! Sending mail.

use async_trait::async_trait;

use crate::mail::{MailError, MailServer, OutgoingMail};

#[async_trait]
pub trait Mailer: Send + Sync {
    /// Returns when the server has taken the mail. It is sent at most once by each call.
    async fn send(&self, server: &MailServer, mail: &OutgoingMail) -> Result<(), MailError>;
}
