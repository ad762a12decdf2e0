//! What has expired: codes, grants, and apps that have registered themselves and that nobody uses.

use guildhall_model::{Events, Result};
use guildhall_storage::Statement;
use guildhall_storage::oauth::{self, authorizations, grants};

use super::end::revocations;
use crate::oauth::OAuth;

/// Grants per commit.
const BATCH_SIZE: i64 = 1_000;
/// How long an app that has registered itself waits for somebody to authorize it.
const UNUSED_APP_MS: i64 = 24 * 60 * 60 * 1_000;

impl OAuth<'_> {
    /// `condition` makes the first statement of each batch.
    pub(crate) async fn sweep(&self, condition: impl Fn() -> Statement) -> Result<()> {
        let grant = self.access.system("what apps were given expires");
        let now = self.clock.now();
        loop {
            let some = grants::expired(self.access.read(&grant), grant.server(), now, BATCH_SIZE).await?;
            if some.is_empty() {
                break;
            }
            let mut write = self.access.write(&grant, "oauth.sweep");
            write.push(condition());
            write.extend(grants::delete_with_sessions(grant.write_server(), &some.iter().map(|one| one.id).collect::<Vec<_>>()));
            write.commit(revocations(&some)).await?;
        }
        let mut write = self.access.write(&grant, "oauth.sweep");
        write.push(condition());
        write.push(oauth::codes::delete_expired(grant.write_server(), now));
        write.push(authorizations::delete_orphans(grant.write_server()));
        write.push(oauth::delete_unused(grant.write_server(), now.plus_ms(-UNUSED_APP_MS)));
        write.commit(Events::none("clients load apps when they need them")).await
    }
}
