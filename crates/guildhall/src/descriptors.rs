//! The number of file descriptors that the process may open. Each connection takes one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Enough for any server; some systems allow billions, and then programs reserve memory for each.
const DESCRIPTORS_MAX: u64 = 1_048_576;

/// Raises the soft limit to the hard one, and returns it.
pub fn raise_limit() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(DESCRIPTORS_MAX).min(DESCRIPTORS_MAX);
    let mut current = limit.current.unwrap_or(DESCRIPTORS_MAX);
    if current < wanted {
        match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }) {
            Ok(()) => current = wanted,
            Err(error) => tracing::warn!(%error, current, "the limit of file descriptors cannot be raised"),
        }
    }
    usize::try_from(current.min(DESCRIPTORS_MAX)).unwrap_or(usize::MAX)
}
