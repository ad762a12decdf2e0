//! Notifications by mail: messages that people were not there to read, from the commit of the message to the mail
//! (`docs/decisions/0043-notification-mails.md`).

mod catalogue;
mod content;
mod deliver;
mod enqueue;
mod expand;
mod html;
mod preferences;
mod queue;
mod schedule;
mod text;
mod times;
mod unread;
mod unsubscribe;
mod wanted;

pub(crate) use deliver::NOTIFICATION_MAIL;
pub use unsubscribe::UnsubscribePage;

noun! {
    /// Notifications by mail.
    notifications::Notifications,
    uses: [deliveries::Deliveries, mail::Mail, statuses::Statuses, system::System, users::Users]
}
