//! Proxies that forward requests to the server and are not trusted.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::{Finding, ProcessState, Severity};
use guildhall_model::proxy::UntrustedProxy;

use super::PROXY_NOT_TRUSTED;
use crate::check::{Check, Context, Verdict};
use crate::text::{counted, duration};

pub(super) static CHECK: Check = Check::new("network.proxies", "proxies in front of the server", run);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    // Only the server knows what it has seen.
    if !matches!(context.facts.process, ProcessState::Running { .. }) {
        return std::future::ready(Verdict::NotApplicable).boxed();
    }
    let findings: Vec<Finding> = context.facts.untrusted_proxies.iter().map(|seen| finding(seen, context)).collect();
    std::future::ready(Verdict::found_or(findings, "No proxy that is not trusted forwards requests.")).boxed()
}

fn finding(seen: &UntrustedProxy, context: &Context<'_>) -> Finding {
    let UntrustedProxy { address, header, is_private, requests, seen_at } = seen;
    let count = counted(i64::try_from(*requests).unwrap_or(i64::MAX), "request");
    let ago = duration((context.machine.now().0 - seen_at.0).max(0));
    let finding = PROXY_NOT_TRUSTED
        .found(format!("Requests with the header {header} of a proxy arrive from {address}, which is not among limits.trusted_proxies."))
        .about(address)
        .with_detail(format!("{count} since the start, the last one {ago} ago"));
    if *is_private {
        return finding.with_remedy(format!(
            "If {address} is your proxy, add it to `limits.trusted_proxies` (`trusted_proxies = \"{address}\"` in the section `[limits]`), and restart the server."
        ));
    }
    // Anybody on the Internet can send the header, and must not be able to alarm administrators by it.
    finding.with_severity(Severity::Info).with_remedy(format!(
        "Add {address} to `limits.trusted_proxies` if it is a proxy of yours, and else do nothing: somebody has sent the header by himself, and it is ignored."
    ))
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::Facts;

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, passed, said};

    #[tokio::test]
    async fn a_proxy_of_the_local_network_is_a_warning_and_a_stranger_is_not() {
        let seen = |address: &str, is_private| UntrustedProxy {
            address: address.parse().unwrap(),
            header: "x-forwarded-for".into(),
            is_private,
            requests: 31,
            seen_at: Millis(NOW.0 - 120_000),
        };
        let machine = RecordedMachine::default();
        assert_eq!(passed(run, &machine, &RecordedMachine::facts()).await, "No proxy that is not trusted forwards requests.");
        let untrusted_proxies = vec![seen("192.168.0.2", true), seen("203.0.113.7", false)];
        let findings = said(run, &machine, &Facts { untrusted_proxies, ..RecordedMachine::facts() }).await;
        assert_eq!(ids(&findings), ["network.proxy_not_trusted", "network.proxy_not_trusted"]);
        let severities: Vec<_> = findings.iter().map(|finding| (finding.subject.as_str(), finding.severity)).collect();
        assert_eq!(severities, [("192.168.0.2", Severity::Warning), ("203.0.113.7", Severity::Info)]);
        assert!(findings[0].summary.contains("from 192.168.0.2") && findings[0].remedy.contains("trusted_proxies = \"192.168.0.2\""));
        assert_eq!(findings[0].details, ["31 requests since the start, the last one 2 minutes ago"]);
    }
}
