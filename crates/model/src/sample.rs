//! What a node measures about itself, for the charts of administrators.

use std::collections::BTreeMap;

use crate::Millis;
use crate::id::NodeId;

/// The interval of what a node measures; these samples are kept for a day.
pub const FINE_INTERVAL_MS: i64 = 60_000;
/// The interval of what is kept for thirty days.
pub const COARSE_INTERVAL_MS: i64 = 30 * 60_000;
pub const COARSE_RETENTION_MS: i64 = 30 * 24 * 60 * 60_000;

/// The figures of one node over one interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub interval_ms: i64,
    /// The end of the interval.
    pub create_at: Millis,
    pub node_id: NodeId,
    /// Requests within the interval.
    pub requests: i64,
    /// Messages that were posted within the interval.
    pub posts: i64,
    pub users_online: i64,
    pub connections: i64,
    /// The time within which half of the requests were answered, in microseconds; `None` without requests.
    pub request_p50_us: Option<i64>,
    pub request_p95_us: Option<i64>,
    pub request_p99_us: Option<i64>,
    /// CPU time that the process used within the interval.
    pub cpu_ms: i64,
    pub memory_bytes: i64,
    pub disk_used_bytes: i64,
    pub disk_free_bytes: i64,
    pub database_bytes: i64,
    /// Reads and writes that wait for the database, and deliveries that wait to be made.
    pub queue_length: i64,
    /// Attempts at deliveries that failed within the interval.
    pub failed_deliveries: i64,
}

/// Combines fine samples into one for each node and coarse interval: sums of what was counted, averages of states, and the
/// largest of the durations and queues, since a short peak must not vanish. Samples of intervals that may still get more,
/// those that end after `until`, are left out.
pub fn combine(samples: &[Sample], until: Millis) -> Vec<Sample> {
    let mut groups: BTreeMap<(i64, NodeId), Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        // The multiple of the interval that is not before it.
        let end = sample.create_at.0 + (-sample.create_at.0).rem_euclid(COARSE_INTERVAL_MS);
        if end <= until.0 {
            groups.entry((end, sample.node_id)).or_default().push(sample);
        }
    }
    groups.into_iter().map(|((end, node_id), group)| combine_group(Millis(end), node_id, &group)).collect()
}

fn combine_group(end: Millis, node_id: NodeId, group: &[&Sample]) -> Sample {
    let sum = |figure: fn(&Sample) -> i64| group.iter().map(|sample| figure(sample)).sum::<i64>();
    let average = |figure: fn(&Sample) -> i64| sum(figure) / i64::try_from(group.len().max(1)).unwrap_or(1);
    let largest = |figure: fn(&Sample) -> Option<i64>| group.iter().filter_map(|sample| figure(sample)).max();
    Sample {
        interval_ms: COARSE_INTERVAL_MS,
        create_at: end,
        node_id,
        requests: sum(|sample| sample.requests),
        posts: sum(|sample| sample.posts),
        users_online: average(|sample| sample.users_online),
        connections: average(|sample| sample.connections),
        request_p50_us: largest(|sample| sample.request_p50_us),
        request_p95_us: largest(|sample| sample.request_p95_us),
        request_p99_us: largest(|sample| sample.request_p99_us),
        cpu_ms: sum(|sample| sample.cpu_ms),
        memory_bytes: average(|sample| sample.memory_bytes),
        disk_used_bytes: average(|sample| sample.disk_used_bytes),
        disk_free_bytes: average(|sample| sample.disk_free_bytes),
        database_bytes: average(|sample| sample.database_bytes),
        queue_length: largest(|sample| Some(sample.queue_length)).unwrap_or_default(),
        failed_deliveries: sum(|sample| sample.failed_deliveries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(minute: i64, node: u8, requests: i64, p99: Option<i64>) -> Sample {
        Sample {
            interval_ms: FINE_INTERVAL_MS,
            create_at: Millis(minute * FINE_INTERVAL_MS),
            node_id: NodeId::from_bytes([node; 16]),
            requests,
            posts: 1,
            users_online: requests,
            connections: 2,
            request_p50_us: None,
            request_p95_us: None,
            request_p99_us: p99,
            cpu_ms: 100,
            memory_bytes: 1000,
            disk_used_bytes: 10,
            disk_free_bytes: 20,
            database_bytes: 30,
            queue_length: requests,
            failed_deliveries: 0,
        }
    }

    #[test]
    fn counts_are_added_states_averaged_and_peaks_kept() {
        let samples = [sample(1, 1, 10, Some(5)), sample(30, 1, 30, None), sample(2, 2, 7, None), sample(31, 1, 100, Some(9))];
        let combined = combine(&samples, Millis(COARSE_INTERVAL_MS));
        assert_eq!(combined.len(), 2, "the second interval has not ended: {combined:?}");
        let first = &combined[0];
        assert_eq!((first.create_at, first.interval_ms), (Millis(COARSE_INTERVAL_MS), COARSE_INTERVAL_MS));
        assert_eq!((first.requests, first.posts, first.cpu_ms), (40, 2, 200));
        assert_eq!((first.users_online, first.memory_bytes), (20, 1000));
        assert_eq!((first.request_p99_us, first.request_p50_us, first.queue_length), (Some(5), None, 30));
        assert_eq!(combined[1].node_id, NodeId::from_bytes([2; 16]));
    }
}
