//! What time does to statuses, and writing down what connections and activity did.

use guildhall_model::{Event, Events, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;

/// How many statuses one commit writes.
const PIECE: usize = 1_000;

impl Statuses<'_> {
    /// After a start nobody is connected.
    pub async fn reset_statuses(&self) -> Result<()> {
        let grant = self.access.system("nobody is connected yet");
        let mut write = self.access.write(&grant);
        write.push(statuses::reset(grant.write_server()));
        write.commit(Events::none("nobody is there to hear it")).await
    }

    /// To be called every half a minute or so, and once more before the end.
    #[boxed]
    pub async fn sweep_statuses(&self) -> Result<()> {
        self.tell_presence(self.state().presence.age(self.clock.now())).await;
        let ended = self.end_dnd().await;
        self.write_statuses().await.and(ended)
    }

    /// Of those who are not in memory.
    async fn end_dnd(&self) -> Result<()> {
        let grant = self.access.system("do-not-disturb ends");
        let now = self.clock.now();
        let mut ended = statuses::dnd_ended(self.access.read(&grant), grant.server(), now, PIECE as i64).await?;
        ended.retain(|status| self.state().presence.get(status.user_id).is_none());
        let mut write = self.access.write(&grant);
        for status in &mut ended {
            status.age(false, now);
            write.push(statuses::save(grant.write_id(status.user_id), status));
        }
        write.commit(ended.into_iter().map(Event::StatusChanged).collect::<Vec<_>>()).await
    }

    async fn write_statuses(&self) -> Result<()> {
        let grant = self.access.system("presence is written down");
        let dirty = self.state().presence.take_dirty();
        for (index, some) in dirty.chunks(PIECE).enumerate() {
            let mut write = self.access.write(&grant);
            write.extend(some.iter().map(|status| statuses::save(grant.write_id(status.user_id), status)));
            if let Err(error) = write.commit(Events::none("it was told when it happened")).await {
                self.state().presence.put_back(dirty.get(index * PIECE..).unwrap_or_default());
                return Err(error);
            }
        }
        Ok(())
    }
}
