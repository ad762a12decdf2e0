//! Tasks with the interface of tokio's.

pub use shuttle::future::{JoinHandle, spawn, yield_now};

/// Runs what blocks in a task of its own.
pub fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    spawn(async move { work() })
}
