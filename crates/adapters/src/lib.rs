//! Implementations of the model's ports: passwords, randomness, ids, local files, images, certificates, outgoing
//! HTTP.

mod workers;

pub mod acme;
pub mod blobs;
pub mod certificates;
pub mod ids;
pub mod images;
pub mod outgoing;
pub mod passwords;
pub mod private_files;
pub mod tokens;
