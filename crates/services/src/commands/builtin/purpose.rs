//! `/purpose`: what a channel is for.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "purpose",
    display_name: "purpose",
    hint: "[text]",
    description: "Change the purpose of the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the new purpose") {
        return Ok(missing);
    }
    if call.on.channel.kind.is_personal() {
        return Ok(CommandAnswer::told("Direct and group messages have no purpose of their own."));
    }
    call.patch(ChannelPatch { purpose: Some(call.rest.to_owned()), ..ChannelPatch::default() }).await
}
