//! What is made from the catalogue, and what uses its names: the page of the reference, the dashboard and the alert rules.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use guildhall_metrics::{Kind, Metric, catalogue};

const INTRODUCTION: &str = "# Metrics

Made from the catalogue in `crates/metrics/src/catalogue.rs`. The server serves them at the address of the setting
`metrics.listen`, at `/metrics`, as Prometheus' text or as OpenMetrics. How to use them: `docs/ops/monitoring.md`.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in catalogue::SECTIONS {
        let _ = writeln!(text, "\n## {}\n\n| metric | type | labels | what it is |\n|---|---|---|---|", section.title);
        for metric in section.metrics {
            let kind = match metric.kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram => "histogram",
            };
            let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
            let _ = writeln!(text, "| `{}` | {kind} | {} | {}. |", metric.full_name(), labels.join(" "), metric.help);
        }
    }
    text
}

/// The page is in the repository, so that reviews show its changes.
#[test]
fn the_page_in_the_repository_is_current() {
    let file = root().join("docs/reference/metrics.md");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        fs::write(&file, markdown()).unwrap();
    }
    let stored = fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == markdown(), "docs/reference/metrics.md is not current; GUILDHALL_BLESS=1 writes it");
}

/// The names of metrics in a text: words that begin like ours, and are no names of alerts or files.
fn names_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("guildhall_") || word.starts_with("process_")).map(str::to_owned).collect()
}

fn known_names() -> BTreeSet<String> {
    let of_metric = |metric: &'static Metric| {
        let name = metric.full_name();
        match metric.kind {
            Kind::Histogram => ["_bucket", "_sum", "_count"].map(|end| format!("{name}{end}")).to_vec(),
            Kind::Counter | Kind::Gauge => vec![name],
        }
    };
    catalogue::all().flat_map(of_metric).collect()
}

#[test]
fn the_dashboard_and_the_rules_use_metrics_that_exist() {
    let known = known_names();
    for file in ["guildhall-dashboard.json", "guildhall.rules.yml", "guildhall.rules.test.yml"] {
        let text = fs::read_to_string(root().join("packaging/monitoring").join(file)).unwrap();
        let used = names_in(&text);
        assert!(used.len() >= 4, "{file} uses {used:?}");
        let unknown: Vec<&String> = used.difference(&known).collect();
        assert!(unknown.is_empty(), "{file} uses {unknown:?}, which are not in the catalogue");
    }
}

/// Somebody who imports the dashboard sees every part of the server.
#[test]
fn the_dashboard_shows_nearly_every_metric() {
    let text = fs::read_to_string(root().join("packaging/monitoring/guildhall-dashboard.json")).unwrap();
    let used = names_in(&text);
    let is_shown = |metric: &&'static Metric| used.iter().any(|name| name.starts_with(&metric.full_name()));
    let missing: Vec<String> = catalogue::all().filter(|metric| !is_shown(metric)).map(Metric::full_name).collect();
    // Of these there are alerts, another figure says the same, or few servers have them.
    let expected = [
        "guildhall_audit_records_sent_total",
        "guildhall_audit_export_failures_total",
        "guildhall_security_alerts_open",
        "guildhall_audit_export_lag_seconds",
        "guildhall_database_up",
        "guildhall_cache_entries",
        "guildhall_jobs_oldest_pending_age_seconds",
        "guildhall_deliveries_oldest_age_seconds",
        "guildhall_backup_paused",
        "guildhall_trace_spans_total",
        "guildhall_continuous_backup_lag_seconds",
        "process_max_fds",
    ];
    assert_eq!(missing, expected);
}
