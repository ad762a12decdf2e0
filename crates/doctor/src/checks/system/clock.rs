//! The clock: what systemd or chrony says. It asks no server of its own, so that it also passes without the Internet.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::Severity;

use super::{CLOCK_OFFSET, CLOCK_UNKNOWN, CLOCK_UNSYNCHRONIZED};
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("system.clock", "the clock", run).with_time_limit(20);

/// Of the clock from that of the time servers, in seconds.
const OFFSET_WARNING_SECONDS: f64 = 1.0;
const OFFSET_CRITICAL_SECONDS: f64 = 30.0;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        if let Ok(Some(output)) = context.program("chronyc", &["-c", "tracking"]).await
            && output.status == Some(0)
            && let Some(verdict) = from_chrony(&output.stdout)
        {
            return verdict;
        }
        let output = context.program("timedatectl", &["show", "--property=NTP", "--property=NTPSynchronized"]).await;
        let Ok(Some(output)) = output else { return unknown() };
        let has = |line: &str| output.stdout.lines().any(|found| found == line);
        if output.status == Some(0) && has("NTPSynchronized=yes") {
            return Verdict::passed("The clock is synchronized.");
        }
        if output.status == Some(0) && has("NTPSynchronized=no") {
            let text = if has("NTP=yes") {
                "The clock is to be synchronized, but no time server was reached so far."
            } else {
                "Nothing synchronizes the clock."
            };
            return CLOCK_UNSYNCHRONIZED.found(text).into();
        }
        unknown()
    }
    .boxed()
}

fn unknown() -> Verdict {
    CLOCK_UNKNOWN.found("Neither chrony nor systemd says whether the clock is right.").into()
}

/// The fields of `chronyc -c tracking`: the fifth is the offset in seconds, the last the status.
fn from_chrony(line: &str) -> Option<Verdict> {
    let fields: Vec<&str> = line.trim().split(',').collect();
    let offset: f64 = fields.get(4)?.parse().ok()?;
    if *fields.last()? == "Not synchronised" {
        return Some(CLOCK_UNSYNCHRONIZED.found("chrony runs, but has not reached a time server so far.").into());
    }
    let text =
        format!("The clock is {:.3} seconds {} that of its time servers.", offset.abs(), if offset < 0.0 { "behind" } else { "before" });
    Some(match offset.abs() {
        OFFSET_CRITICAL_SECONDS.. => CLOCK_OFFSET.found(text).into(),
        OFFSET_WARNING_SECONDS.. => CLOCK_OFFSET.found(text).with_severity(Severity::Warning).into(),
        _ => Verdict::Passed(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    async fn ids_on(machine: RecordedMachine) -> Vec<String> {
        ids(&said(run, &machine, &RecordedMachine::facts()).await)
    }

    #[tokio::test]
    async fn systemd_says_whether_the_clock_is_synchronized() {
        let with = |output: &str| RecordedMachine::default().with_output("timedatectl show", 0, output);
        assert_eq!(ids_on(with("NTP=yes\nNTPSynchronized=yes\n")).await, [""; 0]);
        assert_eq!(ids_on(with("NTP=yes\nNTPSynchronized=no\n")).await, ["system.clock_not_synchronized"]);
        assert_eq!(ids_on(with("NTP=no\nNTPSynchronized=no\n")).await, ["system.clock_not_synchronized"]);
        assert_eq!(ids_on(RecordedMachine::default()).await, ["system.clock_not_verified"]);
    }

    #[tokio::test]
    async fn chrony_says_how_wrong_the_clock_is() {
        let with = |offset: &str, status: &str| {
            let line =
                format!("C0A80001,192.168.0.1,3,1794098041.123,{offset},-0.000001,0.000010,-12.3,0.001,0.02,0.01,0.001,64.2,{status}\n");
            RecordedMachine::default().with_output("chronyc -c tracking", 0, &line)
        };
        assert_eq!(ids_on(with("-0.000012", "Normal")).await, [""; 0]);
        assert_eq!(ids_on(with("-3.5", "Normal")).await, ["system.clock_wrong"]);
        let machine = with("310.0", "Normal");
        let findings = said(run, &machine, &RecordedMachine::facts()).await;
        assert_eq!(findings[0].severity, Severity::Critical);
        assert_eq!(findings[0].summary, "The clock is 310.000 seconds before that of its time servers.");
        assert_eq!(ids_on(with("0.0", "Not synchronised")).await, ["system.clock_not_synchronized"]);
    }
}
