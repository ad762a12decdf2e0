//! The rows of mails that wait to be sent: bounded for each person, so that nobody's mailbox is flooded through this server.

use guildhall_model::codes::context;
use guildhall_model::id::{InvitationId, TargetId, UserId};
use guildhall_model::job::Delivery;
use guildhall_model::mail::AccountMail;
use guildhall_model::{Millis, Result};

use super::account::{ACCOUNT_MAIL, Payload};
use super::invitation;
use crate::mail::Mail;
use crate::window_counts::{WindowCounts, WindowLimit};

/// All mails go to one place, so that a mail server that hangs takes few of the worker's slots.
const MAIL_SERVER: TargetId = TargetId::from_bytes(*b"the mail server.");

const WINDOW_MS: i64 = 60 * 60 * 1000;
/// Links of one kind, and codes, for one account within an hour: others than its owner may cause them.
const LINKS_MAX: u32 = 5;
/// Notices to one account within an hour.
const NOTICES_MAX: u32 = 60;
const ACCOUNTS_MAX: u64 = 100_000;

/// The mails of each account within an hour.
pub(crate) struct State {
    counts: WindowCounts<(UserId, u8)>,
}

impl Default for State {
    fn default() -> Self {
        Self { counts: WindowCounts::new(ACCOUNTS_MAX, WINDOW_MS) }
    }
}

impl State {
    /// Counts one more mail, unless the account has had as many as it gets within an hour.
    /// Links and codes are counted apart, so that whoever asks for many does not keep notices away.
    fn reserve(&self, user: UserId, mail: &AccountMail, now: Millis) -> bool {
        let (kind, max) = match mail {
            AccountMail::PasswordReset => (1, LINKS_MAX),
            AccountMail::Verification => (2, LINKS_MAX),
            AccountMail::MagicLink { .. } => (3, LINKS_MAX),
            AccountMail::NewPlaceCode { .. } => (4, LINKS_MAX),
            _ => (0, NOTICES_MAX),
        };
        self.counts.add((user, kind), 1, WindowLimit { max, window_ms: WINDOW_MS }, now).is_ok()
    }
}

impl Mail<'_> {
    /// The row of a mail, for the batch of its cause. Nothing where the server sends no mail, or the account has had too many.
    pub(crate) fn account_mail_delivery(&self, user_id: UserId, mail: &AccountMail) -> Result<Vec<Delivery>> {
        let now = self.clock.now();
        if !self.settings().sends_mail() {
            return Ok(Vec::new());
        }
        if !self.state().reserve(user_id, mail, now) {
            tracing::warn!(%user_id, mail = mail.name(), "a mail is not sent: the account has had too many within an hour");
            return Ok(Vec::new());
        }
        let payload = Payload { user_id, mail: mail.clone() };
        let payload = serde_json::to_string(&payload).map_err(|error| context::INTERNAL.with_source(error))?;
        Ok(vec![Delivery::new(self.ids.next(), ACCOUNT_MAIL, MAIL_SERVER, payload, now)])
    }
}

impl Mail<'_> {
    /// The row of the mail of an invitation, for the batch in which it is made. How many there are is bounded by who invites.
    pub(crate) fn invitation_mail_delivery(&self, invitation_id: InvitationId, is_magic_link: bool) -> Result<Vec<Delivery>> {
        if !self.settings().sends_mail() {
            return Ok(Vec::new());
        }
        let payload = serde_json::to_string(&invitation::Payload { invitation_id, is_magic_link })
            .map_err(|error| context::INTERNAL.with_source(error))?;
        Ok(vec![Delivery::new(self.ids.next(), invitation::INVITATION_MAIL, MAIL_SERVER, payload, self.clock.now())])
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::MagicLinkCodeId;

    use super::*;

    #[test]
    fn an_account_gets_a_bounded_number_of_mails_within_an_hour() {
        let (state, start) = (State::default(), Millis(1_800_000_000_000));
        let (ada, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let sent = |user, mail: &AccountMail, now| (0..100).filter(|_| state.reserve(user, mail, now)).count();
        let code =
            AccountMail::NewPlaceCode { code_id: MagicLinkCodeId::from_bytes([3; 16]), device: String::new(), address: String::new() };
        assert_eq!(sent(ada, &AccountMail::PasswordReset, start), 5);
        assert_eq!(sent(ada, &AccountMail::Verification, start), 5);
        assert_eq!(sent(ada, &code, start), 5);
        assert_eq!(sent(ada, &AccountMail::PasswordChanged, start), 60);
        assert_eq!(sent(bob, &AccountMail::PasswordReset, start), 5);
        assert_eq!(sent(ada, &AccountMail::PasswordReset, start.plus_ms(WINDOW_MS - 1)), 0);
        assert_eq!(sent(ada, &AccountMail::PasswordReset, start.plus_ms(WINDOW_MS)), 5);
    }
}
