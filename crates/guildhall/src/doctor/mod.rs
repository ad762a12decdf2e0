//! `guildhall doctor`: the checks of this machine, by the command line and by the server.

mod examiner;
mod facts;
mod fix;
mod output;

pub use examiner::LocalExaminer;
pub use facts::{Collected, collect};
pub use fix::{fix, give_database_back};
pub use output::{help_url, report, text};
