//! What has expired: codes, grants, and apps that have registered themselves and that nobody uses.

use guildhall_model::{Events, Result};
use guildhall_storage::Statement;
use guildhall_storage::oauth::{self, authorizations, grants};

use super::end::{BATCH_SIZE, delete_grants, revocations};
use crate::oauth::OAuth;

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
            write.extend(delete_grants(&grant, &some));
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
