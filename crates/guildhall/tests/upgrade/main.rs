//! Upgrades of databases of older versions, the way back, and what interrupts them, with the real binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

#[path = "../../../api/tests/support/authenticator.rs"]
mod authenticator;
mod fixtures;
mod interrupted;
mod newer;
mod older;
#[path = "../../../api/tests/support/passkey.rs"]
#[allow(dead_code, reason = "the tests of the API log in with it")]
mod passkey;
mod rollback;
mod servers;
mod snapshots;
