//! The hub seen from outside: as the WebSocket side and the publishers use it.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod closing;
mod delivery;
mod limits;
mod loading;
mod presence;
mod reference;
mod resuming;
mod threads;
mod world;
