//! The periodic check of open connections (WebSockets and event streams) against the database.

use guildhall_model::Result;
use guildhall_realtime::HubMessage;
use guildhall_services::sessions::ConnectedSession;

use crate::App;

/// Closes the connections whose session ended without an event that reached this node. To be called every few seconds.
pub async fn recheck_connections(app: &App) -> Result<()> {
    let connected: Vec<ConnectedSession> = app
        .hub
        .connected_sessions()
        .into_iter()
        .map(|(session_id, user_id, is_guest)| ConnectedSession { session_id, user_id, is_guest })
        .collect();
    if connected.is_empty() {
        return Ok(());
    }
    let ended = app.services.sessions().ended_sessions(&connected).await?;
    if !ended.is_empty() {
        tracing::info!(sessions = ended.len(), "connections were closed because their sessions had ended");
        app.hub.apply(ended.into_iter().map(HubMessage::CloseSession).collect());
    }
    Ok(())
}
