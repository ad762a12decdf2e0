//! The log: one line for each event, as text or as JSON, on the standard error. Beside it, the traces that are collected.

use std::io::{self, IsTerminal};

use guildhall_model::settings::Log;
use tracing::Subscriber;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use crate::traces::{self, Traces};

/// Takes precedence over the level of the settings.
const FILTER_VARIABLE: &str = "GUILDHALL_LOG";

/// Starts the log of the process, once.
pub fn init(log: &Log, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new(&log.level));
    let filter = without_spans_of_traces().into_iter().fold(filter, EnvFilter::add_directive);
    let started = match traces {
        // One filter for everything: spans of traces cost nothing.
        None => registry().with(filter).with(lines(log)).try_init(),
        Some(traces) => registry().with(lines(log).with_filter(filter)).with(traces.layer()).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the process has a log already");
    }
}

fn without_spans_of_traces() -> Option<Directive> {
    format!("{}=off", traces::TARGET).parse().ok()
}

fn lines<S>(log: &Log) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    // A log that cannot be written (its disk is full) must not end the requests that write to it.
    let lines = fmt::layer().with_writer(io::stderr).log_internal_errors(false);
    // Colours are for terminals; files and journals keep the text alone.
    let lines = lines.with_ansi(io::stderr().is_terminal());
    if log.format == "json" {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
    } else {
        lines.boxed()
    }
}
