//! Periodic work on statuses: idle users become away, do-not-disturb ends, and changed statuses are saved.

use guildhall_model::{Event, Events, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;

/// Statuses per commit.
const BATCH_SIZE: usize = 1_000;

impl Statuses<'_> {
    /// To be called at start, when no user is connected: resets stored presence.
    pub async fn reset_statuses(&self) -> Result<()> {
        let grant = self.access.system("statuses are reset at start");
        let mut write = self.access.write(&grant, "statuses.reset");
        write.push(statuses::reset(grant.write_server()));
        write.commit(Events::none("no client is connected yet")).await
    }

    /// To be called about every 30 seconds, and once more at shutdown.
    #[boxed]
    pub async fn sweep_statuses(&self) -> Result<()> {
        self.publish_presence(self.state().presence.age(self.clock.now())).await;
        let ended = self.end_dnd().await;
        self.write_statuses().await.and(ended)
    }

    /// Ends expired do-not-disturb of users that are not in memory.
    async fn end_dnd(&self) -> Result<()> {
        let grant = self.access.system("do-not-disturb ends");
        let now = self.clock.now();
        let mut ended = statuses::dnd_ended(self.access.read(&grant), grant.server(), now, BATCH_SIZE as i64).await?;
        ended.retain(|status| self.state().presence.get(status.user_id).is_none());
        let mut write = self.access.write(&grant, "statuses.end_dnd");
        for status in &mut ended {
            status.apply_timeouts(false, now);
            write.push(statuses::save(grant.write_id(status.user_id), status));
        }
        write.commit(ended.into_iter().map(Event::StatusChanged).collect::<Vec<_>>()).await
    }

    async fn write_statuses(&self) -> Result<()> {
        let grant = self.access.system("presence is saved");
        let dirty = self.state().presence.take_dirty();
        for (index, batch) in dirty.chunks(BATCH_SIZE).enumerate() {
            let mut write = self.access.write(&grant, "statuses.save");
            write.extend(batch.iter().map(|status| statuses::save(grant.write_id(status.user_id), status)));
            if let Err(error) = write.commit(Events::none("published when it changed")).await {
                self.state().presence.mark_dirty(dirty.get(index * BATCH_SIZE..).unwrap_or_default());
                return Err(error);
            }
        }
        Ok(())
    }
}
