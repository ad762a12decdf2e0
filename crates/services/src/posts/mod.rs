//! Posts: creating, reading, editing, deleting and pinning.

mod attachments;
mod audience;
mod channel_mentions;
mod create;
mod delete;
mod draft;
mod edit;
mod edited_mentions;
mod ephemeral;
mod flagged;
mod lists;
pub mod mentions;
pub(crate) mod props;
mod prose;
mod read;
mod replies;
mod system;
mod thread;
mod typing;
mod unread;
mod views;

pub use draft::NewPost;
pub use edit::PostPatch;
pub use lists::{PagePosition, PageRequest};
pub use read::{IDS_MAX, PostInfo};
pub(crate) use system::SystemMessage;
pub use thread::ThreadRequest;
pub use unread::UnreadRequest;

noun! {
    /// Posts.
    posts::Posts, uses: [statuses::Statuses, threads::Threads]
}
