//! Threads and who follows them.

mod follow;
mod list;
mod seen;

pub use guildhall_storage::threads::lists::Totals;
pub use list::{ThreadPage, ThreadsRequest};

noun! {
    /// Threads and who follows them.
    threads::Threads, uses: [posts::Posts]
}
