//! From a token to a connection to the hub: what a live connection of either kind does first.

use guildhall_model::id::{ConnectionId, UserId};
use guildhall_realtime::{ConnectRequest, Connected, MembershipLoad, Memberships};
use serde::Deserialize;

use super::encode;
use crate::App;

/// What a returning client knows: the connection it had, and the number of the first event that it lacks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resume {
    connection_id: String,
    sequence_number: String,
}

impl Resume {
    /// Anything that is not a connection of ours starts anew.
    pub(super) fn parsed(&self) -> Option<(ConnectionId, i64)> {
        Some((self.connection_id.parse().ok()?, self.sequence_number.parse().ok()?))
    }
}

/// `None` where the token opens nothing. What the person is in is on its way.
pub(super) async fn enter(app: &App, token: &str, resume: Option<(ConnectionId, i64)>) -> Option<Connected> {
    let checkpoint = app.hub.checkpoint();
    let actor = app.services.sessions().authenticate(token).await.ok()?.actor;
    let (user, session, is_guest) = (actor.user_id, actor.session_id, actor.is_guest);
    let request = ConnectRequest { user, session, is_guest, checkpoint, resume };
    let mut connected = app.hub.connect(&request, |id| encode::hello(id, user, app.version())).ok()?;
    if let Some(load) = connected.load.take() {
        let (app, user) = (app.clone(), actor.user_id);
        tokio::spawn(async move { load_memberships(&app, user, load).await });
    }
    Some(connected)
}

async fn load_memberships(app: &App, user: UserId, load: MembershipLoad) {
    match app.services.channels().memberships(user).await {
        Ok((channels, teams)) => load.activate(Memberships { channels, teams }),
        // Dropping the duty closes the connection; its client comes back and tries again.
        Err(error) => tracing::warn!(%user, %error, "memberships could not be loaded"),
    }
}
