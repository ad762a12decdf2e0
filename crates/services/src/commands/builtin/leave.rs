//! `/leave`: leaves the channel.

use guildhall_model::Result;
use guildhall_model::channel::TOWN_SQUARE;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "leave",
    display_name: "leave",
    hint: "",
    description: "Leave this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    call.commands.channels().remove_channel_member(call.actor, call.grant.channel.id, call.actor.user_id).await?;
    Ok(CommandResponse::redirect(call.client_path(&format!("channels/{TOWN_SQUARE}"))))
}
