//! When a disk will be full, from the free space that was measured over days.

use crate::Millis;
use crate::sample::Sample;

/// Free space is judged by the median of so long, in which a file that comes and goes does not count.
const BUCKET_MS: i64 = 6 * HOUR_MS;
const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: f64 = 24.0 * HOUR_MS as f64;
/// Three days: less says nothing about the days to come.
const BUCKETS_MIN: usize = 12;
/// Steps that are no growth: files that were moved, a backup that was deleted, a larger disk.
const JUMPS_MAX: usize = 3;
/// A step is a jump if it is so much larger than most steps, and so large a part of all change.
const JUMP_FACTOR: f64 = 10.0;
const JUMP_PART: f64 = 0.2;
/// The part of all pairs of values that must show the same direction; the values of a flat line show either half of the time.
const AGREEMENT_MIN: f64 = 0.75;
/// A year is as good as never.
const DAYS_MAX: f64 = 365.0;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiskForecast {
    /// Fewer than three days were measured.
    #[default]
    Unknown,
    /// The free space does not shrink, or so slowly that the disk is not full within a year.
    NotFilling,
    FullAt(Millis),
}

impl DiskForecast {
    /// Of the samples of one node, the oldest first.
    pub fn of_samples<'s>(samples: impl IntoIterator<Item = &'s Sample>) -> Self {
        // Zero is what is stored where the disk could not be read.
        let measured = samples.into_iter().filter(|sample| sample.disk_free_bytes > 0);
        Self::of_free_bytes(&measured.map(|sample| (sample.create_at, sample.disk_free_bytes)).collect::<Vec<_>>())
    }

    /// Of the free bytes over time, the oldest first: by the median of the slopes of all pairs (Theil and Sen), which a few values
    /// do not change.
    pub fn of_free_bytes(values: &[(Millis, i64)]) -> Self {
        let mut points = buckets(values);
        // The newest value, not that of the bucket, which is hours old.
        let Some((now, free)) = values.last().copied().filter(|_| points.len() >= BUCKETS_MIN) else { return Self::Unknown };
        remove_jumps(&mut points);
        let mut slopes = Vec::with_capacity(points.len() * points.len() / 2);
        for (index, (at, free)) in points.iter().enumerate() {
            slopes.extend(points.iter().skip(index + 1).map(|(later, then)| (then - free) / (later - at) as f64));
        }
        let shrinking = slopes.iter().filter(|slope| **slope < 0.0).count();
        if (shrinking as f64) < AGREEMENT_MIN * slopes.len() as f64 {
            return Self::NotFilling;
        }
        let bytes_per_day = -median(&mut slopes) * DAY_MS;
        let days = free as f64 / bytes_per_day;
        if days.is_finite() && days < DAYS_MAX { Self::FullAt(now.plus_ms((days * DAY_MS) as i64)) } else { Self::NotFilling }
    }

    /// How long until then; `None` where it is not full within a year. Zero where it should have been full already.
    pub fn left_ms(self, now: Millis) -> Option<i64> {
        match self {
            Self::FullAt(at) => Some((at.0 - now.0).max(0)),
            Self::Unknown | Self::NotFilling => None,
        }
    }
}

/// The median of each bucket with values, at its middle.
fn buckets(values: &[(Millis, i64)]) -> Vec<(i64, f64)> {
    values
        .chunk_by(|one, next| one.0.0.div_euclid(BUCKET_MS) == next.0.0.div_euclid(BUCKET_MS))
        .filter_map(|group| {
            let start = group.first()?.0.0.div_euclid(BUCKET_MS) * BUCKET_MS;
            Some((start + BUCKET_MS / 2, median(&mut group.iter().map(|(_, free)| *free as f64).collect::<Vec<_>>())))
        })
        .collect()
}

/// Moves what comes before a jump to the level of what comes after it.
fn remove_jumps(points: &mut [(i64, f64)]) {
    let steps: Vec<f64> = points.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    let usual = median(&mut steps.iter().map(|step| step.abs()).collect::<Vec<_>>());
    let all: f64 = steps.iter().map(|step| step.abs()).sum();
    let mut jumps: Vec<(usize, f64)> =
        steps.into_iter().enumerate().filter(|(_, step)| step.abs() > JUMP_FACTOR * usual && step.abs() > JUMP_PART * all).collect();
    jumps.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    for (index, step) in jumps.into_iter().take(JUMPS_MAX) {
        for (_, free) in points.iter_mut().take(index + 1) {
            // Not entirely: the usual step stays.
            *free += step - usual.copysign(step);
        }
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (Some(value), 1) => *value,
        (Some(value), _) => values.get(middle.wrapping_sub(1)).map_or(*value, |lower| f64::midpoint(*lower, *value)),
        (None, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: f64 = 1e9;
    const START_MS: i64 = 1_790_000_000_000;
    const HALF_HOUR_MS: i64 = HOUR_MS / 2;

    /// Half-hourly values of so many days. `free` is called with the day, which has fractions.
    fn series(days: i64, free: impl Fn(f64) -> f64) -> Vec<(Millis, i64)> {
        let value = |n: i64| (Millis(START_MS + n * HALF_HOUR_MS), free(n as f64 / 48.0) as i64);
        (0..days * 48).map(value).collect()
    }

    /// Between -1 and 1, the same at each run.
    fn noise(day: f64) -> f64 {
        ((day * 48.0 * 12.9898).sin() * 43_758.547).fract()
    }

    fn days_left(values: &[(Millis, i64)]) -> Option<f64> {
        DiskForecast::of_free_bytes(values).left_ms(values.last().unwrap().0).map(|ms| ms as f64 / DAY_MS)
    }

    fn assert_days(values: &[(Millis, i64)], expected: f64) {
        let left = days_left(values).unwrap_or_else(|| panic!("no forecast: {:?}", DiskForecast::of_free_bytes(values)));
        assert!((left / expected - 1.0).abs() < 0.1, "{left} days, expected {expected}");
    }

    #[test]
    fn growth_leads_to_a_full_disk() {
        assert_days(&series(30, |day| 400.0 * GB - 10.0 * GB * day + 3.0 * GB * noise(day)), 10.0);
        assert_days(&series(4, |day| 20.0 * GB - 4.0 * GB * day), 1.0);
        // More on working days, and at noon.
        let week = |day: f64| {
            let grown = (0..day as i64).filter(|day| day % 7 < 5).count() as f64;
            200.0 * GB - 7.0 * GB * grown - GB * (day.fract() * std::f64::consts::TAU).sin()
        };
        let left = days_left(&series(28, week)).unwrap();
        assert!((10.0..15.0).contains(&left), "60 GB at 5 GB a day: {left}");
    }

    #[test]
    fn a_flat_or_a_shrinking_use_fills_nothing() {
        for values in [
            series(30, |_| 50.0 * GB),
            series(30, |day| 50.0 * GB + GB * noise(day)),
            series(30, |day| 50.0 * GB + 2.0 * GB * day),
            // Nightly backups that are deleted in the morning.
            series(30, |day| if day.fract() < 0.3 { 40.0 * GB } else { 50.0 * GB }),
            // Logs that are rotated once a week.
            series(28, |day| 50.0 * GB - 2.0 * GB * (day % 7.0)),
            // Years away.
            series(30, |day| 500.0 * GB - 0.2 * GB * day),
        ] {
            assert_eq!(DiskForecast::of_free_bytes(&values), DiskForecast::NotFilling);
        }
    }

    #[test]
    fn a_jump_is_no_growth() {
        for at in [2.0, 10.0, 15.0, 20.0, 28.0] {
            let copied = series(30, |day| if day < at { 300.0 * GB } else { 100.0 * GB });
            assert_eq!(DiskForecast::of_free_bytes(&copied), DiskForecast::NotFilling, "at {at}");
            let noisy = series(30, |day| if day < at { 300.0 * GB } else { 100.0 * GB } + 0.5 * GB * noise(day));
            assert_eq!(DiskForecast::of_free_bytes(&noisy), DiskForecast::NotFilling, "with noise at {at}");
            // Growth goes on after it, in both directions.
            for jump in [-100.0, 200.0] {
                let grown = series(30, |day| if day < at { 200.0 } else { 200.0 + jump } * GB - 2.0 * GB * day);
                assert_days(&grown, (200.0 + jump - 60.0) / 2.0);
            }
        }
    }

    #[test]
    fn too_few_values_are_no_forecast() {
        for values in [
            Vec::new(),
            series(1, |day| 50.0 * GB - 20.0 * GB * day),
            series(2, |day| 50.0 * GB - 20.0 * GB * day),
            // Two days with a month between them.
            series(30, |day| 50.0 * GB - GB * day)
                .into_iter()
                .filter(|(at, _)| !(START_MS + 86_400_000..START_MS + 2_500_000_000).contains(&at.0))
                .collect(),
        ] {
            assert_eq!(DiskForecast::of_free_bytes(&values), DiskForecast::Unknown, "{} values", values.len());
        }
    }

    #[test]
    fn a_gap_changes_nothing() {
        let values = series(30, |day| 400.0 * GB - 10.0 * GB * day);
        let with_gap: Vec<_> =
            values.into_iter().filter(|(at, _)| !(START_MS + 400_000_000..START_MS + 1_200_000_000).contains(&at.0)).collect();
        assert_days(&with_gap, 10.0);
    }
}
