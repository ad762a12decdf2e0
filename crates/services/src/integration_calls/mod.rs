//! The last calls of outgoing webhooks and commands, for whoever manages them.

use guildhall_model::id::{IntegrationCallId, TargetId};
use guildhall_model::integration::IntegrationCall;
use guildhall_model::ports::{OutgoingRequest, OutgoingResponse};
use guildhall_model::{Events, Result};
use guildhall_storage::integration_calls;

use crate::worker::{describe, stored_message};

noun! {
    /// The calls of outgoing webhooks and commands.
    integration_calls::IntegrationCalls, uses: []
}

impl IntegrationCalls<'_> {
    /// Calls another server for an integration, and notes how it ended.
    pub(crate) async fn send(&self, integration: TargetId, request: OutgoingRequest) -> Result<OutgoingResponse> {
        let create_at = self.clock.now();
        let answer = self.outgoing.send(request).await;
        let (status, error) = match &answer {
            Ok(response) => (i64::from(response.status), String::new()),
            Err(error) => (0, stored_message(&describe(error))),
        };
        let duration_ms = self.clock.now().0.saturating_sub(create_at.0).max(0);
        let id: IntegrationCallId = self.ids.next();
        self.note(&IntegrationCall { id, integration_id: integration, create_at, duration_ms, status, error }).await;
        answer
    }

    /// The call was made, whether it can be noted or not.
    async fn note(&self, call: &IntegrationCall) {
        let grant = self.access.system("how a call of an integration ended is noted");
        let mut write = self.access.write(&grant, "integration_calls.note");
        write.extend(integration_calls::insert(grant.write_server(), call));
        if let Err(error) = write.commit(Events::none("clients load calls on request")).await {
            tracing::warn!(%error, integration = %call.integration_id, "how a call of an integration ended could not be stored");
        }
    }

    /// The newest first, for whoever manages the integration: its noun has asked for that.
    pub(crate) async fn calls(&self, integration: TargetId) -> Result<Vec<IntegrationCall>> {
        let grant = self.access.system("who manages the integration sees its calls");
        integration_calls::of_integration(self.access.read(&grant), grant.id(integration)).await
    }
}
