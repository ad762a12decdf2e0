//! `/kick`: removes a user from the channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "kick",
    display_name: "kick",
    hint: "@[username]",
    description: "Remove somebody from this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("whom") {
        return Ok(response);
    }
    let user = call.find_user(call.name_and_text().0).await?;
    call.commands.channels().remove_channel_member(call.actor, call.grant.channel.id, user.id).await?;
    Ok(CommandResponse::default())
}
