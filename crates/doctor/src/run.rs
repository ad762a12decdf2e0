//! Runs all checks concurrently. A check that fails, panics or hangs gives a finding about itself.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use futures::future::join_all;
use guildhall_model::finding::{CheckResult, Facts, Finding, FindingId, Severity};
use guildhall_model::ports::Machine;
use tokio::time::Instant;

use crate::check::{Check, Context, Verdict};
use crate::checks::{self, itself};

/// How many checks a run makes.
pub fn check_count(is_thorough: bool) -> usize {
    checks::all().filter(|check| is_thorough || !check.is_rare).count()
}

/// `progress` is called after each check with the number of those that are done.
pub async fn run(machine: &dyn Machine, facts: &Facts, progress: &(dyn Fn(usize) + Send + Sync)) -> Vec<CheckResult> {
    run_these(checks::all().filter(|check| facts.is_thorough || !check.is_rare), machine, facts, progress).await
}

async fn run_these(
    checks: impl Iterator<Item = &'static Check>,
    machine: &dyn Machine,
    facts: &Facts,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Vec<CheckResult> {
    let (context, done) = (Context { machine, facts }, AtomicUsize::new(0));
    let one = async |check| {
        let result = run_one(check, &context).await;
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        result
    };
    join_all(checks.map(one)).await
}

async fn run_one(check: &'static Check, context: &Context<'_>) -> CheckResult {
    let start = Instant::now();
    let outcome = tokio::time::timeout(check.time_limit, AssertUnwindSafe((check.run)(context)).catch_unwind()).await;
    let findings = match outcome {
        Ok(Ok(Verdict::Passed(summary))) => vec![passed(check, summary)],
        Ok(Ok(Verdict::Found(findings))) => findings,
        Ok(Ok(Verdict::NotApplicable)) => Vec::new(),
        Ok(Ok(Verdict::Failed(reason))) => {
            vec![itself::CHECK_FAILED.found(format!("The check of {} could not be made: {reason}.", check.what)).about(check.name)]
        }
        Ok(Err(_panic)) => vec![itself::CHECK_FAILED.found(format!("The check of {} ended with a defect.", check.what)).about(check.name)],
        Err(_elapsed) => {
            let text = format!("The check of {} took longer than {} seconds and was ended.", check.what, check.time_limit.as_secs());
            vec![itself::CHECK_TIMED_OUT.found(text).about(check.name)]
        }
    };
    let duration_ms = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    CheckResult { check: check.name, is_rare: check.is_rare, is_shared: check.is_shared, duration_ms, findings }
}

fn passed(check: &Check, summary: String) -> Finding {
    let id = FindingId::new(check.name);
    Finding { id, subject: String::new(), severity: Severity::Ok, summary, remedy: String::new(), details: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RecordedMachine;

    static CHECKS: [Check; 4] = [
        Check::new("test.panics", "panics", |_| async { unreachable!("on purpose") }.boxed()),
        Check::new("test.hangs", "hangs", |_| std::future::pending().boxed()),
        Check::new("test.fails", "failures", |_| async { Verdict::Failed("it is dark".into()) }.boxed()),
        Check::new("test.passes", "what is good", |_| async { Verdict::passed("Good.") }.boxed()),
    ];

    #[tokio::test(start_paused = true)]
    async fn checks_that_panic_hang_or_fail_are_findings_and_do_not_delay_others() {
        let machine = RecordedMachine::default();
        let done = AtomicUsize::new(0);
        let progress = |count: usize| done.store(count, Ordering::Relaxed);
        let results = run_these(CHECKS.iter(), &machine, &RecordedMachine::facts(), &progress).await;
        let said: Vec<(&str, &str)> =
            results.iter().map(|result| (result.findings[0].id.name(), result.findings[0].subject.as_str())).collect();
        assert_eq!(
            said,
            [
                ("doctor.check_failed", "test.panics"),
                ("doctor.check_timed_out", "test.hangs"),
                ("doctor.check_failed", "test.fails"),
                ("test.passes", "")
            ]
        );
        assert_eq!(results[2].findings[0].summary, "The check of failures could not be made: it is dark.");
        assert_eq!(done.load(Ordering::Relaxed), 4);
    }

    /// On a machine where nothing can be read and no program is installed, every check still says something sensible.
    #[tokio::test(start_paused = true)]
    async fn an_empty_machine_gives_no_critical_finding_and_no_failure() {
        let results = run(&RecordedMachine::default(), &RecordedMachine::facts(), &|_| ()).await;
        assert_eq!(results.len(), check_count(true));
        let failed: Vec<&Finding> =
            results.iter().flat_map(|result| &result.findings).filter(|finding| finding.id.name().starts_with("doctor.check")).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
