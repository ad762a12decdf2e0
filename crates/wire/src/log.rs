//! Lines of the log, as Mattermost's console reads them.

use guildhall_model::ports::LogLine;
use guildhall_model::time::Millis;
use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

/// Lines of one page.
pub const LINES_PER_PAGE_MAX: usize = 10_000;

/// `2026-12-01 08:30:00.250 Z`.
fn log_time(time: Millis) -> String {
    Timestamp::from_millisecond(time.0).map(|time| time.strftime("%Y-%m-%d %H:%M:%S%.3f Z").to_string()).unwrap_or_default()
}

/// The same, with an offset instead of `Z`, and as in RFC 3339.
fn parse_log_time(text: &str) -> Option<Millis> {
    let in_utc = text.strip_suffix(" Z").map(|text| format!("{text} +00:00"));
    let text = in_utc.as_deref().unwrap_or(text);
    let parsed = jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S%.f %:z", text).and_then(|time| time.to_timestamp());
    parsed.or_else(|_| text.parse()).ok().map(|time: Timestamp| Millis(time.as_millisecond()))
}

/// A line as an object: `timestamp`, `level`, `msg`, `caller`, and its own fields.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a>(pub &'a LogLine);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let LogLine { time, level, target, message, fields } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &log_time(*time))?;
        map.serialize_entry("level", level)?;
        map.serialize_entry("msg", message)?;
        map.serialize_entry("caller", target)?;
        for (name, value) in fields.iter().filter(|(name, _)| !matches!(&**name, "timestamp" | "level" | "msg" | "caller")) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    pub server_names: Vec<String>,
    pub log_levels: Vec<String>,
    pub date_from: String,
    pub date_to: String,
}

impl LogQuery {
    /// The beginning and the end; `Err` has the name of a date that cannot be read.
    pub fn times(&self) -> Result<(Option<Millis>, Option<Millis>), &'static str> {
        let read = |text: &str, name| match text {
            "" => Ok(None),
            text => parse_log_time(text).map(Some).ok_or(name),
        };
        Ok((read(&self.date_from, "date_from")?, read(&self.date_to, "date_to")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written_and_as_clients_write_them() {
        let time = Millis(1_764_577_800_250);
        assert_eq!(log_time(time), "2025-12-01 08:30:00.250 Z");
        for text in ["2025-12-01 08:30:00.250 Z", "2025-12-01 09:30:00.250 +01:00", "2025-12-01T08:30:00.25Z"] {
            assert_eq!(parse_log_time(text), Some(time), "{text}");
        }
        assert_eq!(parse_log_time("yesterday"), None);
        let query = LogQuery { date_from: "2025-12-01 08:30:00 Z".into(), date_to: "soon".into(), ..LogQuery::default() };
        assert_eq!(query.times(), Err("date_to"));
    }

    #[test]
    fn fields_do_not_replace_what_every_line_has() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let line = LogLine {
            time: Millis(0),
            level: "warn",
            target: "guildhall".into(),
            message: "full".into(),
            fields: vec![field("msg", "other"), field("disk", "sda")],
        };
        let json = serde_json::to_value(Line(&line)).unwrap();
        let expected = serde_json::json!({
            "timestamp": "1970-01-01 00:00:00.000 Z", "level": "warn", "msg": "full", "caller": "guildhall", "disk": "sda",
        });
        assert_eq!(json, expected);
    }
}
