//! Searching posts.

mod find;
mod query;

pub use find::SearchRequest;
pub use query::Query;

noun! {
    /// Search over posts.
    search::Search, uses: [posts::Posts]
}
