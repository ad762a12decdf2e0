//! The checks of `guildhall doctor`: they look at the machine through the port `Machine`, at the database and the process
//! through `Facts`, and say what is wrong and what to do about it. No I/O of their own.

mod check;
mod checks;
mod kind;
mod run;
#[cfg(test)]
mod testing;
mod text;
mod troubleshooting;

pub use kind::FindingKind;
pub use run::{check_count, run};
pub use text::size;
pub use troubleshooting::markdown;

/// All findings that there are, by group.
pub fn kinds() -> impl Iterator<Item = &'static FindingKind> {
    checks::GROUPS.iter().flat_map(|group| group.kinds.iter().copied())
}
