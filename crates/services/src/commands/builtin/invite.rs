//! `/invite`: adds a user to a channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "invite",
    display_name: "invite",
    hint: "@[username] ~[channel]",
    description: "Add somebody to a channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("whom") {
        return Ok(response);
    }
    let (name, channel) = call.name_and_text();
    let user = call.find_user(name).await?;
    let channel = if channel.is_empty() { call.grant.channel.clone() } else { call.find_channel(channel).await? };
    let is_member = call.commands.channels().get_channel_member(call.actor, channel.id, user.id).await.is_ok();
    call.commands.channels().add_channel_members(call.actor, channel.id, &[user.id]).await?;
    let since = if is_member { "already" } else { "now" };
    Ok(CommandResponse::ephemeral(format!("@{} is in ~{} {since}.", user.username, channel.name)))
}
