//! What the server itself says about its certificate: whether it is renewed, is for the site's name, and is served.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Millis;
use guildhall_model::finding::{Finding, Severity};
use guildhall_model::ports::ServedCertificate;
use guildhall_model::settings::TlsMode;
use guildhall_model::tls::{CertificateFacts, TlsError, TlsStatus};

use super::{CRITICAL_MS, EXPIRES_SOON, FILES_UNUSABLE, NAME_NOT_COVERED, PORT_CLOSED, RENEWAL_FAILING, WARNING_MS};
use crate::check::{Check, Context, Verdict};
use crate::checks::network::addresses::Site;
use crate::text::{counted, date, duration};

pub(super) static CHECK: Check = Check::new("certificate.own", "the server's own certificate", run);

/// The first attempt after a change of settings may be early: a record of the DNS that is not known everywhere, yet.
const ATTEMPTS_UNTIL_CRITICAL: u32 = 3;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    std::future::ready(judge(context)).boxed()
}

fn judge(context: &Context<'_>) -> Verdict {
    // Where it is off, a proxy may have the certificate: that is seen from outside only.
    let Some(status) = context.facts.tls.as_ref().filter(|status| status.mode != TlsMode::Off) else { return Verdict::NotApplicable };
    let now = context.machine.now();
    let mut findings = Vec::new();
    findings.extend(status.last_error.as_ref().map(|error| of_error(status, error, now)));
    findings.extend(expiring(status, now).map(|left_ms| {
        let severity = if left_ms < CRITICAL_MS { Severity::Critical } else { Severity::Warning };
        // The certificate at the public address may be another one.
        EXPIRES_SOON
            .found(format!("The server's own certificate expires in {}.", duration(left_ms)))
            .about("server")
            .with_severity(severity)
    }));
    findings.extend(uncovered_name(status, Site::parse(&context.facts.site_url).as_ref()));
    for (listener, name) in [(&status.https, "HTTPS"), (&status.http, "HTTP")] {
        if !listener.error.is_empty() {
            let severity = if name == "HTTPS" { Severity::Critical } else { Severity::Warning };
            findings.push(PORT_CLOSED.found(sentence(&listener.error)).about(name).with_severity(severity));
        }
    }
    let passed = match &status.certificate {
        None => return Verdict::found_or(findings, "The server has no certificate yet."),
        Some(certificate) if status.mode == TlsMode::Acme && !status.next_attempt_at.is_zero() => {
            format!("{} It is renewed on {}.", validity(certificate, now), date(status.next_attempt_at))
        }
        Some(certificate) => validity(certificate, now),
    };
    Verdict::found_or(findings, passed)
}

fn validity(certificate: &CertificateFacts, now: Millis) -> String {
    let kind = if certificate.is_self_signed { "own certificate" } else { "certificate" };
    format!("The server's {kind} is valid for {}.", duration((certificate.not_after.0 - now.0).max(0)))
}

/// How long a certificate is still valid that is not renewed, without an error that says why.
fn expiring(status: &TlsStatus, now: Millis) -> Option<i64> {
    let certificate = status.certificate.as_ref().filter(|certificate| status.last_error.is_none() && !certificate.is_self_signed)?;
    Some(certificate.not_after.0 - now.0).filter(|left_ms| (0..WARNING_MS).contains(left_ms))
}

/// Why there is no new certificate: in the words of the authority, or about the files.
fn of_error(status: &TlsStatus, error: &TlsError, now: Millis) -> Finding {
    let certificate = status.certificate.as_ref().filter(|certificate| !certificate.is_self_signed);
    let left_ms = certificate.map_or(0, |certificate| certificate.not_after.0 - now.0);
    let cause = sentence(&error.message);
    let left = match certificate {
        None => "until then, browsers warn of the server's own one".to_owned(),
        Some(_) if left_ms <= 0 => "the present one has expired".to_owned(),
        Some(_) => format!("the present one expires in {}", duration(left_ms)),
    };
    let is_urgent = left_ms < CRITICAL_MS;
    let finding = if status.mode == TlsMode::Acme {
        let is_certain = certificate.is_some() || status.failed_attempts >= ATTEMPTS_UNTIL_CRITICAL;
        let severity = if is_urgent && is_certain { Severity::Critical } else { Severity::Warning };
        let names = status.names.join(", ");
        let finding = RENEWAL_FAILING.found(format!("No new certificate for {names} can be obtained; {left}. {cause}"));
        let attempts = format!("{} failed since the last success", counted(i64::from(status.failed_attempts), "attempt"));
        let next =
            (!status.next_attempt_at.is_zero()).then(|| format!("Next attempt in {}", duration((status.next_attempt_at.0 - now.0).max(0))));
        finding.with_severity(severity).with_detail(attempts).with_details(next)
    } else {
        let severity = if is_urgent { Severity::Critical } else { Severity::Warning };
        FILES_UNUSABLE.found(format!("{cause} Meanwhile {left}.")).with_severity(severity)
    };
    finding.with_details(certificate.map(|certificate| format!("Valid until {}", date(certificate.not_after))))
}

/// The name of the site, if the certificate that browsers are to trust is not for it. Of a self-signed one everything is said
/// elsewhere.
fn uncovered_name(status: &TlsStatus, site: Option<&Site>) -> Option<Finding> {
    let site = site.filter(|site| site.is_https)?;
    let certificate = status.certificate.as_ref().filter(|certificate| !certificate.is_self_signed && !certificate.covers(&site.host))?;
    let names = certificate.names.join(", ");
    let finding =
        NAME_NOT_COVERED.found(format!("The server's certificate is for {names}, and not for {}, the name of site.url.", site.host));
    Some(if status.mode == TlsMode::Acme {
        finding.with_remedy(format!("Add {} to the setting `tls.domains`, or correct `site.url`.", site.host))
    } else {
        finding
    })
}

/// Sentences of other programs may lack their end.
fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// Whether the certificate that a connection showed is the one that the server has, so that what is wrong with it is told once.
pub(super) fn tells_of(context: &Context<'_>, served: &ServedCertificate) -> Told {
    let Some(status) = &context.facts.tls else { return Told::default() };
    let is_same =
        |own: &CertificateFacts| served.expires_at.is_some_and(|at| at.0 / 1000 == own.not_after.0 / 1000) && served.names == own.names;
    if status.mode == TlsMode::Off || !status.certificate.as_ref().is_some_and(is_same) {
        return Told::default();
    }
    let is_uncovered = uncovered_name(status, Site::parse(&context.facts.site_url).as_ref()).is_some();
    let has_error = status.last_error.is_some();
    Told { renewal: has_error, expiry: has_error || expiring(status, context.machine.now()).is_some(), name: is_uncovered }
}

/// What this check has told already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// That there is no new certificate, hence that the present one is self-signed.
    pub renewal: bool,
    /// That it expires soon.
    pub expiry: bool,
    pub name: bool,
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::Facts;
    use guildhall_model::tls::{ListenerStatus, TlsErrorCause};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, passed, said};
    use crate::text::DAY_MS;

    const SENTENCE: &str = "The authority cannot connect to chat.example.com at port 80; open it in the firewall.";

    fn status(mode: TlsMode, days_left: i64) -> TlsStatus {
        TlsStatus {
            mode,
            names: vec!["chat.example.com".into()],
            certificate: Some(CertificateFacts {
                names: vec!["chat.example.com".into()],
                issuer: "CN=R11".into(),
                not_before: Millis(NOW.0 - 60 * DAY_MS),
                not_after: Millis(NOW.0 + days_left * DAY_MS),
                fingerprint: "AB".into(),
                is_self_signed: false,
            }),
            next_attempt_at: Millis(NOW.0 + DAY_MS),
            ..TlsStatus::default()
        }
    }

    fn failing(status: TlsStatus, failed_attempts: u32) -> TlsStatus {
        let last_error = TlsError { message: SENTENCE.into(), cause: TlsErrorCause::Connection, at: NOW };
        TlsStatus { last_error: Some(last_error), failed_attempts, ..status }
    }

    fn facts(tls: TlsStatus) -> Facts {
        Facts { tls: Some(tls), site_url: "https://chat.example.com".into(), ..RecordedMachine::facts() }
    }

    async fn found(tls: TlsStatus) -> Vec<Finding> {
        said(run, &RecordedMachine::default(), &facts(tls)).await
    }

    #[tokio::test]
    async fn a_renewal_that_fails_is_told_in_the_words_of_the_authority() {
        let text = passed(run, &RecordedMachine::default(), &facts(status(TlsMode::Acme, 40))).await;
        assert_eq!(text, "The server's certificate is valid for 40 days. It is renewed on 2026-11-30.");
        for (days, severity) in [(20, Severity::Warning), (3, Severity::Critical), (-1, Severity::Critical)] {
            let findings = found(failing(status(TlsMode::Acme, days), 1)).await;
            assert_eq!((findings[0].id.name(), findings[0].severity), ("certificate.renewal_failing", severity), "{days}");
            assert!(findings[0].summary.ends_with(SENTENCE), "{findings:?}");
        }
        let findings = found(failing(status(TlsMode::Acme, 20), 4)).await;
        assert!(
            findings[0].summary.starts_with("No new certificate for chat.example.com can be obtained; the present one expires in 20 days.")
        );
        assert_eq!(findings[0].details, ["4 attempts failed since the last success", "Next attempt in 24 hours", "Valid until 2026-12-19"]);
    }

    #[tokio::test]
    async fn a_certificate_that_nobody_renews_is_told() {
        for (days, expected) in [(13, None), (11, Some(Severity::Warning)), (3, Some(Severity::Critical))] {
            let findings = found(status(TlsMode::Files, days)).await;
            assert_eq!(findings.first().map(|finding| finding.severity), expected, "{days}");
            assert!(findings.iter().all(|finding| finding.id.name() == "certificate.expires_soon" && finding.subject == "server"));
        }
    }

    #[tokio::test]
    async fn the_first_certificate_may_take_some_attempts() {
        let mut own = status(TlsMode::Acme, 365);
        own.certificate.as_mut().unwrap().is_self_signed = true;
        for (failed, severity) in [(1, Severity::Warning), (3, Severity::Critical)] {
            let findings = found(failing(own.clone(), failed)).await;
            assert_eq!((ids(&findings), findings[0].severity), (vec!["certificate.renewal_failing".to_owned()], severity));
            assert!(findings[0].summary.contains("browsers warn of the server's own one"), "{findings:?}");
        }
    }

    #[tokio::test]
    async fn files_that_cannot_be_used_are_told() {
        let mut unreadable = failing(status(TlsMode::Files, 40), 1);
        unreadable.last_error.as_mut().unwrap().message =
            "The file /etc/ssl/chat.pem cannot be read: Permission denied (os error 13).".into();
        let findings = found(unreadable.clone()).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["certificate.files_unusable".to_owned()], Severity::Warning));
        assert!(findings[0].summary.contains("/etc/ssl/chat.pem cannot be read"), "{findings:?}");
        unreadable.certificate = None;
        assert_eq!(found(unreadable).await[0].severity, Severity::Critical);
    }

    #[tokio::test]
    async fn a_certificate_for_another_name_and_a_closed_port_are_told() {
        let mut other = status(TlsMode::Files, 40);
        other.certificate.as_mut().unwrap().names = vec!["www.example.com".into()];
        assert_eq!(ids(&found(other.clone()).await), ["certificate.name_not_covered"]);
        other.mode = TlsMode::Acme;
        assert!(found(other.clone()).await[0].remedy.contains("`tls.domains`"));
        other.certificate.as_mut().unwrap().names = vec!["*.example.com".into()];
        assert_eq!(ids(&found(other.clone()).await), [""; 0]);
        other.https =
            ListenerStatus { address: "[::]:443".into(), is_open: false, error: "The port 443 is in use by another program".into() };
        let findings = found(other).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["certificate.port_closed".to_owned()], Severity::Critical));
    }

    #[tokio::test]
    async fn without_https_of_its_own_it_says_nothing() {
        assert_eq!(ids(&found(failing(status(TlsMode::Off, 1), 9)).await), [""; 0]);
        assert_eq!(ids(&said(run, &RecordedMachine::default(), &RecordedMachine::facts()).await), [""; 0]);
    }
}
