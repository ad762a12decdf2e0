//! `/header`: the text above a channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::channels::ChannelPatch;
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "header",
    display_name: "header",
    hint: "[text]",
    description: "Change the header of the channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the new header") {
        return Ok(missing);
    }
    call.patch(ChannelPatch { header: Some(call.rest.to_owned()), ..ChannelPatch::default() }).await
}
