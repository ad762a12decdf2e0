//! Deliveries to other servers that wait for long.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::DELIVERIES_OVERDUE;
use crate::check::{Check, Context, Verdict};
use crate::text::duration;

pub(super) static CHECK: Check = Check::new("work.deliveries", "deliveries to other servers", run).shared();

const OVERDUE_MS: i64 = 60 * 60 * 1000;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(work) = context.database().and_then(|facts| facts.work.as_ref()) else { return Verdict::NotApplicable };
        let age_ms = |created: guildhall_model::Millis| context.machine.now().0 - created.0;
        let overdue = work.deliveries.iter().filter(|queue| age_ms(queue.oldest_create_at) > OVERDUE_MS).map(|queue| {
            let (age, count) = (duration(age_ms(queue.oldest_create_at)), queue.waiting + queue.retrying);
            let text = format!("{count} deliveries ({}) wait, the oldest for {age}; {} had an error.", queue.kind, queue.retrying);
            DELIVERIES_OVERDUE.found(text).about(&queue.kind)
        });
        Verdict::found_or(overdue.collect(), "No delivery to another server waits for long.")
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, WorkFacts};
    use guildhall_model::job::QueueDepth;

    use super::*;
    use crate::testing::{NOW, RecordedMachine, said};

    #[tokio::test]
    async fn deliveries_that_wait_for_long_are_found() {
        let facts = |age_ms: i64| {
            let queue = QueueDepth { kind: "outgoing_webhook".into(), waiting: 1, retrying: 3, oldest_create_at: Millis(NOW.0 - age_ms) };
            let work = WorkFacts { deliveries: vec![queue], ..WorkFacts::default() };
            let database = DatabaseFacts { work: Some(work), ..DatabaseFacts::default() };
            Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
        };
        assert!(said(run, &RecordedMachine::default(), &facts(1_000)).await.is_empty());
        let findings = said(run, &RecordedMachine::default(), &facts(3 * OVERDUE_MS)).await;
        assert_eq!(findings[0].summary, "4 deliveries (outgoing_webhook) wait, the oldest for 3 hours; 3 had an error.");
    }
}
