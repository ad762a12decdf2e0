//! Memory of the machine, and the limit of the service or container.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::{Finding, Severity};

use super::{MEMORY_LIMIT, MEMORY_LOW, OOM_KILLED};
use crate::check::{Check, Context, Verdict};
use crate::text::{MIB, counted, percent, size};

pub(super) static CHECK: Check = Check::new("system.memory", "memory", run);

const LOW_PERCENT: u64 = 8;
const CRITICAL_PERCENT: u64 = 3;
const CRITICAL_BYTES: u64 = 64 * MIB;
const LIMIT_PERCENT: u64 = 90;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(text) = context.kernel_value("/proc/meminfo").await else { return Verdict::NotApplicable };
        let (Some(total), Some(available)) = (meminfo(&text, "MemTotal"), meminfo(&text, "MemAvailable")) else {
            return Verdict::Failed("/proc/meminfo has another form than expected".to_owned());
        };
        let swap_free = meminfo(&text, "SwapFree").unwrap_or(0);
        let mut findings = Vec::new();
        if percent(available, total) < LOW_PERCENT {
            let text = format!("{} of {} memory are available, and {} of swap.", size(available), size(total), size(swap_free));
            let is_critical = percent(available + swap_free, total) < CRITICAL_PERCENT || available + swap_free < CRITICAL_BYTES;
            findings.push(MEMORY_LOW.found(text).with_severity(if is_critical { Severity::Critical } else { Severity::Warning }));
        }
        findings.extend(of_control_group(context).await);
        Verdict::found_or(findings, format!("{} of {} memory are available.", size(available), size(total)))
    }
    .boxed()
}

/// A value in bytes; the file has KiB.
fn meminfo(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_ascii_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

async fn of_control_group(context: &Context<'_>) -> Vec<Finding> {
    let process = context.facts.process.process().map_or_else(|| "self".to_owned(), |process| process.to_string());
    let Some(groups) = context.kernel_value(&format!("/proc/{process}/cgroup")).await else { return Vec::new() };
    let Some(path) = groups.lines().find_map(|line| line.strip_prefix("0::")) else { return Vec::new() };
    let folder = format!("/sys/fs/cgroup{}", path.trim_end_matches('/'));
    let mut findings = Vec::new();
    let value = async |name: &str| context.kernel_value(&format!("{folder}/{name}")).await;
    let limit = value("memory.max").await.and_then(|text| text.parse().ok());
    let used = value("memory.current").await.and_then(|text| text.parse().ok());
    if let (Some(limit), Some(used)) = (limit, used) {
        // What is cached from files is given back before the limit matters.
        let cached = value("memory.stat").await.and_then(|text| statistic(&text, "inactive_file")).unwrap_or(0);
        let used: u64 = u64::saturating_sub(used, cached);
        if percent(used, limit) >= LIMIT_PERCENT {
            findings.push(MEMORY_LIMIT.found(format!("The server uses {} of its limit of {}.", size(used), size(limit))));
        }
    }
    let killed = value("memory.events").await.and_then(|text| statistic(&text, "oom_kill")).unwrap_or(0);
    if killed > 0 {
        let count = counted(i64::try_from(killed).unwrap_or(i64::MAX), "process").replace("processs", "processes");
        findings.push(OOM_KILLED.found(format!("The operating system has ended {count} for lack of memory.")));
    }
    findings
}

fn statistic(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.split_once(' ').filter(|(key, _)| *key == name))?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    fn meminfo_text(available_kib: u64, swap_kib: u64) -> String {
        format!(
            "MemTotal:        8000000 kB\nMemFree:          200000 kB\nMemAvailable:    {available_kib} kB\nSwapTotal:       2000000 kB\nSwapFree:        {swap_kib} kB\n"
        )
    }

    async fn found(machine: &RecordedMachine) -> Vec<Finding> {
        said(run, machine, &RecordedMachine::facts()).await
    }

    #[tokio::test]
    async fn little_memory_is_found() {
        let machine = |available, swap| RecordedMachine::default().with_file("/proc/meminfo", &meminfo_text(available, swap));
        assert_eq!(ids(&found(&machine(4_000_000, 0)).await), [""; 0]);
        let findings = found(&machine(400_000, 2_000_000)).await;
        assert_eq!((findings[0].id.name(), findings[0].severity), ("system.memory_low", Severity::Warning));
        assert_eq!(found(&machine(40_000, 0)).await[0].severity, Severity::Critical);
    }

    #[tokio::test]
    async fn the_limit_of_the_service_is_found() {
        let base = "/sys/fs/cgroup/system.slice/guildhall.service";
        let machine = |used: &str, kills: &str| {
            RecordedMachine::default()
                .with_file("/proc/meminfo", &meminfo_text(4_000_000, 0))
                .with_file("/proc/1234/cgroup", "0::/system.slice/guildhall.service\n")
                .with_file(&format!("{base}/memory.max"), "1073741824\n")
                .with_file(&format!("{base}/memory.current"), used)
                .with_file(&format!("{base}/memory.stat"), "anon 5\ninactive_file 104857600\n")
                .with_file(&format!("{base}/memory.events"), &format!("low 0\noom 1\noom_kill {kills}\n"))
        };
        assert_eq!(ids(&found(&machine("1000000000", "0")).await), [""; 0], "most of it is cache");
        assert_eq!(ids(&found(&machine("1073741000", "0")).await), ["system.memory_limit"]);
        assert_eq!(ids(&found(&machine("1000", "2")).await), ["system.out_of_memory"]);
    }
}
