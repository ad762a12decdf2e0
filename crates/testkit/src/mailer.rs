//! A mail server in memory: keeps the mails, or fails as a test says.

use std::collections::VecDeque;

use async_trait::async_trait;
use guildhall_model::mail::{MailError, MailServer, OutgoingMail};
use guildhall_model::ports::Mailer;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::TIMEOUT;

#[derive(Default)]
pub struct TestMailer {
    state: Mutex<State>,
    taken: Notify,
}

#[derive(Default)]
struct State {
    attempts: Vec<(MailServer, OutgoingMail)>,
    sent: VecDeque<OutgoingMail>,
    failures: VecDeque<MailError>,
}

impl TestMailer {
    /// The next attempt fails like this; several calls are for several attempts.
    pub fn fail_next(&self, is_permanent: bool, reason: &str) {
        self.state.lock().failures.push_back(MailError { is_permanent, reason: reason.to_owned() });
    }

    /// All attempts, also those that failed.
    pub fn attempts(&self) -> Vec<(MailServer, OutgoingMail)> {
        self.state.lock().attempts.clone()
    }

    /// The next mail that was taken, in their order; panics if there is none in time.
    pub async fn next(&self) -> OutgoingMail {
        let next = async {
            loop {
                let taken = self.taken.notified();
                if let Some(mail) = self.state.lock().sent.pop_front() {
                    return mail;
                }
                taken.await;
            }
        };
        tokio::time::timeout(TIMEOUT, next).await.expect("no mail was sent")
    }

    /// The mails that nobody has waited for.
    pub fn take_sent(&self) -> Vec<OutgoingMail> {
        self.state.lock().sent.drain(..).collect()
    }
}

#[async_trait]
impl Mailer for TestMailer {
    async fn send(&self, server: &MailServer, mail: &OutgoingMail) -> Result<(), MailError> {
        let mut state = self.state.lock();
        state.attempts.push((server.clone(), mail.clone()));
        if let Some(failure) = state.failures.pop_front() {
            return Err(failure);
        }
        state.sent.push_back(mail.clone());
        self.taken.notify_waiters();
        Ok(())
    }
}
