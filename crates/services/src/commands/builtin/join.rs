//! `/join`: into a public channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "join",
    display_name: "join",
    hint: "~[channel]",
    description: "Join a public channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the channel") {
        return Ok(missing);
    }
    let channel = call.channel_named(call.name_and_rest().0).await?;
    call.commands.channels().add_channel_members(call.actor, channel.id, &[call.actor.user_id]).await?;
    Ok(CommandAnswer::go_to(call.place(&format!("channels/{}", channel.name))))
}
