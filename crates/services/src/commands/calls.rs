//! The last calls of a command.

use guildhall_model::id::{CommandId, TargetId};
use guildhall_model::integration::IntegrationCall;
use guildhall_model::{Actor, Result};

use crate::boxed;
use crate::commands::Commands;

impl Commands<'_> {
    /// The newest first, for whoever manages it.
    #[boxed]
    pub async fn command_calls(&self, actor: &Actor, id: CommandId) -> Result<Vec<IntegrationCall>> {
        let command = self.command(actor, id).await?;
        self.integration_calls().calls(TargetId::from_bytes(*command.id.bytes())).await
    }
}
