//! Mail: what accounts and those who are invited get, from the queue to the mail server, in the reader's language.

mod account;
mod catalogue;
mod invitation;
mod layout;
mod links;
mod queue;
mod test;

pub(crate) use account::ACCOUNT_MAIL;
pub(crate) use catalogue::language_of;
pub(crate) use invitation::INVITATION_MAIL;
pub(crate) use layout::{Page, Rendered, button, escape, fill};
pub(crate) use queue::State;

noun! {
    /// Mail.
    mail::Mail, state: State, uses: [security_alerts::SecurityAlerts]
}
