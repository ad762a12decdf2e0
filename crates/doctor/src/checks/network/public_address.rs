//! Whether the name of the site leads to this server: its addresses, and what answers there. From inside a local network the
//! connection goes through the router's public address (NAT loopback).

use std::net::{IpAddr, SocketAddr};

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use guildhall_model::finding::{Finding, ProcessState};
use guildhall_model::ports::Probe;

use super::addresses::{Site, is_public, own_addresses};
use super::{IPV6_UNREACHABLE, NAME_ELSEWHERE, NAME_UNRESOLVED, NO_PUBLIC_ADDRESS, OTHER_SERVER, UNREACHABLE};
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("network.public_address", "the public address", run).with_time_limit(30);

/// Public; its answer has the id of the server.
const IDENTITY_PATH: &str = "/api/v4/config/client?format=old";
const ADDRESSES_MAX: usize = 6;

/// What answers at one address of the name.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    ThisServer,
    Other(String),
    Unreachable(String),
}

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(site) = Site::parse(&context.facts.site_url) else {
            return NO_PUBLIC_ADDRESS.found("The setting site.url is empty.").into();
        };
        let addresses = match site.address {
            Some(address) => vec![address],
            None => match context.machine.resolve(&site.host).await {
                Ok(addresses) if !addresses.is_empty() => addresses,
                Ok(_) => return NAME_UNRESOLVED.found(format!("The name {} has no address.", site.host)).into(),
                Err(error) => return NAME_UNRESOLVED.found(format!("The name {} has no address.", site.host)).with_detail(error).into(),
            },
        };
        let own = own_addresses(context).await;
        let is_expected = |address: &IpAddr| own.contains(address) || context.facts.public_addresses.contains(*address);
        let probes = addresses.iter().take(ADDRESSES_MAX).map(async |address| (*address, probe(context, &site, *address).await));
        let answers = if matches!(context.facts.process, ProcessState::Running { .. }) { join_all(probes).await } else { Vec::new() };
        let works = answers.iter().any(|(_, answer)| *answer == Answer::ThisServer);

        let mut findings: Vec<Finding> = Vec::new();
        for (address, answer) in &answers {
            findings.extend(finding(&site, *address, answer, works, is_expected(address), own.contains(address)));
        }
        if answers.is_empty() {
            let elsewhere = addresses.iter().filter(|address| !is_expected(address) && !is_public(**address));
            findings.extend(elsewhere.map(|address| elsewhere_finding(&site, *address, "which is not an address of this machine")));
        }
        let list = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Verdict::found_or(findings, format!("The name {} leads to this server ({list}).", site.host))
    }
    .boxed()
}

fn finding(site: &Site, address: IpAddr, answer: &Answer, works: bool, is_expected: bool, is_own: bool) -> Option<Finding> {
    let (host, port) = (&site.host, site.port);
    match answer {
        Answer::ThisServer => None,
        Answer::Other(what) => {
            let kind = if is_expected { &OTHER_SERVER } else { &NAME_ELSEWHERE };
            Some(
                kind.found(format!("At {address}, port {port}, an address of {host}, another server answers."))
                    .about(address)
                    .with_detail(what),
            )
        }
        Answer::Unreachable(error) if address.is_ipv6() && works => {
            let text = format!("The IPv6 address {address} of {host} does not answer at port {port}, while another address does.");
            Some(IPV6_UNREACHABLE.found(text).about(address).with_detail(error))
        }
        Answer::Unreachable(error) if is_own => {
            let text = format!("Nothing answers at {address}, port {port}, which is an address of this machine.");
            let remedy = "Let the server or a proxy listen at this port, and allow it in the machine's firewall.";
            Some(UNREACHABLE.found(text).about(address).with_remedy(remedy).with_detail(error))
        }
        Answer::Unreachable(error) if is_expected || is_public(address) => {
            let text = format!(
                "From this machine, {host} cannot be reached at {address}, port {port}; it may only be that the router has no NAT loopback."
            );
            Some(UNREACHABLE.found(text).about(address).with_detail(error))
        }
        Answer::Unreachable(error) => {
            Some(elsewhere_finding(site, address, "which is not an address of this machine, and does not answer").with_detail(error))
        }
    }
}

fn elsewhere_finding(site: &Site, address: IpAddr, what: &str) -> Finding {
    NAME_ELSEWHERE.found(format!("The name {} points to {address}, {what}.", site.host)).about(address)
}

async fn probe(context: &Context<'_>, site: &Site, address: IpAddr) -> Answer {
    let address = SocketAddr::new(address, site.port);
    let path = format!("{}{IDENTITY_PATH}", site.path);
    let response = match context.machine.probe(&Probe { is_https: site.is_https, host: site.host.clone(), address, path }).await {
        Ok(response) => response,
        Err(error) => return Answer::Unreachable(error.to_string()),
    };
    let identity: Option<serde_json::Value> = serde_json::from_str(&response.body).ok();
    let found = identity.as_ref().and_then(|json| json["DiagnosticId"].as_str());
    let own = context.database().and_then(|database| database.server_id.as_deref());
    match (found, own) {
        (Some(found), Some(own)) if found == own => Answer::ThisServer,
        // Without a database it is not known which server this is.
        (Some(_), None) => Answer::ThisServer,
        (Some(_), Some(_)) => Answer::Other("Another server of the same kind answers.".to_owned()),
        (None, _) => {
            let name = response.headers.iter().find(|(name, _)| name == "server").map(|(_, value)| format!(", server {value}"));
            Answer::Other(format!("It answered with status {}{}.", response.status, name.unwrap_or_default()))
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, Severity};
    use guildhall_model::ports::ProbeResponse;

    use super::super::addresses::FIB_TRIE;
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    fn facts() -> Facts {
        let database = DatabaseFacts { server_id: Some("this".into()), ..DatabaseFacts::default() };
        Facts {
            site_url: "https://chat.example.com".into(),
            database: DatabaseState::Reached(Box::new(database)),
            ..RecordedMachine::facts()
        }
    }

    fn machine() -> RecordedMachine {
        RecordedMachine::default().with_file("/proc/net/fib_trie", FIB_TRIE)
    }

    fn server(id: &str) -> ProbeResponse {
        ProbeResponse { status: 200, body: format!("{{\"DiagnosticId\":\"{id}\"}}"), ..ProbeResponse::default() }
    }

    async fn ids_on(machine: RecordedMachine) -> Vec<String> {
        ids(&said(run, &machine, &facts()).await)
    }

    #[tokio::test]
    async fn a_name_that_leads_here_passes() {
        let name = || machine().with_name("chat.example.com", &["203.0.113.7"]);
        assert_eq!(ids_on(name().with_answer("203.0.113.7:443", server("this"))).await, [""; 0]);
        assert_eq!(ids(&said(run, &machine(), &Facts { site_url: String::new(), ..facts() }).await), ["network.no_public_address"]);
    }

    #[tokio::test]
    async fn a_name_without_or_with_a_wrong_address_is_found() {
        assert_eq!(ids_on(machine()).await, ["network.name_unresolved"]);
        assert_eq!(ids_on(machine().with_name("chat.example.com", &[])).await, ["network.name_unresolved"]);
        let elsewhere = || machine().with_name("chat.example.com", &["192.168.0.99"]);
        assert_eq!(ids_on(elsewhere()).await, ["network.name_points_elsewhere"]);
        assert_eq!(ids_on(elsewhere().with_answer("192.168.0.99:443", server("another"))).await, ["network.name_points_elsewhere"]);
        let stopped = Facts { process: ProcessState::Stopped, ..facts() };
        assert_eq!(ids(&said(run, &elsewhere(), &stopped).await), ["network.name_points_elsewhere"]);
    }

    #[tokio::test]
    async fn another_server_at_the_right_address_is_found() {
        let router = ProbeResponse { status: 401, headers: vec![("server".into(), "micro_httpd".into())], ..ProbeResponse::default() };
        let machine = machine().with_name("chat.example.com", &["203.0.113.7"]).with_answer("203.0.113.7:443", router);
        let facts = Facts { public_addresses: "203.0.113.7".parse().unwrap(), ..facts() };
        let findings = said(run, &machine, &facts).await;
        assert_eq!(ids(&findings), ["network.other_server_answers"]);
        assert_eq!(findings[0].details, ["It answered with status 401, server micro_httpd."]);
    }

    #[tokio::test]
    async fn a_closed_port_is_told_with_the_possible_lack_of_nat_loopback() {
        let findings = said(run, &machine().with_name("chat.example.com", &["203.0.113.7"]), &facts()).await;
        assert_eq!(ids(&findings), ["network.public_address_unreachable"]);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].summary.contains("NAT loopback") && findings[0].remedy.contains("telephone"), "{findings:?}");
        let findings = said(run, &machine().with_name("chat.example.com", &["192.168.0.10"]), &facts()).await;
        assert!(findings[0].remedy.contains("firewall"), "{findings:?}");
    }

    #[tokio::test]
    async fn an_ipv6_address_that_does_not_answer_is_found() {
        let machine = machine().with_name("chat.example.com", &["203.0.113.7", "2001:db8::7"]);
        assert_eq!(ids_on(machine.with_answer("203.0.113.7:443", server("this"))).await, ["network.ipv6_unreachable"]);
    }
}
