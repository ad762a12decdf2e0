//! Erasing people: their account becomes one without a name, what only they had is deleted, and conversations stay readable.
//! `docs/decisions/0054-export-of-personal-data.md`.

mod account;
mod content;
mod names;
mod request;
mod run;
mod texts;

pub use request::EraseRequest;

noun! {
    /// Erasing people.
    erasure::Erasure, uses: [posts::Posts, users::Users]
}
