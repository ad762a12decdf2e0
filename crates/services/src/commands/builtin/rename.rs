//! `/rename`: changes the display name of the channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "rename",
    display_name: "rename",
    hint: "[text]",
    description: "Rename the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the new name") {
        return Ok(response);
    }
    call.patch_channel(ChannelPatch { display_name: Some(call.arguments.to_owned()), ..ChannelPatch::default() }).await
}
