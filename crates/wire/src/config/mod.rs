//! Configuration as clients read it, and as administrators read and change it.

mod admin;
mod client;

pub use admin::{admin, changed, environment};
pub use client::{ClientConfig, client, client_anonymous, license};
