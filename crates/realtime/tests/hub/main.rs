//! The hub seen from outside: as the WebSocket side and the publishers use it.

mod closing;
mod delivery;
mod limits;
mod loading;
mod presence;
mod reference;
mod resuming;
mod threads;
mod world;
