//! Automatic presence, derived from connections and activity.

use guildhall_model::id::UserId;
use guildhall_model::user::{AuthMethod, Status};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::statuses;

use crate::boxed;
use crate::statuses::Statuses;

impl Statuses<'_> {
    /// The user's first connection opened. May be called after the [`disconnected`](Self::disconnected) that follows.
    #[boxed]
    pub async fn user_connected(&self, user: UserId) {
        self.state().presence.add_connections(user, 1);
        self.update_presence(user).await;
    }

    /// The user's last connection closed.
    #[boxed]
    pub async fn user_disconnected(&self, user: UserId) {
        self.state().presence.add_connections(user, -1);
        self.update_presence(user).await;
    }

    async fn update_presence(&self, user: UserId) {
        if let Err(error) = self.load_status(user).await {
            tracing::warn!(%error, "the presence of a user could not be updated");
            return;
        }
        let now = self.clock.now();
        let change =
            |status: &mut Status, is_connected: bool| if is_connected { status.mark_active(now) } else { status.mark_disconnected(now) };
        self.publish_presence(self.state().presence.change(user, change)).await;
    }

    /// The user is active (posts, views a channel), or their client reports that they are idle.
    #[boxed]
    pub async fn set_active(&self, user: UserId, is_active: bool) -> Result<()> {
        self.load_status(user).await?;
        let now = self.clock.now();
        let change = |status: &mut Status, is_connected: bool| {
            if is_active { status.mark_active(now) } else { status.apply_timeouts(is_connected, now) }
        };
        self.publish_presence(self.state().presence.change(user, change)).await;
        Ok(())
    }

    /// Records the actor's activity. Errors are logged only, because the use case has committed already.
    pub(crate) async fn note_activity(&self, actor: &Actor) {
        if actor.is_bot || matches!(actor.auth_method, AuthMethod::Integration | AuthMethod::Local | AuthMethod::LocalAccount) {
            return;
        }
        if let Err(error) = self.set_active(actor.user_id, true).await {
            tracing::debug!(%error, "the activity of a user was not recorded");
        }
    }

    pub(super) async fn load_status(&self, user: UserId) -> Result<()> {
        if self.state().presence.get(user).is_none() {
            let grant = self.access.system("presence is tracked for all users");
            let status = statuses::get(self.access.read(&grant), user).await?;
            self.state().presence.insert_loaded(status.unwrap_or_else(|| Status::offline(user)));
        }
        Ok(())
    }

    pub(super) async fn publish_presence(&self, changed: impl IntoIterator<Item = Status>) {
        let grant = self.access.system("presence changes are published");
        let events: Vec<Event> = changed.into_iter().map(Event::StatusChanged).collect();
        self.access.publish(&grant, events).await;
    }
}
