//! `/leave`: out of the channel.

use guildhall_model::Result;
use guildhall_model::channel::TOWN_SQUARE;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "leave",
    display_name: "leave",
    hint: "",
    description: "Leave this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    call.commands.channels().remove_channel_member(call.actor, call.on.channel.id, call.actor.user_id).await?;
    Ok(CommandAnswer::go_to(call.place(&format!("channels/{TOWN_SQUARE}"))))
}
