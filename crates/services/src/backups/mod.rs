//! Backups: their targets, and the jobs that make and check them.

mod continuous;
mod list;
mod pause;
mod run;
mod schedule;
mod start;
mod targets;

pub use start::Operation;
pub use targets::{NewTarget, TargetChange};

noun! {
    /// Backups and their targets.
    backups::Backups, uses: []
}
