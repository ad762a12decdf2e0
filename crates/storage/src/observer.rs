//! Counts and times what the engines execute, and logs what is slow.

use std::time::{Duration, Instant};

use guildhall_metrics::{Counter, Gauge, Histogram};
use parking_lot::Mutex;

/// Lines of slow statements that are logged in one second; the others are only counted.
const LINES_PER_SECOND_MAX: u32 = 10;
/// Characters of a statement that are logged.
const SQL_CHARS_MAX: usize = 2_000;
/// Upper bounds of the writes in one commit.
const BATCHES_BOUNDS: [u64; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// What one database has executed.
#[derive(Debug)]
pub struct DatabaseMetrics {
    /// Execution of reads, without the time in the queue.
    pub read_duration: Histogram,
    /// Groups of writes, from begin to commit.
    pub commit_duration: Histogram,
    pub commit_batches: Histogram,
    pub write_statements: Counter,
    pub slow_statements: Counter,
    /// Reads that are being executed.
    pub reading: Gauge,
    /// Groups that are being executed.
    pub writing: Gauge,
}

/// Shared by the threads and tasks of an engine.
#[derive(Debug)]
pub(crate) struct Observer {
    pub metrics: DatabaseMetrics,
    /// `None`: nothing is slow.
    slow_after: Option<Duration>,
    log_window: Mutex<LogWindow>,
}

/// Bounds the log of slow statements.
#[derive(Debug)]
struct LogWindow {
    begin: Instant,
    lines: u32,
    omitted: u64,
}

/// A statement that took longer than the limit; its parameters are never kept.
#[derive(Debug)]
pub(crate) struct SlowStatement {
    pub sql: String,
    pub duration: Duration,
    /// Rows that were read or changed.
    pub rows: u64,
}

impl Observer {
    /// `slow_query_ms` of 0: nothing is slow.
    pub fn new(slow_query_ms: u64) -> Self {
        Self {
            metrics: DatabaseMetrics {
                read_duration: Histogram::of_durations(),
                commit_duration: Histogram::of_durations(),
                commit_batches: Histogram::of_counts(&BATCHES_BOUNDS),
                write_statements: Counter::new(),
                slow_statements: Counter::new(),
                reading: Gauge::new(),
                writing: Gauge::new(),
            },
            slow_after: (slow_query_ms > 0).then(|| Duration::from_millis(slow_query_ms)),
            log_window: Mutex::new(LogWindow { begin: Instant::now(), lines: 0, omitted: 0 }),
        }
    }

    /// Counts a read; returns it if it was slow, so that it is logged where the request is known.
    pub fn count_read(&self, duration: Duration, rows: u64, sql: &str) -> Option<SlowStatement> {
        self.metrics.read_duration.observe_duration(duration);
        self.slow(duration, rows, || sql)
    }

    /// Counts a group of writes.
    pub fn count_commit(&self, duration: Duration, batches: usize, statements: usize) {
        self.metrics.commit_duration.observe_duration(duration);
        self.metrics.commit_batches.observe(batches as u64);
        self.metrics.write_statements.add(statements as u64);
    }

    /// When a statement begins that may be slow; `None` where nothing is.
    pub fn start(&self) -> Option<Instant> {
        self.slow_after.map(|_| Instant::now())
    }

    /// `sql` is only called for the text of a slow statement.
    pub fn slow<S: Into<String>>(&self, duration: Duration, rows: u64, sql: impl FnOnce() -> S) -> Option<SlowStatement> {
        let is_slow = self.slow_after.is_some_and(|limit| duration >= limit);
        is_slow.then(|| SlowStatement { sql: sql().into(), duration, rows })
    }

    /// Logs and counts a slow statement, in the span of the caller.
    pub fn log(&self, slow: SlowStatement) {
        self.metrics.slow_statements.increment();
        let Some(omitted) = self.log_window.lock().admit(Instant::now()) else { return };
        let SlowStatement { sql, duration, rows } = slow;
        let sql = shown_sql(&sql);
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(target: "guildhall::slow_query", duration_ms, rows, omitted, sql, "slow statement");
    }
}

/// The text of a statement on one line, not longer than logs and traces need.
pub(crate) fn shown_sql(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ").chars().take(SQL_CHARS_MAX).collect()
}

impl LogWindow {
    /// Whether one more line may be logged; if so, how many were omitted since the last one.
    fn admit(&mut self, now: Instant) -> Option<u64> {
        if now.duration_since(self.begin) >= Duration::from_secs(1) {
            (self.begin, self.lines) = (now, 0);
        }
        if self.lines >= LINES_PER_SECOND_MAX {
            self.omitted += 1;
            return None;
        }
        self.lines += 1;
        Some(std::mem::take(&mut self.omitted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_tells_what_it_omits() {
        let begin = Instant::now();
        let mut window = LogWindow { begin, lines: 0, omitted: 0 };
        let admitted = (0..100).filter(|_| window.admit(begin).is_some()).count();
        assert_eq!(admitted, LINES_PER_SECOND_MAX as usize);
        let later = begin + Duration::from_secs(1);
        assert_eq!(window.admit(later), Some(100 - u64::from(LINES_PER_SECOND_MAX)));
        assert_eq!(window.admit(later), Some(0));
    }

    #[test]
    fn only_what_takes_longer_than_the_limit_is_slow() {
        let observer = Observer::new(100);
        assert!(observer.slow(Duration::from_millis(99), 0, || "SELECT 1").is_none());
        assert!(observer.slow(Duration::from_millis(100), 0, || "SELECT 1").is_some());
        assert!(Observer::new(0).slow(Duration::from_secs(100), 0, || "SELECT 1").is_none());
    }
}
