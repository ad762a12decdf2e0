//! `/mute`: mutes a channel or unmutes it.

use guildhall_model::Result;
use guildhall_model::user::Props;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

/// In a muted channel only mentions mark the channel as unread.
const MARK_UNREAD: &str = "mark_unread";

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "mute",
    display_name: "mute",
    hint: "~[channel]",
    description: "Turn off notifications of this or another channel, or on again",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    let channel = if call.arguments.is_empty() { call.grant.channel.clone() } else { call.find_channel(call.name_and_text().0).await? };
    let me = call.actor.user_id;
    let member = call.commands.channels().get_channel_member(call.actor, channel.id, me).await?;
    let is_muted = member.notify_props.get(MARK_UNREAD).is_some_and(|value| value == "mention");
    let value = if is_muted { "all" } else { "mention" };
    let changes = Props::from([(MARK_UNREAD.to_owned(), value.to_owned())]);
    call.commands.channels().update_channel_notify_props(call.actor, channel.id, me, &changes).await?;
    let name = if channel.kind.is_personal() { "This conversation".to_owned() } else { format!("~{}", channel.name) };
    Ok(CommandResponse::ephemeral(if is_muted { format!("{name} is not muted any more.") } else { format!("{name} is muted now.") }))
}
