//! Limits of the operating system: descriptors of the server's process, and settings of the kernel.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{BACKLOG_SMALL, DESCRIPTORS_LOW, DESCRIPTORS_USED, HUGE_PAGES_ALWAYS, OVERCOMMIT_STRICT, PORT_RANGE_SMALL};
use crate::check::{Check, Context, Verdict};

pub(super) static DESCRIPTORS: Check = Check::new("system.descriptors", "the limit of open files", run_descriptors);
pub(super) static KERNEL: Check = Check::new("system.kernel", "the kernel's settings", run_kernel);

/// The limit that most systems have if nobody sets it is 1,024, or 524,288 as the hard one.
const DESCRIPTORS_MIN: u64 = 8_192;
const USED_PERCENT: u64 = 85;
const BACKLOG_MIN: u64 = 1_024;
const PORTS_MIN: u64 = 16_000;

fn run_descriptors<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(process) = context.facts.process.process() else { return Verdict::NotApplicable };
        let Some(limits) = context.kernel_value(&format!("/proc/{process}/limits")).await else { return Verdict::NotApplicable };
        let Some(soft) = descriptor_limit(&limits) else {
            return Verdict::Failed("the limits of the process have another form than expected".to_owned());
        };
        // Only root and the server's own user may count them.
        let open = context.machine.list_folder(format!("/proc/{process}/fd").as_ref()).await.ok().map(|names| names.len() as u64);
        let mut findings = Vec::new();
        if soft < DESCRIPTORS_MIN {
            findings.push(DESCRIPTORS_LOW.found(format!("The server may open {soft} files and connections at once.")));
        }
        if let Some(open) = open.filter(|open| crate::text::percent(*open, soft) >= USED_PERCENT) {
            findings.push(DESCRIPTORS_USED.found(format!("The server has {open} of {soft} possible files and connections open.")));
        }
        let open = open.map(|open| format!("{open} of ")).unwrap_or_default();
        Verdict::found_or(findings, format!("The server uses {open}{soft} possible files and connections."))
    }
    .boxed()
}

/// The soft limit of `Max open files  1024  524288  files`.
fn descriptor_limit(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_ascii_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

fn run_kernel<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let mut findings = Vec::new();
        let number = async |path: &str| context.kernel_value(path).await.and_then(|text| text.parse::<u64>().ok());
        if let Some(backlog) = number("/proc/sys/net/core/somaxconn").await.filter(|backlog| *backlog < BACKLOG_MIN) {
            findings.push(BACKLOG_SMALL.found(format!("At most {backlog} connections may wait to be accepted (net.core.somaxconn).")));
        }
        if let Some(range) = context.kernel_value("/proc/sys/net/ipv4/ip_local_port_range").await {
            let ports: Vec<u64> = range.split_ascii_whitespace().filter_map(|port| port.parse().ok()).collect();
            if let [first, last] = ports[..]
                && last.saturating_sub(first) < PORTS_MIN
            {
                let text = format!("Outgoing connections may use the ports from {first} to {last} only (net.ipv4.ip_local_port_range).");
                findings.push(PORT_RANGE_SMALL.found(text));
            }
        }
        if number("/proc/sys/vm/overcommit_memory").await == Some(2) {
            findings.push(OVERCOMMIT_STRICT.found("The setting vm.overcommit_memory is 2."));
        }
        let huge_pages = context.kernel_value("/sys/kernel/mm/transparent_hugepage/enabled").await;
        if huge_pages.is_some_and(|text| text.contains("[always]")) {
            findings.push(HUGE_PAGES_ALWAYS.found("Transparent huge pages are set to \"always\"."));
        }
        Verdict::found_or(findings, "The kernel's settings suit a server.")
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
        Max cpu time              unlimited            unlimited            seconds   \n\
        Max open files            1048576              1048576              files     \n";

    #[tokio::test]
    async fn few_descriptors_are_found() {
        let machine = |soft: &str| RecordedMachine::default().with_file("/proc/1234/limits", &LIMITS.replacen("1048576", soft, 1));
        let facts = RecordedMachine::facts();
        assert_eq!(ids(&said(run_descriptors, &machine("1048576"), &facts).await), [""; 0]);
        assert_eq!(ids(&said(run_descriptors, &machine("1024"), &facts).await), ["system.descriptors_low"]);
        let names: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
        let machine = machine("1024").with_folder("/proc/1234/fd", names);
        assert_eq!(ids(&said(run_descriptors, &machine, &facts).await), ["system.descriptors_low", "system.descriptors_used"]);
    }

    #[tokio::test]
    async fn unsuitable_settings_of_the_kernel_are_found() {
        let good = || {
            RecordedMachine::default()
                .with_file("/proc/sys/net/core/somaxconn", "4096\n")
                .with_file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
                .with_file("/proc/sys/vm/overcommit_memory", "0\n")
                .with_file("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n")
        };
        let facts = RecordedMachine::facts();
        assert_eq!(ids(&said(run_kernel, &good(), &facts).await), [""; 0]);
        for (path, value, id) in [
            ("/proc/sys/net/core/somaxconn", "128\n", "system.backlog_small"),
            ("/proc/sys/net/ipv4/ip_local_port_range", "60000\t60999\n", "system.port_range_small"),
            ("/proc/sys/vm/overcommit_memory", "2\n", "system.overcommit_strict"),
            ("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n", "system.huge_pages_always"),
        ] {
            assert_eq!(ids(&said(run_kernel, &good().with_file(path, value), &facts).await), [id]);
        }
    }
}
