//! The server's configuration, wiring, start and stop, and the verbs of the command line.

mod boot;
pub mod cli;
pub mod config;
pub mod data_folder;
mod descriptors;
pub mod file_modes;
mod listen;
mod local_api;
mod reference;
mod sweeps;
mod tls;
mod verbs;
pub mod wiring;
