//! Accounts: making, finding, changing and closing them.

mod command_line;
mod create;
mod get;
mod seen;

pub use create::NewUser;
