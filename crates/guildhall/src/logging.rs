//! The log: one line for each event, as text or as JSON, on the standard error. Beside it, the traces that are collected.

use std::env;
use std::io::{self, IsTerminal};

use guildhall_model::settings::Log;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::recent_log::RecentLogLayer;
use crate::traces::{self, Traces};

/// Takes precedence over the level of the settings.
const FILTER_VARIABLE: &str = "GUILDHALL_LOG";

/// Starts the log of the process, once.
pub fn init(log: &Log, traces: Option<&Traces>) {
    let filter = filter(env::var(FILTER_VARIABLE).ok().as_deref(), &log.level);
    let started = match traces {
        // One filter for everything: spans of traces cost nothing.
        None => registry().with(filter).with(lines(log)).with(RecentLogLayer).try_init(),
        Some(traces) => {
            let log = lines(log).and_then(RecentLogLayer).with_filter(filter);
            registry().with(log).with(traces.layer()).try_init()
        }
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the process has a log already");
    }
}

/// `info`, or levels of parts of the server, `warn,guildhall_storage=debug`; what cannot be read is left to the settings.
fn filter(variable: Option<&str>, level: &str) -> Targets {
    let named = variable.and_then(|text| text.parse::<Targets>().ok());
    let targets = named.unwrap_or_else(|| Targets::new().with_default(level.parse().unwrap_or(LevelFilter::WARN)));
    // What the library of backups says, with its stack, is in our errors as one sentence.
    targets.with_target(traces::TARGET, LevelFilter::OFF).with_target("rustic_core", LevelFilter::OFF)
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

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn the_variable_takes_precedence_if_it_can_be_read() {
        for (variable, level, target, expected) in [
            (None, "warn", "hyper", Level::WARN),
            (Some("info"), "warn", "hyper", Level::INFO),
            (Some("warn,guildhall_storage=debug"), "error", "guildhall_storage::dispatch", Level::DEBUG),
            (Some("warn,guildhall_storage=debug"), "error", "hyper", Level::WARN),
            (Some("hyper=nothing"), "error", "hyper", Level::ERROR),
        ] {
            let filter = filter(variable, level);
            assert!(filter.would_enable(target, &expected), "{variable:?} {level} {target}");
            let more = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE].into_iter().find(|level| *level > expected);
            assert!(!filter.would_enable(target, &more.unwrap()), "{variable:?} {level} {target}");
            assert!(!filter.would_enable(traces::TARGET, &Level::ERROR));
        }
    }
}
