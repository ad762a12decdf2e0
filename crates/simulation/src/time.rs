//! Time that passes only when the simulation advances it. One clock a thread of the operating system, that is, an execution.

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Default)]
struct Time {
    now_ms: u64,
    /// Those who wait, and until when.
    waiting: Vec<(u64, Waker)>,
}

thread_local! {
    static TIME: RefCell<Time> = RefCell::default();
}

/// The future was not ready in time.
#[derive(Debug)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time has passed")
    }
}

/// Begins an execution: the time is zero and nobody waits.
pub fn reset() {
    // Wakers of an execution that failed are dropped outside of the borrow.
    drop(TIME.take());
}

pub fn now_ms() -> u64 {
    TIME.with_borrow(|time| time.now_ms)
}

/// Lets time pass, and wakes those who have waited for it.
pub fn advance(ms: u64) {
    let due = TIME.with_borrow_mut(|time| {
        time.now_ms += ms;
        let now_ms = time.now_ms;
        time.waiting.extract_if(.., |(until_ms, _)| *until_ms <= now_ms).collect::<Vec<_>>()
    });
    due.into_iter().for_each(|(_, waker)| waker.wake());
}

pub async fn sleep(duration: Duration) {
    let until_ms = now_ms() + millis(duration);
    poll_fn(|cx| poll_until(until_ms, cx)).await;
}

/// The output of the future, unless the time passes first.
pub async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    let until_ms = now_ms() + millis(duration);
    let mut future = pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => poll_until(until_ms, cx).map(|()| Err(Elapsed)),
    })
    .await
}

fn poll_until(until_ms: u64, cx: &Context<'_>) -> Poll<()> {
    TIME.with_borrow_mut(|time| {
        if time.now_ms >= until_ms {
            return Poll::Ready(());
        }
        let is_known = |(other_ms, waker): &(u64, Waker)| *other_ms == until_ms && waker.will_wake(cx.waker());
        if !time.waiting.iter().any(is_known) {
            time.waiting.push((until_ms, cx.waker().clone()));
        }
        Poll::Pending
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX / 2)
}
