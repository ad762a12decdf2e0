//! The series of the administrators' charts.

use std::collections::BTreeMap;

use guildhall_model::Millis;
use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::id::NodeId;
use guildhall_model::sample::Sample;
use serde::Serialize;

/// The response to `GET /system/statistics/series`. Times are in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatisticsSeries {
    /// The time between two values.
    pub interval_ms: i64,
    pub since: Millis,
    pub until: Millis,
    /// When the first value was measured that is still stored; 0 before there is any.
    pub collecting_since: Millis,
    /// The node that answers.
    pub node_id: NodeId,
    pub nodes: Vec<NodeSeries>,
}

/// The values of one node: lists of the same length, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeSeries {
    pub node_id: NodeId,
    /// The end of the interval of each value.
    pub time: Vec<Millis>,
    pub requests_per_second: Vec<f64>,
    pub posts_per_minute: Vec<f64>,
    pub users_online: Vec<i64>,
    pub connections: Vec<i64>,
    /// Durations of requests; null where there was none.
    pub request_p50_ms: Vec<Option<f64>>,
    pub request_p95_ms: Vec<Option<f64>>,
    pub request_p99_ms: Vec<Option<f64>>,
    /// Of one processor: more than 100 where several are busy.
    pub cpu_percent: Vec<f64>,
    pub memory_bytes: Vec<i64>,
    pub disk_used_bytes: Vec<i64>,
    pub disk_free_bytes: Vec<i64>,
    pub database_bytes: Vec<i64>,
    pub queue_length: Vec<i64>,
    pub failed_deliveries: Vec<i64>,
    /// By the last thirty days: `unknown` (fewer than three days were measured), `not_filling` or `filling`.
    pub disk_forecast: &'static str,
    /// When the disk will be full, where it is `filling`; else 0.
    pub disk_full_at: Millis,
}

impl NodeSeries {
    /// By node; `samples` are the oldest first. The last interval may not have ended at `until`.
    pub fn by_node(samples: &[Sample], until: Millis, disk_forecasts: &BTreeMap<NodeId, DiskForecast>) -> Vec<Self> {
        let mut nodes: BTreeMap<NodeId, Vec<&Sample>> = BTreeMap::new();
        for sample in samples {
            nodes.entry(sample.node_id).or_default().push(sample);
        }
        let forecast = |node_id: &NodeId| disk_forecasts.get(node_id).copied().unwrap_or_default();
        nodes.into_iter().map(|(node_id, samples)| Self::of_node(node_id, &samples, until, forecast(&node_id))).collect()
    }

    fn of_node(node_id: NodeId, samples: &[&Sample], until: Millis, disk_forecast: DiskForecast) -> Self {
        let counts = |figure: fn(&Sample) -> i64| samples.iter().map(|sample| figure(sample)).collect();
        let rates = |figure: fn(&Sample) -> i64, unit_ms: f64| {
            let rate = |sample: &&Sample| rounded(figure(sample) as f64 * unit_ms / covered_ms(sample, until) as f64);
            samples.iter().map(rate).collect()
        };
        let milliseconds = |figure: fn(&Sample) -> Option<i64>| {
            samples.iter().map(|sample| figure(sample).map(|us| rounded(us as f64 / 1000.0))).collect()
        };
        let (disk_forecast, disk_full_at) = match disk_forecast {
            DiskForecast::Unknown => ("unknown", Millis::ZERO),
            DiskForecast::NotFilling => ("not_filling", Millis::ZERO),
            DiskForecast::FullAt(at) => ("filling", at),
        };
        Self {
            disk_forecast,
            disk_full_at,
            node_id,
            time: samples.iter().map(|sample| sample.create_at.min(until)).collect(),
            requests_per_second: rates(|sample| sample.requests, 1000.0),
            posts_per_minute: rates(|sample| sample.posts, 60_000.0),
            users_online: counts(|sample| sample.users_online),
            connections: counts(|sample| sample.connections),
            request_p50_ms: milliseconds(|sample| sample.request_p50_us),
            request_p95_ms: milliseconds(|sample| sample.request_p95_us),
            request_p99_ms: milliseconds(|sample| sample.request_p99_us),
            cpu_percent: rates(|sample| sample.cpu_ms, 100.0),
            memory_bytes: counts(|sample| sample.memory_bytes),
            disk_used_bytes: counts(|sample| sample.disk_used_bytes),
            disk_free_bytes: counts(|sample| sample.disk_free_bytes),
            database_bytes: counts(|sample| sample.database_bytes),
            queue_length: counts(|sample| sample.queue_length),
            failed_deliveries: counts(|sample| sample.failed_deliveries),
        }
    }
}

/// How much of the interval had passed.
fn covered_ms(sample: &Sample, until: Millis) -> i64 {
    let begin = sample.create_at.0 - sample.interval_ms;
    (sample.create_at.0.min(until.0) - begin).max(1)
}

/// To three decimals, which is more than a chart shows.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_over_the_part_of_the_interval_that_has_passed() {
        let sample = Sample {
            interval_ms: 60_000,
            create_at: Millis(120_000),
            node_id: NodeId::from_bytes([1; 16]),
            requests: 120,
            posts: 30,
            users_online: 3,
            connections: 4,
            request_p50_us: Some(1_500),
            request_p95_us: None,
            request_p99_us: None,
            cpu_ms: 6_000,
            memory_bytes: 1,
            disk_used_bytes: 2,
            disk_free_bytes: 3,
            database_bytes: 4,
            queue_length: 5,
            failed_deliveries: 6,
        };
        let whole = NodeSeries::by_node(std::slice::from_ref(&sample), Millis(500_000), &BTreeMap::new()).remove(0);
        assert_eq!((whole.requests_per_second[0], whole.posts_per_minute[0], whole.cpu_percent[0]), (2.0, 30.0, 10.0));
        assert_eq!((whole.request_p50_ms[0], whole.request_p95_ms[0]), (Some(1.5), None));
        let full = BTreeMap::from([(sample.node_id, DiskForecast::FullAt(Millis(9)))]);
        let half = NodeSeries::by_node(&[sample], Millis(90_000), &full).remove(0);
        assert_eq!((whole.disk_forecast, half.disk_forecast, half.disk_full_at), ("unknown", "filling", Millis(9)));
        assert_eq!((half.time[0], half.requests_per_second[0]), (Millis(90_000), 4.0));
    }
}
