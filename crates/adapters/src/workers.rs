//! Dedicated threads for CPU-bound jobs, behind a bounded queue that rejects jobs when it is full.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use guildhall_model::codes::context::{BUSY, INTERNAL};
use guildhall_model::{Error, Result};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// When dropped, the threads end after the queued jobs.
pub(crate) struct Workers {
    queue: Sender<Job>,
}

impl Workers {
    pub fn start(name: &str, threads: usize, queue_length: usize) -> io::Result<Self> {
        let (queue, jobs) = bounded(queue_length);
        for index in 0..threads.max(1) {
            let jobs = jobs.clone();
            thread::Builder::new().name(format!("{name}-{index}")).spawn(move || run_jobs(&jobs))?;
        }
        Ok(Self { queue })
    }

    /// Runs `job` on one of the threads. Returns `BUSY` at once if the queue is full, and `INTERNAL` if the job panics;
    /// the thread survives that. A job whose caller was cancelled is skipped.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move || {
            if !sender.is_closed() {
                // The caller may be cancelled meanwhile, which is no error.
                let _ = sender.send(job());
            }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::from(BUSY),
            TrySendError::Disconnected(_) => INTERNAL.with_source("the worker threads have ended"),
        })?;
        receiver.await.map_err(|_| INTERNAL.with_source("a worker thread's job panicked"))
    }
}

fn run_jobs(jobs: &Receiver<Job>) {
    for job in jobs {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!(thread = thread::current().name(), "a job panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_full_queue_rejects_at_once_and_recovers() {
        let workers = Arc::new(Workers::start("test", 1, 1).unwrap());
        let (release, gate) = mpsc::sync_channel::<()>(1);
        let (entered_tx, entered) = oneshot::channel();
        let running = tokio::spawn({
            let workers = workers.clone();
            async move {
                workers
                    .run(move || {
                        entered_tx.send(()).unwrap();
                        gate.recv().unwrap();
                    })
                    .await
            }
        });
        entered.await.unwrap();
        let mut waiting = Box::pin(workers.run(|| 7));
        assert!(futures::poll!(&mut waiting).is_pending());
        assert!(workers.run(|| 8).await.unwrap_err().is(BUSY));
        release.send(()).unwrap();
        running.await.unwrap().unwrap();
        assert_eq!(waiting.await.unwrap(), 7);
        assert_eq!(workers.run(|| 9).await.unwrap(), 9);
    }

    #[tokio::test]
    async fn a_thread_survives_a_panicking_job() {
        let workers = Workers::start("test", 1, 4).unwrap();
        assert!(workers.run::<()>(|| panic!("test")).await.unwrap_err().is(INTERNAL));
        assert_eq!(workers.run(|| 1).await.unwrap(), 1);
    }
}
