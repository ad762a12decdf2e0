//! Retries writes that conflicted with a concurrent change.

use guildhall_model::Result;
use guildhall_model::codes::context;

/// In every conflict one writer succeeds, so this many concurrent writers all succeed within this many attempts.
const ATTEMPTS_MAX: u32 = 32;

/// Repeats an attempt that reads, decides and commits while it ends in a conflict.
pub(crate) async fn retry_on_conflict<T, F>(attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 1..ATTEMPTS_MAX {
        match attempt().await {
            Err(error) if error.is(context::CONFLICT) => {}
            result => return result,
        }
    }
    attempt().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use guildhall_model::Error;

    use super::*;

    /// How many attempts are made when each ends with this error.
    async fn attempts(error: impl Fn() -> Error) -> u32 {
        let count = AtomicU32::new(0);
        let attempt = || async {
            count.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(error())
        };
        assert!(retry_on_conflict(attempt).await.is_err());
        count.into_inner()
    }

    #[tokio::test]
    async fn only_conflicts_are_retried_and_not_forever() {
        assert_eq!(attempts(|| context::PERMISSIONS.into()).await, 1);
        assert_eq!(attempts(|| context::CONFLICT.into()).await, ATTEMPTS_MAX);
    }
}
