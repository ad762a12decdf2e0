//! Security alerts that nobody has acknowledged.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::SECURITY_ALERTS_OPEN;
use crate::check::{Check, Context, Verdict};
use crate::text::counted;

pub(super) static CHECK: Check = Check::new("work.security_alerts", "security alerts", run).shared();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(work) = context.database().and_then(|facts| facts.work.as_ref()) else { return Verdict::NotApplicable };
        match work.open_security_alerts {
            0 => Verdict::found_or(Vec::new(), "No security alert is open."),
            count => SECURITY_ALERTS_OPEN.found(format!("Nobody has looked into {} so far.", counted(count, "security alert"))).into(),
        }
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, WorkFacts};

    use super::*;
    use crate::testing::{RecordedMachine, said};

    #[tokio::test]
    async fn open_alerts_are_found() {
        let facts = |open_security_alerts| {
            let work = WorkFacts { open_security_alerts, ..WorkFacts::default() };
            let database = DatabaseFacts { work: Some(work), ..DatabaseFacts::default() };
            Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
        };
        assert!(said(run, &RecordedMachine::default(), &facts(0)).await.is_empty());
        let found = said(run, &RecordedMachine::default(), &facts(2)).await;
        assert_eq!(found[0].summary, "Nobody has looked into 2 security alerts so far.");
    }
}
