//! `/join`: joins a public channel.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "join",
    display_name: "join",
    hint: "~[channel]",
    description: "Join a public channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the channel") {
        return Ok(response);
    }
    let channel = call.find_channel(call.name_and_text().0).await?;
    call.commands.channels().add_channel_members(call.actor, channel.id, &[call.actor.user_id]).await?;
    Ok(CommandResponse::redirect(call.client_path(&format!("channels/{}", channel.name))))
}
