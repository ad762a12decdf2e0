//! `/invite`: somebody into a channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "invite",
    display_name: "invite",
    hint: "@[username] ~[channel]",
    description: "Add somebody to a channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("whom") {
        return Ok(missing);
    }
    let (name, channel) = call.name_and_rest();
    let person = call.person(name).await?;
    let channel = if channel.is_empty() { call.on.channel.clone() } else { call.channel_named(channel).await? };
    let is_there = call.commands.channels().get_channel_member(call.actor, channel.id, person.id).await.is_ok();
    call.commands.channels().add_channel_members(call.actor, channel.id, &[person.id]).await?;
    let since = if is_there { "already" } else { "now" };
    Ok(CommandAnswer::told(format!("@{} is in ~{} {since}.", person.username, channel.name)))
}
