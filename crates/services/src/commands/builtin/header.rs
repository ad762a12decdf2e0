//! `/header`: changes the header of the channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "header",
    display_name: "header",
    hint: "[text]",
    description: "Change the header of the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the new header") {
        return Ok(response);
    }
    call.patch_channel(ChannelPatch { header: Some(call.arguments.to_owned()), ..ChannelPatch::default() }).await
}
