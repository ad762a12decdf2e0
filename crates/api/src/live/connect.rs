//! Connects an authenticated client to the hub, for WebSockets and for server-sent events.

use std::net::IpAddr;

use guildhall_model::id::{ConnectionId, UserId};
use guildhall_realtime::{ConnectError, ConnectRequest, ConnectResponse, MembershipLoad, Memberships};
use serde::Deserialize;

use super::encode;
use crate::App;

/// The query of a reconnecting client: its previous connection, and the sequence number of the first event that it
/// missed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResumeQuery {
    connection_id: String,
    sequence_number: String,
}

impl ResumeQuery {
    /// `None` for anything that is not a connection: a new one is started.
    pub(super) fn parse(&self) -> Option<(ConnectionId, i64)> {
        Some((self.connection_id.parse().ok()?, self.sequence_number.parse().ok()?))
    }
}

/// Why a client gets no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectRejection {
    /// The token is not valid.
    Unauthenticated,
    /// The client connects to the next process.
    ServerStops,
}

/// The user's memberships are loaded in the background.
pub(super) async fn connect(
    app: &App,
    token: &str,
    address: Option<IpAddr>,
    resume: Option<(ConnectionId, i64)>,
) -> Result<ConnectResponse, ConnectRejection> {
    let checkpoint = app.hub.checkpoint();
    let actor = app.services.sessions().authenticate(token, address).await.map_err(|_| ConnectRejection::Unauthenticated)?.actor;
    let (user, session, is_guest) = (actor.user_id, actor.session_id, actor.is_guest);
    let request = ConnectRequest { user, session, is_guest, checkpoint, resume };
    let connected = app.hub.connect(&request, |id| encode::hello(id, user, app.version()));
    let mut connected = connected.map_err(|error| match error {
        ConnectError::SessionEnded => ConnectRejection::Unauthenticated,
        ConnectError::ShuttingDown => ConnectRejection::ServerStops,
    })?;
    if let Some(load) = connected.load.take() {
        let (app, user) = (app.clone(), actor.user_id);
        tokio::spawn(async move { load_memberships(&app, user, vec![load]).await });
    }
    Ok(connected)
}

/// Loads the memberships for connections of one user, which wait for them.
pub(super) async fn load_memberships(app: &App, user: UserId, loads: Vec<MembershipLoad>) {
    if loads.is_empty() {
        return;
    }
    match app.services.channels().memberships(user).await {
        // The first whose connection is still open is for all of them.
        Ok((channels, teams)) => {
            let memberships = Memberships { channels, teams };
            loads.into_iter().for_each(|load| load.activate(memberships.clone()));
        }
        // Dropping the loads closes the connections; the clients reconnect and try again.
        Err(error) => tracing::warn!(%user, %error, "memberships could not be loaded"),
    }
}
