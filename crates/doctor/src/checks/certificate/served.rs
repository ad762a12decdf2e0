//! The certificate as the public address serves it: its end, its names and its chain, as a browser judges them.

use std::net::{IpAddr, SocketAddr};

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Millis;
use guildhall_model::finding::{Finding, Severity};
use guildhall_model::ports::{CertificateProblem, Probe, ServedCertificate};
use guildhall_model::settings::is_local_name;

use super::own::{Told, tells_of};
use super::{CRITICAL_MS, EXPIRED, EXPIRES_SOON, HANDSHAKE_FAILED, NO_HTTPS, UNTRUSTED, WARNING_MS, WRONG_NAME};
use crate::check::{Check, Context, Verdict};
use crate::checks::network::addresses::Site;
use crate::text::{date, duration};

pub(super) static CHECK: Check = Check::new("certificate.served", "the certificate", run).with_time_limit(25);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(site) = Site::parse(&context.facts.site_url) else { return Verdict::NotApplicable };
        if !site.is_https {
            return without_https(&site);
        }
        let addresses = match site.address {
            Some(address) => vec![address],
            None => context.machine.resolve(&site.host).await.unwrap_or_default(),
        };
        // That an address is not reachable is said by another check.
        for address in addresses {
            let address = SocketAddr::new(address, site.port);
            if context.machine.connect(address).await.is_err() {
                continue;
            }
            let probe = Probe { is_https: true, host: site.host.clone(), address, path: format!("{}/", site.path) };
            return match context.machine.probe(&probe).await.map(|response| response.certificate) {
                Ok(Some(certificate)) => judge(&site, &certificate, tells_of(context, &certificate), context.machine.now()),
                Ok(None) => Verdict::Failed("no certificate was presented".to_owned()),
                Err(error) => {
                    HANDSHAKE_FAILED.found(format!("At {address} no encrypted connection can be made.")).with_detail(error).into()
                }
            };
        }
        Verdict::NotApplicable
    }
    .boxed()
}

/// In a local network it is a choice; on the Internet it is a fault.
fn without_https(site: &Site) -> Verdict {
    let is_local = match site.address {
        Some(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback(),
        Some(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_loopback(),
        None => is_local_name(&site.host),
    };
    if is_local {
        return Verdict::NotApplicable;
    }
    NO_HTTPS.found(format!("The public address http://{} has no encryption.", site.host)).into()
}

/// `told` is what the check of the server's own certificate says of the same one.
fn judge(site: &Site, certificate: &ServedCertificate, told: Told, now: Millis) -> Verdict {
    let details = |finding: Finding| {
        finding
            .with_detail(format!("Names: {}", certificate.names.join(", ")))
            .with_detail(format!("Issuer: {}; certificates in the chain: {}", certificate.issuer, certificate.chain_length))
            .with_details(certificate.expires_at.map(|at| format!("Valid until {}", date(at))))
    };
    let host = &site.host;
    let left_ms = certificate.expires_at.map_or(i64::MAX, |at| at.0 - now.0);
    let mut findings = Vec::new();
    match &certificate.problem {
        Some(CertificateProblem::Expired) => {}
        Some(CertificateProblem::NotValidYet) => {
            findings.push(UNTRUSTED.found(format!("The certificate of {host} is not valid yet; the clock of this machine may be wrong.")));
        }
        Some(CertificateProblem::WrongName) if told.name => {}
        Some(CertificateProblem::UnknownIssuer) if told.renewal => {}
        Some(CertificateProblem::WrongName) => {
            findings.push(WRONG_NAME.found(format!("The certificate at {host} is for other names: {}.", certificate.names.join(", "))));
        }
        Some(CertificateProblem::UnknownIssuer) => {
            let text = match certificate.chain_length {
                0 | 1 => format!("The certificate of {host} is self-signed, or is presented without its intermediate certificates."),
                _ => format!("The certificate of {host} is from an authority that this machine does not know."),
            };
            findings.push(UNTRUSTED.found(text));
        }
        Some(CertificateProblem::Other(reason)) => {
            findings.push(UNTRUSTED.found(format!("The certificate of {host} is not accepted: {reason}.")));
        }
        None => {}
    }
    if left_ms <= 0 || certificate.problem == Some(CertificateProblem::Expired) {
        findings.push(EXPIRED.found(format!(
            "The certificate of {host} has expired{}.",
            match certificate.expires_at {
                Some(at) => format!(" on {}", date(at)),
                None => String::new(),
            }
        )));
    } else if left_ms < WARNING_MS && !told.expiry {
        let severity = if left_ms < CRITICAL_MS { Severity::Critical } else { Severity::Warning };
        findings.push(EXPIRES_SOON.found(format!("The certificate of {host} expires in {}.", duration(left_ms))).with_severity(severity));
    }
    let passed = format!("The certificate of {host} is valid for {}.", duration(left_ms));
    Verdict::found_or(findings.into_iter().map(details).collect(), passed)
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::Facts;
    use guildhall_model::ports::ProbeResponse;
    use guildhall_model::settings::TlsMode;
    use guildhall_model::tls::{CertificateFacts, TlsError, TlsErrorCause, TlsStatus};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, passed, said};
    use crate::text::DAY_MS;

    fn facts() -> Facts {
        Facts { site_url: "https://chat.example.com".into(), ..RecordedMachine::facts() }
    }

    fn machine(days_left: i64, problem: Option<CertificateProblem>) -> RecordedMachine {
        let certificate = ServedCertificate {
            expires_at: Some(Millis(NOW.0 + days_left * DAY_MS)),
            names: vec!["chat.example.com".into()],
            issuer: "CN=R11".into(),
            chain_length: 1,
            problem,
        };
        RecordedMachine::default()
            .with_name("chat.example.com", &["2001:db8::1", "203.0.113.7"])
            .with_listener("203.0.113.7:443")
            .with_answer("203.0.113.7:443", ProbeResponse { certificate: Some(certificate), ..ProbeResponse::default() })
    }

    #[tokio::test]
    async fn the_end_of_the_certificate_is_told_in_time() {
        assert_eq!(passed(run, &machine(60, None), &facts()).await, "The certificate of chat.example.com is valid for 60 days.");
        let soon = said(run, &machine(10, None), &facts()).await;
        assert_eq!((soon[0].id.name(), soon[0].severity), ("certificate.expires_soon", Severity::Warning));
        assert_eq!(said(run, &machine(3, None), &facts()).await[0].severity, Severity::Critical);
        assert_eq!(ids(&said(run, &machine(-1, Some(CertificateProblem::Expired)), &facts()).await), ["certificate.expired"]);
    }

    #[tokio::test]
    async fn what_browsers_do_not_accept_is_told() {
        for (problem, id) in [
            (CertificateProblem::WrongName, "certificate.wrong_name"),
            (CertificateProblem::UnknownIssuer, "certificate.untrusted"),
            (CertificateProblem::NotValidYet, "certificate.untrusted"),
            (CertificateProblem::Other("odd".into()), "certificate.untrusted"),
        ] {
            assert_eq!(ids(&said(run, &machine(60, Some(problem)), &facts()).await), [id]);
        }
    }

    #[tokio::test]
    async fn what_the_server_says_of_the_same_certificate_is_not_told_twice() {
        let own = |days_left: i64| CertificateFacts {
            names: vec!["chat.example.com".into()],
            issuer: "CN=R11".into(),
            not_before: Millis(0),
            not_after: Millis(NOW.0 + days_left * DAY_MS),
            fingerprint: String::new(),
            is_self_signed: false,
        };
        let last_error = TlsError { message: "Closed.".into(), cause: TlsErrorCause::Connection, at: NOW };
        let status = |days_left| TlsStatus {
            mode: TlsMode::Acme,
            certificate: Some(own(days_left)),
            last_error: Some(last_error.clone()),
            ..TlsStatus::default()
        };
        let same = Facts { tls: Some(status(3)), ..facts() };
        assert_eq!(ids(&said(run, &machine(3, None), &same).await), [""; 0]);
        // A proxy in front has another one.
        let other = Facts { tls: Some(status(30)), ..facts() };
        assert_eq!(ids(&said(run, &machine(3, None), &other).await), ["certificate.expires_soon"]);
        let expired = machine(-1, Some(CertificateProblem::Expired));
        assert_eq!(ids(&said(run, &expired, &Facts { tls: Some(status(-1)), ..facts() }).await), ["certificate.expired"]);
    }

    #[tokio::test]
    async fn a_port_without_tls_and_a_site_without_https_are_told() {
        let machine = RecordedMachine::default().with_name("chat.example.com", &["203.0.113.7"]).with_listener("203.0.113.7:443");
        assert_eq!(ids(&said(run, &machine, &facts()).await), ["certificate.handshake_failed"]);
        for (site_url, expected) in
            [("http://chat.example.com", &["certificate.none"][..]), ("http://chat.local", &[]), ("http://192.168.0.10:8065", &[])]
        {
            assert_eq!(ids(&said(run, &machine, &Facts { site_url: site_url.into(), ..facts() }).await), expected, "{site_url}");
        }
    }
}
