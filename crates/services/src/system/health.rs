//! Health check: whether the database and the blob store can be written.

use guildhall_model::{Events, Millis, Result};
use guildhall_storage::settings as rows;

use crate::boxed;
use crate::system::System;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    pub database: bool,
    pub files: bool,
}

impl Health {
    pub const fn is_healthy(self) -> bool {
        self.database && self.files
    }
}

/// Anybody may ask for it, so that it is not checked more often.
const RESULT_VALID_MS: i64 = 5_000;
/// Key of the row that is written.
const CHECKED_AT_KEY: &str = "health_checked_at";

impl System<'_> {
    #[boxed]
    pub async fn health(&self) -> Health {
        let now = self.clock.now();
        let mut last = self.state().health.lock().await;
        if let Some((checked_at, health)) = *last
            && now.0 - checked_at.0 < RESULT_VALID_MS
        {
            return health;
        }
        let (database, files) = tokio::join!(self.write_check_time(now), self.blobs.check_writable());
        for error in [database.as_ref().err(), files.as_ref().err()].into_iter().flatten() {
            tracing::error!(%error, source = error.source.as_ref().map(ToString::to_string), "the health check failed");
        }
        let health = Health { database: database.is_ok(), files: files.is_ok() };
        *last = Some((now, health));
        health
    }

    /// A database that is full or read-only still answers reads.
    async fn write_check_time(&self, now: Millis) -> Result<()> {
        let grant = self.access.system("a health check writes nothing of anybody");
        let mut write = self.access.write(&grant, "system.check_health");
        write.push(rows::set(grant.write_server(), CHECKED_AT_KEY, &now.0.to_string()));
        write.commit(Events::none("nobody needs the time of a check")).await
    }
}
