//! The periodic check of open connections (WebSockets and event streams) against the database.

use guildhall_model::Result;
use guildhall_realtime::{ConnectionState, HubMessage};
use guildhall_services::sessions::{ConnectedSession, SessionCheck};

use super::connect::load_memberships;
use crate::App;

/// Closes the connections whose session ended, and loads the memberships that changed, without an event that reached this node. To
/// be called every few seconds.
pub async fn recheck_connections(app: &App) -> Result<()> {
    let connected = |ConnectionState { session, user, is_guest, memberships_digest }| ConnectedSession {
        session_id: session,
        user_id: user,
        is_guest,
        memberships_digest,
    };
    let connected: Vec<ConnectedSession> = app.hub.connections().into_iter().map(connected).collect();
    if connected.is_empty() {
        return Ok(());
    }
    let SessionCheck { ended, changed_memberships } = app.services.sessions().check_sessions(&connected).await?;
    if !ended.is_empty() {
        tracing::info!(sessions = ended.len(), "connections were closed because their sessions had ended");
        app.hub.apply(ended.into_iter().map(HubMessage::CloseSession).collect());
    }
    for (user, stored_digest) in changed_memberships {
        // The event of a change that was committed before the query may have been published only after the connections were listed.
        if app.hub.memberships_digest(user).is_none_or(|digest| digest == stored_digest) {
            continue;
        }
        tracing::info!(%user, "memberships are loaded again because they differ from the database");
        load_memberships(app, user, app.hub.reload_memberships(user)).await;
    }
    Ok(())
}
