//! Whether backups are made again after a restore.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::PAUSED_AFTER_RESTORE;
use crate::check::{Check, Context, Verdict};
use crate::text::duration;

pub(super) static CHECK: Check = Check::new("backup.paused", "backups after a restore", run).shared();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(pause) = context.database().and_then(|facts| facts.backup_pause.as_ref()) else { return Verdict::NotApplicable };
        let age = duration(context.machine.now().0 - pause.at.0);
        let found = format!("This server was restored from {} {age} ago, and makes no backups since.", pause.restored_from);
        PAUSED_AFTER_RESTORE.found(found).into()
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::backup::BackupPause;
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_restored_server_makes_no_backups() {
        let found = async |backup_pause: Option<BackupPause>| {
            let database = DatabaseFacts { backup_pause, ..DatabaseFacts::default() };
            let facts = Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() };
            said(run, &RecordedMachine::default(), &facts).await
        };
        assert_eq!(ids(&found(None).await), [""; 0]);
        let pause = BackupPause { at: NOW.minus_ms(2 * 3_600_000), restored_from: "/mnt/backup".to_owned(), state_at: NOW };
        assert_eq!(ids(&found(Some(pause)).await), ["backup.paused_after_restore"]);
    }
}
