//! Teams and their members.

mod create;
mod invite;
mod join;
mod view;

pub use create::NewTeam;
