//! The server's configuration, wiring, start and stop, and the verbs of the command line.

mod backup_parts;
mod boot;
pub mod build_info;
pub mod cli;
pub mod config;
pub mod data_folder;
mod database_move;
mod descriptors;
mod doctor;
pub mod file_modes;
mod listen;
mod local_api;
mod logging;
mod owner;
mod plan;
pub mod recent_log;
mod reference;
mod restore;
mod sweeps;
mod systemd;
mod tls;
mod traces;
mod upgrade;
mod verbs;
pub mod wiring;
