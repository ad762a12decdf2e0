//! Drafts: what people have begun to write, the same on all their devices.

mod list;
mod save;

pub(crate) use list::with_files;
pub use save::NewDraft;
pub(crate) use save::to_draft;

noun! {
    /// Drafts.
    drafts::Drafts, uses: [posts::Posts]
}
