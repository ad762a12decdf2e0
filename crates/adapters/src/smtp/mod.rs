//! Mail over SMTP, by lettre: encrypted as the server's settings say, over a few connections that are kept for the next mail.

mod connection;
mod failure;
mod message;
mod pool;

use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::mail::{MailError, MailServer, OutgoingMail};
use guildhall_model::ports::Mailer;
use lettre::transport::smtp::client::AsyncSmtpConnection;

use pool::Pool;

#[derive(Default)]
pub struct SmtpMailer {
    pool: Pool,
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, server: &MailServer, mail: &OutgoingMail) -> Result<(), MailError> {
        let message = message::build(mail)?;
        let timeout = Duration::from_millis(server.timeout_ms);
        let mut connection = match self.pool.take(server, timeout).await {
            Some(connection) => connection,
            None => connection::open(server, timeout).await?,
        };
        // A connection of which the answer is not known is dropped, never kept: the next mail would get the answer to this one.
        match tokio::time::timeout(timeout, connection.send(message.envelope(), &message.formatted())).await {
            Ok(Ok(_answer)) => {
                self.keep(server, connection);
                Ok(())
            }
            Ok(Err(error)) => Err(failure::of_mail(server, &error)),
            Err(_elapsed) => Err(failure::timed_out(server, "did not take the mail", timeout)),
        }
    }
}

impl SmtpMailer {
    fn keep(&self, server: &MailServer, connection: AsyncSmtpConnection) {
        if !connection.has_broken() {
            self.pool.keep(server, connection);
        }
    }
}
