//! Setting a status manually: it stays until the user sets "online", which returns to automatic presence.

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::user::{Presence, Status};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;

/// The end of the year 9999: clients cannot represent later dates.
const DND_END_MAX: Millis = Millis(253_402_300_799_000);

impl Statuses<'_> {
    #[boxed]
    pub async fn set_status(&self, actor: &Actor, user: UserId, presence: Presence, dnd_end_time: Millis) -> Result<Status> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        if !(Millis::ZERO..=DND_END_MAX).contains(&dnd_end_time) {
            return Err(context::INVALID_PARAM.with("name", "dnd_end_time"));
        }
        let user = self.users().account(&grant, grant.user_id()).await?.id;
        self.load_status(user).await?;
        let before = self.state().presence.get(user).unwrap_or_else(|| Status::offline(user));
        let mut status = before.clone();
        status.set_manually(presence, dnd_end_time, self.clock.now());
        let mut write = self.access.write(&grant, "statuses.set");
        write.push(statuses::save(grant.write_id(), &status));
        let events = if status.presence == before.presence {
            Events::none("the presence is unchanged")
        } else {
            Event::StatusChanged(status.clone()).into()
        };
        write.commit(events).await?;
        self.state().presence.set_saved(status.clone());
        Ok(status)
    }
}
