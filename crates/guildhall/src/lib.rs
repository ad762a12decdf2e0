//! The one place where everything is wired, and the verbs of the command line.

pub mod cli;
pub mod config;
mod verbs;
pub mod wiring;
