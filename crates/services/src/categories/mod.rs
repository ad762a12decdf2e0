//! The categories of a user's sidebar, which group the channels.

mod arrange;
mod change;
mod favorites;
mod place;
mod read;

pub use change::{CategoryUpdate, NewCategory};
pub(crate) use place::Placement;

noun! {
    /// Sidebar categories.
    categories::Categories, uses: []
}

/// Most categories of one user in one team.
pub const CATEGORIES_MAX: usize = 200;
/// Most channels in one category.
pub const CHANNELS_PER_CATEGORY_MAX: usize = 2000;
