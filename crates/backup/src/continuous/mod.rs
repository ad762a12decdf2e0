//! Continuous backups of an embedded database: copies of it and the pages that have changed since, in the folder `continuous` of a
//! repository, encrypted by a key of the repository. `docs/decisions/0037-continuous-backups.md` describes the format.

mod base;
mod chain;
mod cipher;
mod copier;
mod copies;
mod files;
mod name;
mod pages;
mod restore;
#[cfg(test)]
mod tests;
mod upkeep;

pub use copies::{ContinuousCopies, SCRATCH};
pub use name::is_object_name;
pub use restore::{ContinuousSource, RestoredPages};
