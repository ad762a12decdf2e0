//! Tests of the hub's public interface, as the WebSocket side and the publishers use it.

#![allow(clippy::unwrap_used, reason = "helpers outside of test functions unwrap too")]

mod closing;
mod delivery;
mod fixture;
mod limits;
mod loading;
mod presence;
mod reference;
mod reloading;
mod resuming;
mod threads;
