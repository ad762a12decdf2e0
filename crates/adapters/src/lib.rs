//! The outside world behind the model's ports: passwords, randomness, ids, local files, pictures, outgoing HTTP.

mod workers;

pub mod ids;
pub mod passwords;
pub mod tokens;
