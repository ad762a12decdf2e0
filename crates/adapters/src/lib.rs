//! Implementations of the model's ports: passwords, randomness, ids, local files, images, certificates, outgoing HTTP, mail, syslog,
//! the machine.

mod disk_space;
mod workers;

pub mod acme;
pub mod blobs;
pub mod breached_passwords;
pub mod certificates;
pub mod ids;
pub mod images;
pub mod machine;
pub mod outgoing;
pub mod passkeys;
pub mod passwords;
pub mod private_files;
pub mod smtp;
pub mod syslog;
pub mod tokens;
