//! `/purpose`: changes the purpose of the channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "purpose",
    display_name: "purpose",
    hint: "[text]",
    description: "Change the purpose of the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the new purpose") {
        return Ok(response);
    }
    if call.grant.channel.kind.is_personal() {
        return Ok(CommandResponse::ephemeral("Direct and group messages have no purpose of their own."));
    }
    call.patch_channel(ChannelPatch { purpose: Some(call.arguments.to_owned()), ..ChannelPatch::default() }).await
}
