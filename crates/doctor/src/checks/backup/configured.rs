//! Whether there is a backup.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::NONE;
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("backup.configured", "backups", run).shared();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        match context.database().and_then(|facts| facts.backups.as_ref()) {
            Some(targets) if targets.is_empty() => NONE.found("No backup is configured.").into(),
            _ => Verdict::NotApplicable,
        }
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{BackupFacts, DatabaseFacts, DatabaseState, Facts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_server_in_use_has_no_backup() {
        let machine = RecordedMachine::default();
        // Before the first start there is nothing to lose.
        assert_eq!(ids(&said(run, &machine, &RecordedMachine::facts()).await), [""; 0]);
        let with = |backups: Vec<BackupFacts>| {
            let database = DatabaseFacts { backups: Some(backups), ..DatabaseFacts::default() };
            Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
        };
        assert_eq!(ids(&said(run, &machine, &with(Vec::new())).await), ["backup.none"]);
        assert_eq!(ids(&said(run, &machine, &with(vec![BackupFacts::default()])).await), [""; 0]);
    }
}
