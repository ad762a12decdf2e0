//! Whether there is a backup.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::DatabaseState;

use super::NONE;
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("backup.configured", "backups", run).shared();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        // Before the first start there is nothing to lose.
        if matches!(context.facts.database, DatabaseState::NotCreated) {
            return Verdict::NotApplicable;
        }
        NONE.found("No backup is configured.").into()
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, Facts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_server_in_use_has_no_backup() {
        let machine = RecordedMachine::default();
        assert_eq!(ids(&said(run, &machine, &RecordedMachine::facts()).await), [""; 0]);
        let database = DatabaseState::Reached(Box::<DatabaseFacts>::default());
        assert_eq!(ids(&said(run, &machine, &Facts { database, ..RecordedMachine::facts() }).await), ["backup.none"]);
    }
}
