//! `/rename`: a channel's name as people read it.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "rename",
    display_name: "rename",
    hint: "[text]",
    description: "Rename the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the new name") {
        return Ok(missing);
    }
    call.patch(ChannelPatch { display_name: Some(call.rest.to_owned()), ..ChannelPatch::default() }).await
}
