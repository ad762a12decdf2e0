//! The result of the command line: for people on a terminal, and as JSON.

use std::cmp::Reverse;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use guildhall_model::Clock;
use guildhall_model::finding::{CheckResult, Facts, Finding as ModelFinding, HELP_PATH, ProcessState, Severity};
use guildhall_model::time::SystemClock;
use guildhall_wire::finding::{Finding, Report, Summary};

use super::examiner::explain;

/// Of the form of [`Report`].
const FORMAT: u32 = 1;

pub fn report(results: &[CheckResult], facts: &Facts, muted: &[String], fixed: Vec<String>) -> Report {
    let is_muted = |finding: &ModelFinding| muted.iter().any(|id| id == finding.id.name());
    let mut findings: Vec<&ModelFinding> = results.iter().flat_map(|result| &result.findings).collect();
    findings.sort_by_key(|finding| (is_muted(finding), Reverse(finding.severity), finding.id.name()));
    Report {
        format: FORMAT,
        version: facts.version.to_owned(),
        host_name: facts.host_name.clone(),
        examined_at: SystemClock.now().0,
        summary: Summary::count(findings.iter().map(|finding| (finding.severity, is_muted(finding)))),
        findings: findings.into_iter().map(|finding| Finding::new(finding.clone(), explain(&finding.id), is_muted(finding))).collect(),
        fixed,
    }
}

/// For a terminal, or for a file without colours. `help_url` is where the findings are explained, if the page is served.
pub fn text(report: &Report, help_url: Option<&str>, has_colors: bool) -> String {
    let mut text = String::new();
    for line in &report.fixed {
        let _ = writeln!(text, "{line}");
    }
    if !report.fixed.is_empty() {
        text.push('\n');
    }
    for finding in report.findings.iter().filter(|finding| finding.severity != Severity::Ok.name()) {
        let label = if finding.muted { "muted" } else { finding.severity };
        let color = match label {
            "critical" => "31;1",
            "warning" => "33;1",
            _ => "2",
        };
        let label = format!("{label:<9}");
        let label = if has_colors { format!("\u{1b}[{color}m{label}\u{1b}[0m") } else { label };
        let _ = writeln!(text, "{label} {}  ({})", finding.summary, finding.id);
        if finding.muted {
            continue;
        }
        let _ = writeln!(text, "          {}", finding.remedy);
        for detail in &finding.details {
            let _ = writeln!(text, "          | {detail}");
        }
    }
    if report.findings.iter().any(|finding| finding.severity != Severity::Ok.name()) {
        text.push('\n');
    }
    if let Some(url) = help_url.filter(|_| report.findings.iter().any(|finding| finding.severity != Severity::Ok.name())) {
        let _ = writeln!(text, "{url}#ID explains each of them.");
    }
    let _ = writeln!(text, "{}", summary_sentence(report.summary));
    text
}

/// The page of all findings: at the public address, or at the server's own while it runs.
pub fn help_url(facts: &Facts) -> Option<String> {
    let site = match facts.site_url.trim_end_matches('/') {
        "" if matches!(facts.process, ProcessState::Running { .. }) && facts.listen.port() != 0 => {
            let ip = facts.listen.ip();
            let ip = if ip.is_unspecified() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { ip };
            format!("http://{}", SocketAddr::new(ip, facts.listen.port()))
        }
        "" => return None,
        site => site.to_owned(),
    };
    Some(format!("{site}{HELP_PATH}"))
}

/// `2 problems, 1 warning, 31 checks passed.`
fn summary_sentence(summary: Summary) -> String {
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    for (count, noun) in [(summary.critical, "problem"), (summary.warning, "warning")] {
        if count > 0 {
            parts.push(counted(count, noun));
        }
    }
    if summary.info > 0 {
        parts.push(format!("{} to know", summary.info));
    }
    if summary.muted > 0 {
        parts.push(format!("{} muted", summary.muted));
    }
    parts.push(format!("{} passed", counted(summary.ok, "check")));
    format!("{}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::FindingId;

    use super::*;
    use crate::config::Config;

    fn finding(id: &'static str, severity: Severity) -> ModelFinding {
        let (summary, remedy) = (format!("{id} was found."), "Mend it.".to_owned());
        ModelFinding { id: FindingId::new(id), subject: String::new(), severity, summary, remedy, details: vec!["a figure".into()] }
    }

    #[test]
    fn the_most_urgent_comes_first_and_what_is_muted_last() {
        let findings = [
            finding("system.clock", Severity::Ok),
            finding("system.version_old", Severity::Info),
            finding("backup.none", Severity::Warning),
            finding("disks.space_low", Severity::Warning),
            finding("disks.raid_degraded", Severity::Critical),
        ];
        let results = [CheckResult { check: "x", is_rare: false, is_shared: false, duration_ms: 0, findings: findings.to_vec() }];
        let config = Config {
            startup: guildhall_model::settings::Startup::default(),
            settings: guildhall_model::settings::Settings::default(),
            fixed: Vec::new(),
            file: None,
        };
        let facts = super::super::examiner::base_facts(&config, guildhall_model::finding::ProcessState::Stopped);
        let report = report(&results, &facts, &["backup.none".to_owned()], vec!["Something was mended.".into()]);
        assert_eq!(report.summary, Summary { critical: 1, warning: 1, info: 1, ok: 1, muted: 1 });
        assert_eq!(
            text(&report, Some("https://chat.example.com/help/troubleshooting"), false),
            "Something was mended.\n\n\
             critical  disks.raid_degraded was found.  (disks.raid_degraded)\n          Mend it.\n          | a figure\n\
             warning   disks.space_low was found.  (disks.space_low)\n          Mend it.\n          | a figure\n\
             info      system.version_old was found.  (system.version_old)\n          Mend it.\n          | a figure\n\
             muted     backup.none was found.  (backup.none)\n\n\
             https://chat.example.com/help/troubleshooting#ID explains each of them.\n\
             1 problem, 1 warning, 1 to know, 1 muted, 1 check passed.\n"
        );
        assert!(text(&report, None, true).contains("\u{1b}[31;1mcritical"));
    }

    #[test]
    fn the_help_is_at_the_public_address_or_at_the_servers_own() {
        let config = Config {
            startup: guildhall_model::settings::Startup::default(),
            settings: guildhall_model::settings::Settings::default(),
            fixed: Vec::new(),
            file: None,
        };
        let mut facts = super::super::examiner::base_facts(&config, ProcessState::Stopped);
        assert_eq!(help_url(&facts), None);
        facts.process = ProcessState::Running { process: 1 };
        facts.listen = ([0, 0, 0, 0], 8065).into();
        assert_eq!(help_url(&facts).unwrap(), "http://127.0.0.1:8065/help/troubleshooting");
        facts.site_url = "https://example.com/chat/".into();
        assert_eq!(help_url(&facts).unwrap(), "https://example.com/chat/help/troubleshooting");
    }

    #[test]
    fn a_healthy_machine_is_one_line() {
        assert_eq!(summary_sentence(Summary { ok: 31, ..Summary::default() }), "31 checks passed.");
    }
}
