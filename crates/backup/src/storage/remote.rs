//! What storages on other machines share: asynchronous work on the threads that call, limits of time, and repetitions.

use std::sync::LazyLock;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use bytes::Bytes;
use tokio::runtime::{self, Runtime};

use super::StorageError;

/// How long is waited, and how often it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For an answer, or for the next piece of a long one.
    pub answer: Duration,
    /// The first pause; each further one is twice as long.
    pub pause: Duration,
    /// Repetitions after a failure that may pass.
    pub repetitions: usize,
}

impl Timing {
    /// Where a person waits for the answer.
    pub(crate) const INTERACTIVE: Self = Self { answer: Duration::from_secs(15), pause: Duration::from_secs(1), repetitions: 1 };
}

impl Default for Timing {
    fn default() -> Self {
        Self { answer: Duration::from_secs(30), pause: Duration::from_secs(1), repetitions: 3 }
    }
}

/// Why an attempt has failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The connection, a server that is overloaded: worth another attempt.
    Passing(StorageError),
    Lasting(StorageError),
}

impl Failure {
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Passing(_))
    }
}

/// The connections of all storages on other machines.
static RUNTIME: LazyLock<Result<Runtime, String>> = LazyLock::new(|| {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(1).thread_name("backup-network").enable_all().build();
    runtime.map_err(|error| error.to_string())
});

/// Waits for the work on this thread, which is one for blocking work. The work is begun again if its failure may pass.
pub(super) fn run<T>(location: &str, timing: Timing, work: impl AsyncFn() -> Result<T, Failure>) -> Result<T, StorageError> {
    let runtime = RUNTIME.as_ref();
    let runtime = runtime.map_err(|reason| StorageError::Unusable { location: location.to_owned(), reason: reason.clone() })?;
    let pauses = ExponentialBuilder::default().with_min_delay(timing.pause).with_max_times(timing.repetitions);
    let outcome = runtime.block_on(async {
        let attempt = || work();
        let repeated = attempt.retry(pauses).sleep(tokio::time::sleep).when(Failure::is_passing);
        repeated.notify(|failure, pause| tracing::debug!(?failure, ?pause, "another attempt at the storage of backups")).await
    });
    outcome.map_err(|(Failure::Passing(error) | Failure::Lasting(error))| error)
}

/// The parts in groups of so many bytes; only the last may have less. Nothing is copied.
pub(super) fn groups(parts: &[Bytes], group_bytes: usize) -> Vec<Vec<Bytes>> {
    let (mut groups, mut group, mut room) = (Vec::new(), Vec::new(), group_bytes);
    for part in parts {
        let mut part = part.clone();
        while !part.is_empty() {
            let piece = part.split_to(room.min(part.len()));
            room -= piece.len();
            group.push(piece);
            if room == 0 {
                groups.push(std::mem::take(&mut group));
                room = group_bytes;
            }
        }
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(failures: usize, failure: impl Fn(StorageError) -> Failure) -> (Result<usize, StorageError>, usize) {
        let attempts = std::sync::atomic::AtomicUsize::new(0);
        let timing = Timing { pause: Duration::from_micros(1), repetitions: 3, ..Timing::default() };
        let outcome = run("place", timing, async || {
            let attempt = attempts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if attempt < failures { Err(failure(StorageError::TimedOut { location: "place".to_owned() })) } else { Ok(attempt) }
        });
        (outcome, attempts.into_inner())
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_lasts_is_not() {
        assert_eq!(failing(3, Failure::Passing), (Ok(3), 4));
        assert_eq!(failing(9, Failure::Passing).1, 4);
        let (outcome, attempts) = failing(9, Failure::Lasting);
        assert_eq!((outcome.unwrap_err().to_string().as_str(), attempts), ("place did not answer in time.", 1));
    }

    #[test]
    fn parts_are_grouped_in_their_order() {
        let parts = [Bytes::from_static(b"abc"), Bytes::new(), Bytes::from_static(b"defgh"), Bytes::from_static(b"i")];
        let joined: Vec<String> = groups(&parts, 4).iter().map(|group| String::from_utf8(group.concat()).unwrap()).collect();
        assert_eq!(joined, ["abcd", "efgh", "i"]);
        assert!(groups(&[], 4).is_empty());
    }
}
