//! Threads: following them, listing them, and their read state.

mod follow;
mod list;
mod read_state;

pub use guildhall_storage::threads::lists::Totals;
pub use list::{ThreadPage, ThreadsRequest};

noun! {
    /// Threads and their followers.
    threads::Threads, uses: [posts::Posts]
}
