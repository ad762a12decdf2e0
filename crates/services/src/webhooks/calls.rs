//! The last calls of an outgoing webhook.

use guildhall_model::id::{OutgoingWebhookId, TargetId};
use guildhall_model::integration::IntegrationCall;
use guildhall_model::{Actor, Result};

use crate::boxed;
use crate::webhooks::Webhooks;

impl Webhooks<'_> {
    /// The newest first, for whoever manages it.
    #[boxed]
    pub async fn outgoing_webhook_calls(&self, actor: &Actor, id: OutgoingWebhookId) -> Result<Vec<IntegrationCall>> {
        let hook = self.outgoing_webhook(actor, id).await?;
        self.integration_calls().calls(TargetId::from_bytes(*hook.id.bytes())).await
    }
}
