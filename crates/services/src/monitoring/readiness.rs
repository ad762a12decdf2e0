//! Whether this node can serve people: its database answers, and its disk can be used.

use std::time::Duration;

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::ports::DiskSpace;

use crate::boxed;
use crate::monitoring::Monitoring;

/// Anybody may ask, so that it is not checked more often.
const RESULT_VALID_MS: i64 = 1_000;
/// Of each part; less than the time after which those that ask give up.
const PART_TIMEOUT: Duration = Duration::from_millis(800);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    pub database: bool,
    pub disk: DiskState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskState {
    Usable,
    /// Less is free than the reserve: uploads are rejected, everything else goes on.
    Low,
    /// It cannot be read, or not be written.
    Unusable,
}

impl Readiness {
    pub const fn is_ready(self) -> bool {
        self.database && !matches!(self.disk, DiskState::Unusable)
    }
}

impl Monitoring<'_> {
    #[boxed]
    pub async fn readiness(&self) -> Readiness {
        let now = self.clock.now();
        let mut last = self.state().readiness.lock().await;
        if let Some((checked_at, readiness)) = *last
            && (0..RESULT_VALID_MS).contains(&(now.0 - checked_at.0))
        {
            return readiness;
        }
        let (database, disk) = tokio::join!(self.ping_database(), self.disk_space());
        if let Err(error) = &database {
            tracing::warn!(%error, source = error.source.as_ref().map(ToString::to_string), "not ready: the database does not answer");
        }
        let reserve_bytes = self.settings().files.free_space_reserve_bytes;
        let disk = match disk {
            Some(disk) if disk.is_read_only => DiskState::Unusable,
            Some(disk) if disk.available_bytes < reserve_bytes => DiskState::Low,
            Some(_) => DiskState::Usable,
            None => DiskState::Unusable,
        };
        let readiness = Readiness { database: database.is_ok(), disk };
        *last = Some((now, readiness));
        readiness
    }

    pub(super) async fn ping_database(&self) -> Result<()> {
        let grant = self.access.system("a ping reads nothing");
        let ping = tokio::time::timeout(PART_TIMEOUT, self.access.read(&grant).ping()).await;
        ping.unwrap_or_else(|_| Err(context::DATABASE_UNAVAILABLE.with_source("the database does not answer in time")))
    }

    /// Of the disk with the data folder; `None` where it cannot be read, or does not answer in time.
    pub(super) async fn disk_space(&self) -> Option<DiskSpace> {
        tokio::time::timeout(PART_TIMEOUT, self.machine.disk_space(&self.data_folder)).await.ok()?.ok()
    }
}
