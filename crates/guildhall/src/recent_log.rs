//! Keeps the last lines of the log in memory, for administrators who read it in their client.

use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::{Arc, LazyLock};

use guildhall_model::Clock;
use guildhall_model::ports::{LogLine, RecentLog};
use guildhall_model::time::SystemClock;
use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::FormattedFields;
use tracing_subscriber::fmt::format::{DefaultFields, JsonFields};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Lines that are kept.
const LINES_MAX: usize = 5_000;
/// The size of all of them.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// The longest message, and the longest value of a field.
const TEXT_BYTES_MAX: usize = 8 * 1024;
const FIELDS_MAX: usize = 32;
/// What a line takes beside its texts.
const LINE_BYTES: usize = 128;

/// The log of the process, as there is one subscriber of its events.
pub static PROCESS: LazyLock<Arc<LogRing>> = LazyLock::new(Arc::default);

/// The newest lines; older ones are forgotten.
#[derive(Default)]
pub struct LogRing(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    lines: VecDeque<LogLine>,
    bytes: usize,
}

impl LogRing {
    pub fn push(&self, line: LogLine) {
        let mut kept = self.0.lock();
        kept.bytes += size_bytes(&line);
        kept.lines.push_back(line);
        while kept.lines.len() > LINES_MAX || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.lines.pop_front() else { break };
            kept.bytes -= size_bytes(&oldest);
        }
    }
}

fn size_bytes(line: &LogLine) -> usize {
    let fields: usize = line.fields.iter().map(|(name, value)| name.len() + value.len() + LINE_BYTES / 2).sum();
    LINE_BYTES + line.target.len() + line.message.len() + fields
}

impl RecentLog for LogRing {
    fn lines(&self) -> Vec<LogLine> {
        self.0.lock().lines.iter().cloned().collect()
    }
}

/// Adds the events of the process to [`PROCESS`].
pub struct RecentLogLayer;

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for RecentLogLayer {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut texts = Texts::default();
        event.record(&mut texts);
        // What the log on the standard error has written of the request is there already.
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            let extensions = span.extensions();
            let as_text = extensions.get::<FormattedFields<DefaultFields>>().map(|fields| fields.fields.clone());
            let as_json = || extensions.get::<FormattedFields<JsonFields>>().map(|fields| fields.fields.clone());
            if let Some(fields) = as_text.or_else(as_json).filter(|fields| !fields.is_empty()) {
                texts.add(span.name(), without_colours(&fields));
            }
        }
        let metadata = event.metadata();
        PROCESS.push(LogLine {
            time: SystemClock.now(),
            level: level_name(metadata.level()),
            target: metadata.target().to_owned(),
            message: texts.message,
            fields: texts.fields,
        });
    }
}

/// On a terminal the fields are coloured: `ESC [ 3 m`.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default();
    let after_colours = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, rest)| rest));
    std::iter::once(first).chain(after_colours).collect()
}

const fn level_name(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[derive(Default)]
struct Texts {
    message: String,
    fields: Vec<(String, String)>,
}

impl Texts {
    fn add(&mut self, name: &str, mut text: String) {
        truncate(&mut text);
        if name == "message" {
            self.message = text;
        } else if self.fields.len() < FIELDS_MAX {
            self.fields.push((name.to_owned(), text));
        }
    }
}

fn truncate(text: &mut String) {
    if text.len() > TEXT_BYTES_MAX {
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        text.truncate(end);
        text.push('…');
    }
}

impl Visit for Texts {
    fn record_str(&mut self, field: &Field, value: &str) {
        let end = value.floor_char_boundary(TEXT_BYTES_MAX + 1);
        self.add(field.name(), value.get(..end).unwrap_or_default().to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = write!(text, "{value:?}");
        self.add(field.name(), text);
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    fn line(message: String) -> LogLine {
        LogLine { time: Millis::ZERO, level: "info", target: "guildhall".into(), message, fields: Vec::new() }
    }

    #[test]
    fn the_newest_lines_are_kept_within_both_bounds() {
        let ring = LogRing::default();
        (0..LINES_MAX + 10).for_each(|n| ring.push(line(n.to_string())));
        let lines = ring.lines();
        assert_eq!((lines.len(), &*lines[0].message), (LINES_MAX, "10"));
        (0..2_000).for_each(|_| ring.push(line("x".repeat(TEXT_BYTES_MAX))));
        let bytes: usize = ring.lines().iter().map(size_bytes).sum();
        assert!(bytes <= BYTES_MAX && bytes > BYTES_MAX / 2, "{bytes}");
        assert_eq!(ring.0.lock().bytes, bytes);
    }

    #[test]
    fn events_are_lines_with_their_fields() {
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
        let subscriber = tracing_subscriber::registry().with(lines).with(RecentLogLayer);
        tracing::subscriber::with_default(subscriber, || {
            let _request = tracing::error_span!("request", request_id = "kx1").entered();
            tracing::warn!(target: "recent_log_test", user = "ann", count = 3, "it {}", "happened");
            tracing::info!(target: "recent_log_test", "{}", "é".repeat(TEXT_BYTES_MAX));
        });
        let lines: Vec<LogLine> = PROCESS.lines().into_iter().filter(|line| line.target == "recent_log_test").collect();
        let [first, second] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!((first.level, &*first.message), ("warn", "it happened"));
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(first.fields, [field("user", "ann"), field("count", "3"), field("request", "request_id=\"kx1\"")]);
        assert!(second.message.len() <= TEXT_BYTES_MAX + '…'.len_utf8() && second.message.ends_with('…'));
        assert!(first.time.0 > 1_600_000_000_000);
    }
}
