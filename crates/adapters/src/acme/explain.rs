//! Failures of the authority as sentences that name the probable cause.

use std::error::Error as StdError;

use guildhall_model::ports::IssueError;
use guildhall_model::settings::AcmeChallenge;
use guildhall_model::tls::TlsErrorCause;
use instant_acme::{Error, Problem};

/// Characters of what the authority says that are repeated.
const DETAIL_CHARS_MAX: usize = 300;

/// An error of the exchange with the authority. `directory_url` is the one of the settings.
pub(super) fn explain(error: &Error, directory_url: &str) -> IssueError {
    match error {
        Error::Api(problem) => explain_problem(problem, directory_url),
        Error::Timeout(_) => IssueError::new(
            TlsErrorCause::Authority,
            format!("The authority {} did not finish the order in time; the server tries again.", host(directory_url)),
        ),
        Error::Json(_) => IssueError::new(
            TlsErrorCause::Authority,
            format!("The answer of {directory_url} is not that of an ACME authority; check tls.acme_directory_url."),
        ),
        other => {
            let cause = causes(other);
            let advice = if cause.contains("certificate") || cause.contains("UnknownIssuer") {
                "its own certificate is not trusted here; name its root certificate in tls.acme_root_file"
            } else {
                "check this machine's connection to the Internet and its DNS"
            };
            let message = format!("The authority {} cannot be reached: {advice} ({}).", host(directory_url), shorten(&cause));
            IssueError::new(TlsErrorCause::Authority, message)
        }
    }
}

/// Why the authority did not accept the proof for this name.
pub(super) fn explain_challenge(problem: Option<&Problem>, name: &str, challenge: AcmeChallenge) -> IssueError {
    let port = if challenge == AcmeChallenge::Http01 { 80 } else { 443 };
    let detail = problem.map(detail).unwrap_or_default();
    let kind = problem.and_then(kind).unwrap_or_default();
    let (cause, message) = match (kind, challenge) {
        ("dns", AcmeChallenge::Dns01) => {
            (TlsErrorCause::Dns, format!("The authority could not read the record _acme-challenge.{name} in the DNS; check tls.dns_hook"))
        }
        ("unauthorized" | "incorrectResponse", AcmeChallenge::Dns01) => {
            (TlsErrorCause::Dns, format!("The record _acme-challenge.{name} in the DNS is missing or has another text; check tls.dns_hook"))
        }
        ("dns", _) => (
            TlsErrorCause::Dns,
            format!("The name {name} has no usable address in the DNS; set its A or AAAA record to the public address of this server"),
        ),
        ("connection", _) => (
            TlsErrorCause::Connection,
            format!(
                "The authority could not connect to {name} at port {port}; open it in the firewall and forward it from the router to this \
                 server, and check that {name} has this server's public address"
            ),
        ),
        ("unauthorized" | "incorrectResponse" | "tls", _) => (
            TlsErrorCause::WrongServer,
            format!(
                "The name {name} leads to another server, or a program in between answers: the authority got another answer at port {port}; \
                 set the name's A and AAAA records to the public address of this server"
            ),
        ),
        ("caa", _) => (
            TlsErrorCause::Dns,
            format!("A CAA record in the DNS of {name} does not allow this authority; add it to the record, or remove the record"),
        ),
        ("rateLimited", _) => (TlsErrorCause::RateLimited, "The authority has had too many requests for this name".to_owned()),
        _ => (TlsErrorCause::Rejected, format!("The authority did not accept the proof for {name} by {}", challenge.as_str())),
    };
    IssueError::new(cause, with_detail(message, &detail))
}

fn explain_problem(problem: &Problem, directory_url: &str) -> IssueError {
    let authority = host(directory_url);
    let names: Vec<String> =
        problem.subproblems.iter().filter_map(|part| part.identifier.as_ref()).map(|name| name.authorized(false).to_string()).collect();
    let (cause, message) = match kind(problem).unwrap_or_default() {
        "rateLimited" => (
            TlsErrorCause::RateLimited,
            format!("The authority {authority} accepts no more requests for now; the server tries again later"),
        ),
        "rejectedIdentifier" if !names.is_empty() => (
            TlsErrorCause::Rejected,
            format!("The authority {authority} issues no certificate for {}; check tls.domains", names.join(", ")),
        ),
        "rejectedIdentifier" | "unsupportedIdentifier" | "malformed" => {
            (TlsErrorCause::Rejected, format!("The authority {authority} issues no certificate for these names; check tls.domains"))
        }
        "invalidContact" | "unsupportedContact" => {
            (TlsErrorCause::Rejected, format!("The authority {authority} does not accept the address in tls.acme_contact"))
        }
        "externalAccountRequired" => (
            TlsErrorCause::Rejected,
            format!("The authority {authority} takes only customers with a key of their own, which is not supported; choose another"),
        ),
        "caa" => (TlsErrorCause::Dns, "A CAA record in the DNS of a name does not allow this authority; add it to the record".to_owned()),
        "dns" => (
            TlsErrorCause::Dns,
            "A name has no usable address in the DNS; set its A or AAAA record to the public address of this server".to_owned(),
        ),
        "badNonce" | "serverInternal" => {
            (TlsErrorCause::Authority, format!("The authority {authority} has a failure; the server tries again"))
        }
        _ => (TlsErrorCause::Rejected, format!("The authority {authority} rejects the request")),
    };
    IssueError::new(cause, with_detail(message, &detail(problem)))
}

/// The type without its prefix (RFC 8555, section 6.7).
fn kind(problem: &Problem) -> Option<&str> {
    problem.r#type.as_deref()?.strip_prefix("urn:ietf:params:acme:error:")
}

fn detail(problem: &Problem) -> String {
    let parts = problem.subproblems.iter().filter_map(|part| part.detail.clone());
    shorten(&problem.detail.iter().cloned().chain(parts).collect::<Vec<_>>().join(" "))
}

fn with_detail(message: String, detail: &str) -> String {
    if detail.is_empty() { format!("{message}.") } else { format!("{message}. It says: {detail}") }
}

/// On one line, and without what could disturb a terminal.
fn shorten(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(DETAIL_CHARS_MAX).collect()
}

fn host(directory_url: &str) -> String {
    url::Url::parse(directory_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| directory_url.to_owned())
}

/// The messages of an error and its causes, the innermost last; the model's error says its own in its source.
fn causes(error: &Error) -> String {
    let mut messages = vec![error.to_string()];
    let mut next = match error {
        Error::Other(inner) => Some(inner.as_ref() as &(dyn StdError + 'static)),
        other => other.source(),
    };
    while let Some(cause) = next {
        let message = cause.to_string();
        if !messages.contains(&message) {
            messages.push(message);
        }
        next = cause.source();
    }
    messages.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(kind: &str) -> Problem {
        let detail = Some("10.0.0.7: timeout\nafter connect".to_owned());
        Problem { r#type: Some(format!("urn:ietf:params:acme:error:{kind}")), detail, status: Some(400), subproblems: Vec::new() }
    }

    #[test]
    fn each_failure_of_a_proof_names_its_probable_cause() {
        for (kind, challenge, cause, words) in [
            ("dns", AcmeChallenge::Http01, TlsErrorCause::Dns, "no usable address"),
            ("dns", AcmeChallenge::Dns01, TlsErrorCause::Dns, "_acme-challenge.chat.example"),
            ("unauthorized", AcmeChallenge::Dns01, TlsErrorCause::Dns, "tls.dns_hook"),
            ("connection", AcmeChallenge::Http01, TlsErrorCause::Connection, "port 80; open it in the firewall"),
            ("connection", AcmeChallenge::TlsAlpn01, TlsErrorCause::Connection, "port 443"),
            ("unauthorized", AcmeChallenge::Http01, TlsErrorCause::WrongServer, "leads to another server"),
            ("caa", AcmeChallenge::Http01, TlsErrorCause::Dns, "CAA"),
            ("rateLimited", AcmeChallenge::Http01, TlsErrorCause::RateLimited, "too many"),
            ("unheardOf", AcmeChallenge::Http01, TlsErrorCause::Rejected, "http-01"),
        ] {
            let error = explain_challenge(Some(&problem(kind)), "chat.example", challenge);
            assert_eq!(error.cause, cause, "{kind}");
            assert!(
                error.message.contains(words) && error.message.ends_with("It says: 10.0.0.7: timeout after connect"),
                "{}",
                error.message
            );
        }
        assert!(explain_challenge(None, "chat.example", AcmeChallenge::Http01).message.ends_with("http-01."));
    }

    #[test]
    fn each_rejection_names_what_to_change() {
        for (kind, cause, words) in [
            ("rateLimited", TlsErrorCause::RateLimited, "acme.example accepts no more requests"),
            ("rejectedIdentifier", TlsErrorCause::Rejected, "tls.domains"),
            ("invalidContact", TlsErrorCause::Rejected, "tls.acme_contact"),
            ("externalAccountRequired", TlsErrorCause::Rejected, "not supported"),
            ("serverInternal", TlsErrorCause::Authority, "tries again"),
        ] {
            let error = explain(&Error::Api(problem(kind)), "https://acme.example/directory");
            assert_eq!(error.cause, cause, "{kind}");
            assert!(error.message.contains(words), "{}", error.message);
        }
    }
}
