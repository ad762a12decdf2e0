//! The verbs of the command line, a file each.

pub mod apply;
pub mod audit;
pub mod backup;
pub mod config;
pub mod database;
pub mod doctor;
pub mod health;
pub mod job;
pub mod migrate;
pub mod passwords;
pub mod routes;
pub mod serve;
pub mod setup;
pub mod user;
pub mod version;
