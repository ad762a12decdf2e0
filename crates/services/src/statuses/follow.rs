//! Presence as it follows from connections and activity.

use guildhall_model::id::UserId;
use guildhall_model::user::{Status, Via};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;

impl Statuses<'_> {
    /// Somebody's first connection opened. May be heard of after the [`disconnected`](Self::disconnected) that followed.
    #[boxed]
    pub async fn connected(&self, user: UserId) {
        self.state().presence.count(user, 1);
        self.connections_changed(user).await;
    }

    /// Somebody's last connection closed.
    #[boxed]
    pub async fn disconnected(&self, user: UserId) {
        self.state().presence.count(user, -1);
        self.connections_changed(user).await;
    }

    async fn connections_changed(&self, user: UserId) {
        if let Err(error) = self.load_status(user).await {
            tracing::warn!(%error, "somebody's presence could not be followed");
            return;
        }
        let now = self.clock.now();
        let change = |status: &mut Status, is_connected: bool| if is_connected { status.active(now) } else { status.left(now) };
        self.tell_presence(self.state().presence.change(user, change)).await;
    }

    /// Somebody does something (a post, a channel looked at), or their client says that they stopped.
    #[boxed]
    pub async fn active(&self, user: UserId, is_active: bool) -> Result<()> {
        self.load_status(user).await?;
        let now = self.clock.now();
        let change = |status: &mut Status, is_connected: bool| if is_active { status.active(now) } else { status.age(is_connected, now) };
        self.tell_presence(self.state().presence.change(user, change)).await;
        Ok(())
    }

    /// After something that a person did and that is done already: nothing of it fails by this.
    pub(crate) async fn note_activity(&self, actor: &Actor) {
        if actor.is_bot || actor.via == Via::Integration {
            return;
        }
        if let Err(error) = self.active(actor.user_id, true).await {
            tracing::debug!(%error, "somebody's activity was not noted");
        }
    }

    pub(super) async fn load_status(&self, user: UserId) -> Result<()> {
        if self.state().presence.get(user).is_none() {
            let grant = self.access.system("presence follows everybody");
            let status = statuses::get(self.access.read(&grant), user).await?;
            self.state().presence.loaded(status.unwrap_or_else(|| Status::offline(user)));
        }
        Ok(())
    }

    pub(super) async fn tell_presence(&self, changed: impl IntoIterator<Item = Status>) {
        let grant = self.access.system("presence is told to the person's own clients");
        let events: Vec<Event> = changed.into_iter().map(Event::StatusChanged).collect();
        self.access.publish(&grant, events).await;
    }
}
