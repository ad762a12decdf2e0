//! Histograms with fixed buckets: an observation is two atomic additions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000 * MICROSECOND;
const SECOND: u64 = 1_000 * MILLISECOND;

/// Upper bounds of durations, in nanoseconds.
const DURATION_BOUNDS: [u64; 16] = [
    100 * MICROSECOND,
    250 * MICROSECOND,
    500 * MICROSECOND,
    MILLISECOND,
    2_500 * MICROSECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2_500 * MILLISECOND,
    5 * SECOND,
    10 * SECOND,
];
const NANOSECONDS: f64 = 1e-9;

/// Counts of values in buckets. Values are integers: nanoseconds, or a number of things.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// What one unit of a value is in the unit of the metric.
    scale: f64,
    /// One more than bounds: the last is for larger values.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// The counts of a histogram at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramSnapshot {
    /// In the unit of the metric.
    pub bounds: Vec<f64>,
    /// How many values are in each bucket alone; the last is for larger values.
    pub counts: Vec<u64>,
    /// In the unit of the metric.
    pub sum: f64,
}

impl Histogram {
    /// Of durations, measured in seconds.
    pub fn of_durations() -> Self {
        Self::new(&DURATION_BOUNDS, NANOSECONDS)
    }

    /// Of numbers of things, with these upper bounds.
    pub fn of_counts(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1.0)
    }

    fn new(bounds: &'static [u64], scale: f64) -> Self {
        Self { bounds, scale, buckets: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), sum: AtomicU64::new(0) }
    }

    pub fn observe(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = self.buckets.get(at) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    pub fn observe_duration(&self, duration: Duration) {
        self.observe(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    pub fn snapshot(&self) -> HistogramSnapshot {
        HistogramSnapshot {
            bounds: self.bounds.iter().map(|bound| *bound as f64 * self.scale).collect(),
            counts: self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect(),
            sum: self.sum.load(Ordering::Relaxed) as f64 * self.scale,
        }
    }
}

impl HistogramSnapshot {
    /// From counts that were kept elsewhere.
    pub fn from_counts(bounds: &[u64], counts: &[u64], sum: u64) -> Self {
        Self { bounds: bounds.iter().map(|bound| *bound as f64).collect(), counts: counts.to_vec(), sum: sum as f64 }
    }

    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// What was observed since an earlier snapshot.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let counts = self.counts.iter().enumerate();
        let counts = counts.map(|(at, count)| count.saturating_sub(earlier.counts.get(at).copied().unwrap_or_default()));
        Self { bounds: self.bounds.clone(), counts: counts.collect(), sum: self.sum - earlier.sum }
    }

    /// The value below which this part of all values is, estimated within its bucket, as Prometheus' `histogram_quantile` does.
    /// `None` without values; the largest bound for what is beyond it.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = part * count as f64;
        let (mut below, mut lower) = (0, 0.0);
        for (bound, in_bucket) in self.bounds.iter().zip(&self.counts) {
            if *in_bucket > 0 && (below + in_bucket) as f64 >= rank {
                return Some(lower + (bound - lower) * ((rank - below as f64) / *in_bucket as f64));
            }
            below += in_bucket;
            lower = *bound;
        }
        self.bounds.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_in_the_first_bucket_that_is_not_below_it() {
        let histogram = Histogram::of_counts(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 1000] {
            histogram.observe(value);
        }
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.counts.as_slice(), snapshot.sum, snapshot.count()), ([2, 2, 2].as_slice(), 1024.0, 6));
    }

    #[test]
    fn durations_are_in_seconds() {
        let histogram = Histogram::of_durations();
        histogram.observe_duration(Duration::from_millis(2));
        let snapshot = histogram.snapshot();
        assert!((snapshot.sum - 0.002).abs() < 1e-12 && (snapshot.bounds[3] - 0.001).abs() < 1e-12);
        assert_eq!(snapshot.counts[4], 1, "between 1 and 2.5 ms");
    }

    #[test]
    fn quantiles_are_estimated_within_a_bucket() {
        let histogram = Histogram::of_counts(&[10, 20, 40]);
        assert_eq!(histogram.snapshot().quantile(0.5), None);
        for value in [5, 15, 15, 30] {
            histogram.observe(value);
        }
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.quantile(0.5), Some(15.0));
        assert_eq!(snapshot.quantile(1.0), Some(40.0));
        histogram.observe(1_000);
        assert_eq!(histogram.snapshot().quantile(1.0), Some(40.0), "the largest bound");
        assert_eq!(histogram.snapshot().since(&snapshot).count(), 1);
    }
}
