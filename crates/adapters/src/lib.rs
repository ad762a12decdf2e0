//! Implementations of the model's ports: passwords, randomness, ids, local files, images, outgoing HTTP, the machine.

mod workers;

pub mod blobs;
pub mod host;
pub mod ids;
pub mod images;
pub mod machine;
pub mod outgoing;
pub mod passwords;
pub mod tokens;
