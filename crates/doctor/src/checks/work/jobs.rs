//! Jobs that failed, and schedules that are not kept.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::ProcessState;

use super::{JOBS_FAILED, JOBS_OVERDUE};
use crate::check::{Check, Context, Verdict};
use crate::text::{counted, duration};

pub(super) static CHECK: Check = Check::new("work.jobs", "background jobs", run).shared();

/// The worker looks every few seconds.
const OVERDUE_MS: i64 = 15 * 60 * 1000;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(work) = context.database().and_then(|facts| facts.work.as_ref()) else { return Verdict::NotApplicable };
        let mut findings = Vec::new();
        if !work.failed_jobs.is_empty() {
            let count = work.failed_jobs.iter().map(|jobs| jobs.count).sum();
            let lines = work.failed_jobs.iter().map(|jobs| format!("{}: {}", jobs.kind, jobs.count));
            findings.push(JOBS_FAILED.found(format!("In the last day, {} failed.", counted(count, "job"))).with_details(lines));
        }
        let overdue_ms = work.oldest_due.map_or(0, |due| context.machine.now().0 - due.0);
        // A stopped server runs none.
        if overdue_ms > OVERDUE_MS && matches!(context.facts.process, ProcessState::Running { .. }) {
            findings.push(JOBS_OVERDUE.found(format!("A periodic job should have run {} ago.", duration(overdue_ms))));
        }
        Verdict::found_or(findings, "No background job failed in the last day.")
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, FailedJobs, WorkFacts};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, said};

    #[tokio::test]
    async fn failed_and_overdue_jobs_are_found() {
        let facts = |work: WorkFacts| {
            let database = DatabaseFacts { work: Some(work), ..DatabaseFacts::default() };
            Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
        };
        let machine = RecordedMachine::default();
        let in_time = WorkFacts { oldest_due: Some(Millis(NOW.0 + 1)), ..WorkFacts::default() };
        assert_eq!(ids(&said(run, &machine, &facts(in_time.clone())).await), [""; 0]);
        let failed = WorkFacts { failed_jobs: vec![FailedJobs { kind: "search_index".into(), count: 2 }], ..in_time };
        assert_eq!(ids(&said(run, &machine, &facts(failed)).await), ["work.jobs_failed"]);
        let late = facts(WorkFacts { oldest_due: Some(Millis(NOW.0 - 2 * OVERDUE_MS)), ..WorkFacts::default() });
        assert_eq!(ids(&said(run, &machine, &late).await), ["work.jobs_overdue"]);
        assert_eq!(ids(&said(run, &machine, &Facts { process: ProcessState::Stopped, ..late }).await), [""; 0]);
    }
}
