//! What time does to statuses, and writing down what connections and activity did.

use guildhall_model::{Event, Events, Result};
use guildhall_storage::statuses;

use crate::Services;

/// How many statuses one commit writes.
const PIECE: usize = 1_000;

impl Services {
    /// After a start nobody is connected.
    pub async fn reset_statuses(&self) -> Result<()> {
        let grant = self.access.system("nobody is connected yet");
        let mut write = self.access.write(&grant);
        write.push(statuses::reset());
        write.commit(Events::none("nobody is there to hear it")).await
    }

    /// To be called every half a minute or so, and once more before the end.
    pub async fn sweep_statuses(&self) -> Result<()> {
        self.tell_presence(self.presence.age(self.clock.now()));
        let ended = self.end_dnd().await;
        self.write_statuses().await.and(ended)
    }

    /// Of those who are not in memory.
    async fn end_dnd(&self) -> Result<()> {
        let grant = self.access.system("do-not-disturb ends");
        let now = self.clock.now();
        let mut ended = statuses::dnd_ended(self.access.read(&grant), now, PIECE as i64).await?;
        ended.retain(|status| self.presence.get(status.user_id).is_none());
        let mut write = self.access.write(&grant);
        for status in &mut ended {
            status.age(false, now);
            write.push(statuses::save(status));
        }
        write.commit(ended.into_iter().map(Event::StatusChanged).collect::<Vec<_>>()).await
    }

    async fn write_statuses(&self) -> Result<()> {
        let grant = self.access.system("presence is written down");
        let dirty = self.presence.take_dirty();
        for (index, some) in dirty.chunks(PIECE).enumerate() {
            let mut write = self.access.write(&grant);
            write.extend(some.iter().map(statuses::save));
            if let Err(error) = write.commit(Events::none("it was told when it happened")).await {
                self.presence.put_back(dirty.get(index * PIECE..).unwrap_or_default());
                return Err(error);
            }
        }
        Ok(())
    }
}
