//! Choosing a status: it stays until "online" gives the choice back.

use guildhall_model::id::UserId;
use guildhall_model::user::{Presence, Status};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::statuses;

use crate::Services;

impl Services {
    pub async fn set_status(&self, actor: &Actor, user: UserId, presence: Presence, dnd_end_time: Millis) -> Result<Status> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        self.account(&grant, user).await?;
        self.load_status(user).await?;
        let before = self.presence.get(user).unwrap_or_else(|| Status::offline(user));
        let mut status = before.clone();
        status.choose(presence, dnd_end_time, self.clock.now());
        let mut write = self.access.write(&grant);
        write.push(statuses::save(&status));
        let events = if status.presence == before.presence {
            Events::none("nobody sees the difference")
        } else {
            Event::StatusChanged(status.clone()).into()
        };
        write.commit(events).await?;
        self.presence.written(status.clone());
        Ok(status)
    }
}
