//! Audit records that the syslog server does not take, or that it takes too slowly.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::AUDIT_EXPORT_FAILING;
use crate::check::{Check, Context, Verdict};
use crate::text::duration;

pub(super) static CHECK: Check = Check::new("work.audit_export", "audit records to a syslog server", run).shared();

/// Records are sent every ten seconds.
const BEHIND_MS: i64 = 15 * 60 * 1000;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let work = context.database().and_then(|facts| facts.work.as_ref());
        let Some(export) = work.and_then(|work| work.audit_export.as_ref()) else { return Verdict::NotApplicable };
        let age_ms = export.oldest_at.map_or(0, |at| context.machine.now().0 - at.0);
        if !export.last_error.is_empty() && age_ms > 0 {
            let text = format!("The oldest audit record that was not sent is {} old.", duration(age_ms));
            return AUDIT_EXPORT_FAILING.found(text).with_detail(&export.last_error).into();
        }
        if age_ms > BEHIND_MS {
            let text = format!("Audit records are sent more slowly than they are made: the oldest one waits for {}.", duration(age_ms));
            return AUDIT_EXPORT_FAILING.found(text).into();
        }
        Verdict::found_or(Vec::new(), "The syslog server has all audit records.")
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::{AuditExportFacts, DatabaseFacts, DatabaseState, Facts, WorkFacts};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, said};

    #[tokio::test]
    async fn records_that_are_not_taken_or_wait_for_long_are_found() {
        let summaries = async |export: Option<AuditExportFacts>| {
            let work = WorkFacts { audit_export: export, ..WorkFacts::default() };
            let database = DatabaseFacts { work: Some(work), ..DatabaseFacts::default() };
            let facts = Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() };
            let found = said(run, &RecordedMachine::default(), &facts).await;
            found.into_iter().map(|finding| (finding.summary, finding.details.join(" "))).collect::<Vec<_>>()
        };
        let export =
            |age_ms: i64, error: &str| Some(AuditExportFacts { oldest_at: Some(Millis(NOW.0 - age_ms)), last_error: error.to_owned() });
        assert!(summaries(None).await.is_empty());
        assert!(summaries(Some(AuditExportFacts::default())).await.is_empty());
        assert!(summaries(export(BEHIND_MS, "")).await.is_empty());
        let slow = "Audit records are sent more slowly than they are made: the oldest one waits for 45 minutes.";
        assert_eq!(summaries(export(3 * BEHIND_MS, "")).await, [(slow.to_owned(), String::new())]);
        let down = "The oldest audit record that was not sent is 2 minutes old.";
        assert_eq!(summaries(export(120_000, "It is down.")).await, [(down.to_owned(), "It is down.".to_owned())]);
    }
}
