//! How a person's sidebar groups their channels.

mod arrange;
mod change;
mod favorites;
mod read;

pub use change::{CategoryUpdate, NewCategory};

noun! {
    /// How people arrange their sidebars.
    categories::Categories, uses: []
}

/// How many categories one person has in one team.
pub const CATEGORIES_MAX: usize = 200;
/// How many channels one category takes.
pub const CHANNELS_PER_CATEGORY_MAX: usize = 2000;
