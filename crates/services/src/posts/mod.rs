//! Posts: creating, reading, editing, deleting and pinning.

mod acknowledge;
pub(crate) mod action_cookies;
pub(crate) mod attachments;
mod audience;
mod channel_mentions;
mod create;
mod delete;
mod draft;
mod edit;
mod edited_mentions;
mod ephemeral;
mod first;
mod flagged;
mod group_mentions;
mod hashtags;
mod integration_update;
mod lists;
pub mod mentions;
mod persistent_notifications;
mod priority;
pub(crate) mod props;
mod read;
mod reminders;
mod replies;
mod system;
mod thread;
mod times;
mod typing;
mod unread;
mod unsent;
mod views;

pub(crate) use create::AlsoCommitted;
pub use draft::NewPost;
pub use edit::PostPatch;
pub(crate) use integration_update::IntegrationUpdate;
pub use lists::{PagePosition, PageRequest};
pub use read::{IDS_MAX, PostInfo};
pub(crate) use reminders::ReminderMessage;
pub(crate) use system::SystemMessage;
pub use thread::ThreadRequest;
pub use unread::UnreadRequest;

noun! {
    /// Posts.
    posts::Posts, state: State, uses: [limits::Limits, statuses::Statuses, system::System, threads::Threads]
}

#[derive(Default)]
pub(crate) struct State {
    times: times::PostTimes,
    typing: typing::TypingTimes,
}
