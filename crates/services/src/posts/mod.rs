//! Posts: written, read, edited, deleted, pinned.

mod audience;
mod create;
mod delete;
mod draft;
mod edit;
mod ephemeral;
mod lists;
pub mod mentions;
mod props;
mod read;
mod replies;
mod system;
mod views;

pub use draft::NewPost;
pub use edit::PostPatch;
pub use lists::{Around, PageRequest};
