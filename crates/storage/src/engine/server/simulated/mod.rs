//! A database server in memory, behind the writers and the dispatcher of a real one: for the simulation in
//! `crates/simulation`. Its statements compare and set integers, its faults are chosen by the caller.

mod database;
mod driver;
mod server;

pub use database::SimulatedDatabase;
pub use server::{CommitFault, Faults, SimulatedServer, Step};
