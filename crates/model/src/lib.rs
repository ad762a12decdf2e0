//! What a chat is: ids, time, people, teams, channels, posts, permissions, events and errors.
//! Pure data and pure rules; no I/O, no SQL, no HTTP, no async runtime.

pub mod codes;
pub mod error;
pub mod id;
pub mod time;

pub use error::{Code, Error, Kind, Result};
pub use id::{Id, IdSource};
pub use time::{Clock, Millis};
