//! The values of all metrics at one moment, and their encoding.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry;

use crate::{HistogramSnapshot, Kind, Metric, Unit};

/// The two formats that Prometheus reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text format 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Format {
    /// The format that an `Accept` header prefers; the older one where it names neither.
    pub fn negotiate(accept: &str) -> Self {
        let weight_of = |kind: &str| {
            let ranges =
                accept.split(',').filter(|range| range.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(kind)));
            ranges.map(weight).fold(0.0, f32::max)
        };
        if weight_of("application/openmetrics-text") > weight_of("text/plain") { Self::OpenMetrics } else { Self::Prometheus }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The `q` of a media range (RFC 9110, section 12.4.2).
fn weight(range: &str) -> f32 {
    let parameters = range.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let given = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")).find_map(|(_, value)| value.trim().parse().ok());
    given.unwrap_or(1.0)
}

/// The values of metrics, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Samples(Vec<Family>);

#[derive(Debug)]
struct Family {
    metric: &'static Metric,
    samples: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    labels: Vec<(&'static str, String)>,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Counter(f64),
    Gauge(f64),
    Histogram(HistogramSnapshot),
}

impl Samples {
    /// `labels` are the values of the metric's labels, in their order.
    pub fn counter(&mut self, metric: &'static Metric, labels: &[&str], value: u64) {
        self.push(metric, labels, Value::Counter(value as f64));
    }

    /// A counter that has fractions, such as seconds.
    pub fn fractional_counter(&mut self, metric: &'static Metric, labels: &[&str], value: f64) {
        self.push(metric, labels, Value::Counter(value));
    }

    pub fn gauge(&mut self, metric: &'static Metric, labels: &[&str], value: f64) {
        self.push(metric, labels, Value::Gauge(value));
    }

    pub fn histogram(&mut self, metric: &'static Metric, labels: &[&str], value: HistogramSnapshot) {
        self.push(metric, labels, Value::Histogram(value));
    }

    fn push(&mut self, metric: &'static Metric, labels: &[&str], value: Value) {
        let labels = metric.labels.iter().copied().zip(labels.iter().map(|value| (*value).to_owned())).collect();
        let sample = Sample { labels, value };
        match self.0.iter_mut().find(|family| std::ptr::eq(family.metric, metric)) {
            Some(family) => family.samples.push(sample),
            None => self.0.push(Family { metric, samples: vec![sample] }),
        }
    }

    /// The names of the metrics that have values, as they are in the text.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|family| family.metric.full_name())
    }

    pub fn encode(self, format: Format) -> Result<String, fmt::Error> {
        let mut registry = registry::Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        match format {
            Format::Prometheus => prometheus_text::encode(&mut text, &registry)?,
            Format::OpenMetrics => text::encode(&mut text, &registry)?,
        }
        Ok(text)
    }
}

impl Collector for Samples {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for Family { metric, samples } in &self.0 {
            let kind = match metric.kind {
                Kind::Counter => MetricType::Counter,
                Kind::Gauge => MetricType::Gauge,
                Kind::Histogram => MetricType::Histogram,
            };
            let unit = match metric.unit {
                Unit::None => None,
                Unit::Seconds => Some(registry::Unit::Seconds),
                Unit::Bytes => Some(registry::Unit::Bytes),
            };
            let mut family = encoder.encode_descriptor(metric.name, metric.help, unit.as_ref(), kind)?;
            for Sample { labels, value } in samples {
                let mut sample = family.encode_family(labels)?;
                match value {
                    Value::Counter(value) => sample.encode_counter::<NoLabelSet, _, f64>(value, None)?,
                    Value::Gauge(value) => sample.encode_gauge(value)?,
                    Value::Histogram(histogram) => {
                        let bounds = histogram.bounds.iter().copied().chain([f64::MAX]);
                        let buckets: Vec<(f64, u64)> = bounds.zip(histogram.counts.iter().copied()).collect();
                        sample.encode_histogram::<NoLabelSet>(histogram.sum, histogram.count(), &buckets, None)?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Histogram, catalogue};

    fn samples() -> Samples {
        let mut samples = Samples::default();
        samples.counter(&catalogue::CACHE_REQUESTS, &["sessions", "hit"], 3);
        samples.counter(&catalogue::CACHE_REQUESTS, &["sessions", "mi\"ss"], 1);
        samples.gauge(&catalogue::DATABASE_SIZE, &[], 4096.0);
        let histogram = Histogram::of_counts(&[1, 10]);
        histogram.observe(1);
        histogram.observe(100);
        samples.histogram(&catalogue::DATABASE_COMMIT_BATCHES, &[], histogram.snapshot());
        samples
    }

    #[test]
    fn both_formats_have_the_same_values() {
        let text = samples().encode(Format::Prometheus).unwrap();
        for line in [
            "# TYPE guildhall_cache_requests_total counter",
            "guildhall_cache_requests_total{cache=\"sessions\",result=\"hit\"} 3",
            "guildhall_cache_requests_total{cache=\"sessions\",result=\"mi\\\"ss\"} 1",
            "guildhall_database_size_bytes 4096",
            "guildhall_database_commit_batches_bucket{le=\"10\"} 1",
            "guildhall_database_commit_batches_bucket{le=\"+Inf\"} 2",
            "guildhall_database_commit_batches_sum 101",
            "guildhall_database_commit_batches_count 2",
        ] {
            assert!(text.lines().any(|found| found == line || found == format!("{line}.0")), "{line}\n{text}");
        }
        let text = samples().encode(Format::OpenMetrics).unwrap();
        for line in ["# TYPE guildhall_cache_requests counter", "# UNIT guildhall_database_size_bytes bytes", "# EOF"] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_format_is_what_the_client_prefers() {
        for (accept, format) in [
            ("", Format::Prometheus),
            ("*/*", Format::Prometheus),
            ("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Format::Prometheus),
            ("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Format::OpenMetrics),
            ("application/openmetrics-text; version=1.0.0; q=0.2, text/plain", Format::Prometheus),
            ("application/openmetrics-text", Format::OpenMetrics),
        ] {
            assert_eq!(Format::negotiate(accept), format, "{accept}");
        }
    }
}
