//! Configuration as clients read it, and as administrators read and change it.

mod client;

pub use client::{ClientConfig, client, client_anonymous, license};
