//! HTTPS with the real binary: certificates of a real ACME authority (pebble), of files, and of the server's own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

mod client;
mod failures;
mod issuing;
mod local;
mod own_files;
mod pebble;
mod site;
#[path = "../support/mod.rs"]
mod support;
