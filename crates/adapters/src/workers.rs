//! Threads of their own for heavy work, behind a queue that refuses instead of growing.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use guildhall_model::codes::context::{BUSY, INTERNAL};
use guildhall_model::{Error, Result};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Ends its threads, once the queue is worked off, when it is dropped.
pub(crate) struct Workers {
    queue: Sender<Job>,
}

impl Workers {
    pub fn start(name: &str, threads: usize, queue_length: usize) -> io::Result<Self> {
        let (queue, jobs) = bounded(queue_length);
        for index in 0..threads.max(1) {
            let jobs = jobs.clone();
            thread::Builder::new().name(format!("{name}-{index}")).spawn(move || work_off(&jobs))?;
        }
        Ok(Self { queue })
    }

    /// Runs `job` on one of the threads. A full queue is `BUSY`, and so answers at once;
    /// a job whose asker has gone away is skipped; a panic in it is `INTERNAL`, and the thread lives on.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            if !reply.is_closed() {
                // Nobody listening any more is no reason to complain.
                let _ = reply.send(job());
            }
        });
        self.queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::from(BUSY),
            TrySendError::Disconnected(_) => INTERNAL.because("the worker threads have ended"),
        })?;
        answer.await.map_err(|_| INTERNAL.because("a worker thread's job panicked"))
    }
}

fn work_off(jobs: &Receiver<Job>) {
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
    async fn a_full_queue_refuses_at_once_and_recovers() {
        let workers = Arc::new(Workers::start("test", 1, 1).unwrap());
        let (release, gate) = mpsc::channel::<()>();
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
    async fn a_panicking_job_does_not_take_the_thread_along() {
        let workers = Workers::start("test", 1, 4).unwrap();
        assert!(workers.run::<()>(|| panic!("as tests do")).await.unwrap_err().is(INTERNAL));
        assert_eq!(workers.run(|| 1).await.unwrap(), 1);
    }
}
