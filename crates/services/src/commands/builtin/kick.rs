//! `/kick`: somebody out of the channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "kick",
    display_name: "kick",
    hint: "@[username]",
    description: "Remove somebody from this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("whom") {
        return Ok(missing);
    }
    let person = call.person(call.name_and_rest().0).await?;
    call.commands.channels().remove_channel_member(call.actor, call.on.channel.id, person.id).await?;
    Ok(CommandAnswer::default())
}
