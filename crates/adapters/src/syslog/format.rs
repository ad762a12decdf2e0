//! The header of a message, and its length before it (octet counting).

use std::fmt::Write as _;

use guildhall_model::Millis;
use guildhall_model::audit::{SyslogMessage, SyslogServer};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const FACILITY_AUDIT: u8 = 13;
const APP_NAME: &str = "guildhall";
const TIME: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const HOST_NAME_CHARS_MAX: usize = 255;
const ID_CHARS_MAX: usize = 32;

pub(super) fn append_frame(bytes: &mut Vec<u8>, server: &SyslogServer, message: &SyslogMessage) {
    let SyslogMessage { time, severity, id, text } = message;
    let priority = FACILITY_AUDIT * 8 + *severity as u8;
    let mut line = format!("<{priority}>1 {} ", timestamp(*time));
    // No process and no structured data. Writing to a string does not fail.
    let _ = write!(line, "{} {APP_NAME} - {} - {text}", word(&server.sender_name, HOST_NAME_CHARS_MAX), word(id, ID_CHARS_MAX));
    bytes.extend_from_slice(format!("{} ", line.len()).as_bytes());
    bytes.extend_from_slice(line.as_bytes());
}

fn timestamp(time: Millis) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1_000_000).ok();
    at.and_then(|at| at.format(TIME).ok()).unwrap_or_else(|| "-".to_owned())
}

/// Printable ASCII without spaces, as fields of the header must be; `-` for none.
fn word(text: &str, chars_max: usize) -> String {
    let word: String = text.chars().filter(char::is_ascii_graphic).take(chars_max).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}

#[cfg(test)]
mod tests {
    use guildhall_model::audit::{SyslogSeverity, SyslogTransport};

    use super::*;

    fn frame(sender_name: &str, id: &str, text: &str) -> String {
        let server = SyslogServer {
            host: "logs.example.com".to_owned(),
            port: 601,
            transport: SyslogTransport::Tcp,
            timeout_ms: 1_000,
            sender_name: sender_name.to_owned(),
        };
        let message =
            SyslogMessage { time: Millis(1_800_000_000_007), severity: SyslogSeverity::Warning, id: id.to_owned(), text: text.to_owned() };
        let mut bytes = Vec::new();
        append_frame(&mut bytes, &server, &message);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_message_has_its_length_in_bytes_and_its_header() {
        let line = "<108>1 2027-01-15T08:00:00.007Z chat.example.com guildhall - sessions.login_failed - {\"a\":\"ä\"}";
        assert_eq!(frame("chat.example.com", "sessions.login_failed", "{\"a\":\"ä\"}"), format!("{} {line}", line.len()));
    }

    #[test]
    fn fields_of_the_header_are_words() {
        let text = frame("", &"x y\n".repeat(100), "m");
        assert!(text.contains(&format!("Z - guildhall - {} - m", "xy".repeat(16))), "{text}");
    }
}
