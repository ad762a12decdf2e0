//! What a scenario measured, as a JSON line and as a row of the table.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::load::{CpuUse, Latencies, Measured};
use crate::machine::Run;
use crate::process::Memory;

#[derive(Debug, Serialize)]
pub struct Report {
    pub scenario: &'static str,
    /// HTTP clients or WebSocket connections.
    pub clients: usize,
    pub duration_s: f64,
    /// What is counted: "posts", "requests", "deliveries".
    pub unit: &'static str,
    pub count: u64,
    pub per_second: f64,
    pub latency_ms: Option<Latency>,
    /// `None` where the server's process is unknown.
    pub server_cpu_s: Option<f64>,
    /// The generator's own; near the number of cores, it and not the server is what was measured.
    pub generator_cpu_s: Option<f64>,
    pub server_cpu_us_per_unit: Option<f64>,
    /// After the scenario.
    pub server_memory: Option<Memory>,
    /// What only this scenario measures.
    pub details: Map<String, Value>,
    /// The most important of the details, for the table.
    #[serde(skip)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Latency {
    pub fn of(latencies: &Latencies) -> Self {
        let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|quantile| latencies.quantile_ms(quantile));
        Self { p50, p95, p99, max: latencies.max_ms() }
    }
}

impl Report {
    /// Of requests that clients sent one after another.
    pub fn of_requests(scenario: &'static str, unit: &'static str, clients: usize, measured: &Measured) -> Self {
        let report = Self::of_count(scenario, unit, clients, measured.latencies.count(), measured.window.seconds(), measured.cpu);
        Self { latency_ms: Some(Latency::of(&measured.latencies)), ..report }
    }

    pub fn of_count(scenario: &'static str, unit: &'static str, clients: usize, count: u64, duration_s: f64, cpu: CpuUse) -> Self {
        Self {
            scenario,
            clients,
            duration_s,
            unit,
            count,
            per_second: if duration_s > 0.0 { rounded(count as f64 / duration_s, 1) } else { 0.0 },
            latency_ms: None,
            server_cpu_s: cpu.server_s.map(|seconds| rounded(seconds, 2)),
            generator_cpu_s: cpu.generator_s.map(|seconds| rounded(seconds, 2)),
            server_cpu_us_per_unit: cpu.server_s.filter(|_| count > 0).map(|seconds| rounded(seconds * 1e6 / count as f64, 2)),
            server_memory: None,
            details: Map::new(),
            note: String::new(),
        }
    }

    pub fn detail(&mut self, name: &str, value: impl Into<Value>) {
        self.details.insert(name.to_owned(), value.into());
    }
}

/// Without the digits that mean nothing.
pub fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// The line of a results file: the run, then the scenario.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    run: &'a Run,
    #[serde(flatten)]
    report: &'a Report,
}

pub fn json_line(run: &Run, report: &Report) -> Result<String> {
    Ok(serde_json::to_string(&Line { run, report })?)
}

/// Creates the file, and its folder, if they do not exist.
pub fn append(path: &Path, line: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let mut file = File::options().create(true).append(true).open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(writeln!(file, "{line}")?)
}

const HEAD: [&str; 11] =
    ["scenario", "clients", "per second", "p50 ms", "p95 ms", "p99 ms", "max ms", "CPU us each", "server CPU", "load CPU", "RSS MiB"];

pub fn table(reports: &[Report]) -> String {
    let rows: Vec<_> = reports.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).chain([HEAD[column].len()]).max().unwrap_or(0);
    let widths: Vec<_> = (0..HEAD.len()).map(width).collect();
    let line = |cells: &[String], note: &str| {
        let aligned = cells.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        format!("{}  {note}\n", aligned.collect::<Vec<_>>().join("  "))
    };
    let head = line(&HEAD.map(str::to_owned), "");
    rows.iter().zip(reports).fold(head, |table, (row, report)| table + &line(row, &report.note))
}

fn row(report: &Report) -> [String; HEAD.len()] {
    let latency = |pick: fn(Latency) -> f64| report.latency_ms.map(|latency| format!("{:.2}", pick(latency))).unwrap_or_default();
    // In cores: 1.00 is one core that is busy all the time.
    let cores = |seconds: Option<f64>| seconds.map(|seconds| format!("{:.2}", seconds / report.duration_s)).unwrap_or_default();
    [
        report.scenario.to_owned(),
        report.clients.to_string(),
        if report.count > 0 { format!("{:.0}", report.per_second) } else { String::new() },
        latency(|l| l.p50),
        latency(|l| l.p95),
        latency(|l| l.p99),
        latency(|l| l.max),
        report.server_cpu_us_per_unit.map(|us| format!("{us:.1}")).unwrap_or_default(),
        cores(report.server_cpu_s),
        cores(report.generator_cpu_s),
        report.server_memory.map(|memory| format!("{:.1}", memory.rss_kib as f64 / 1024.0)).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_what_was_measured_and_blanks_for_the_rest() {
        let cpu = CpuUse { server_s: Some(1.5), generator_s: None };
        let mut report = Report::of_count("fanout", "deliveries", 100, 30_000, 10.0, cpu);
        report.note = "a note".to_owned();
        report.detail("posts", 300);
        let table = table(&[report]);
        let cells: Vec<_> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(cells, ["fanout", "100", "3000", "50.0", "0.15", "a", "note"]);
    }
}
