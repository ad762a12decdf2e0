//! The log: one line for each event, as text or as JSON, on the standard error.

use std::io::{self, IsTerminal};

use guildhall_model::settings::Log;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Takes precedence over the level of the settings.
const FILTER_VARIABLE: &str = "GUILDHALL_LOG";

/// Starts the log of the process, once.
pub fn init(log: &Log) {
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new(&log.level));
    // A log that cannot be written (its disk is full) must not end the requests that write to it.
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).log_internal_errors(false);
    // Colours are for terminals; files and journals keep the text alone.
    let subscriber = subscriber.with_ansi(io::stderr().is_terminal());
    let started = if log.format == "json" {
        subscriber.json().flatten_event(true).with_current_span(true).with_span_list(false).finish().try_init()
    } else {
        subscriber.finish().try_init()
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the process has a log already");
    }
}
