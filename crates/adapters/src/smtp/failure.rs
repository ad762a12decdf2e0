//! Why a mail was not sent, in words for administrators, and whether another attempt can succeed.

use std::error::Error as _;
use std::time::Duration;

use guildhall_model::mail::{MailError, MailServer};
use lettre::transport::smtp::Error;

/// Of a mail server's own words.
const ANSWER_CHARS_MAX: usize = 300;
/// Answers to a mail that are about the log-in (RFC 4954, 4 and 6): an administrator can mend that, and the mail is sent then.
const LOG_IN_CODES: [u16; 4] = [530, 534, 535, 538];

/// The mail was rejected, or the connection was lost.
pub(super) fn of_mail(server: &MailServer, error: &Error) -> MailError {
    let is_about_log_in = error.status().is_some_and(|code| LOG_IN_CODES.contains(&u16::from(code)));
    // A client error is about the mail itself, such as an address with letters that this server does not take.
    let is_permanent = error.is_permanent() && !is_about_log_in || error.is_client();
    MailError { is_permanent, reason: format!("{} {}.", name(server), describe(error, "did not take the mail")) }
}

pub(super) fn of_connection(server: &MailServer, error: &Error) -> MailError {
    let what = if error.is_tls() { "could not be connected to over TLS" } else { "could not be reached" };
    temporary(server, &describe(error, what))
}

pub(super) fn of_encryption(server: &MailServer, error: &Error) -> MailError {
    temporary(server, &describe(error, "could not encrypt the connection"))
}

pub(super) fn of_log_in(server: &MailServer, error: &Error) -> MailError {
    temporary(server, &describe(error, "did not accept the log-in"))
}

pub(super) fn timed_out(server: &MailServer, what: &str, timeout: Duration) -> MailError {
    temporary(server, &format!("{what} within {} seconds", timeout.as_secs()))
}

/// Not even to be tried.
pub(super) fn unsendable(reason: String) -> MailError {
    MailError { is_permanent: true, reason }
}

fn temporary(server: &MailServer, what: &str) -> MailError {
    MailError { is_permanent: false, reason: format!("{} {what}.", name(server)) }
}

fn name(server: &MailServer) -> String {
    format!("The mail server {}:{}", server.host, server.port)
}

/// `what`, and the server's answer or the cause.
fn describe(error: &Error, what: &str) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let text = match error.status() {
        Some(code) => format!("{code} {cause}"),
        None => cause,
    };
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).take(ANSWER_CHARS_MAX).collect();
    if text.is_empty() { what.to_owned() } else { format!("{what}: {}", text.trim_end_matches('.')) }
}
