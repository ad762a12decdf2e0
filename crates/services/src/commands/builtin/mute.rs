//! `/mute`: no notifications of a channel, or again.

use guildhall_model::Result;
use guildhall_model::user::Props;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

/// A muted channel is marked unread by mentions only.
const MARK_UNREAD: &str = "mark_unread";

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "mute",
    display_name: "mute",
    hint: "~[channel]",
    description: "Turn off notifications of this or another channel, or on again",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    let channel = if call.rest.is_empty() { call.on.channel.clone() } else { call.channel_named(call.name_and_rest().0).await? };
    let me = call.actor.user_id;
    let member = call.commands.channels().get_channel_member(call.actor, channel.id, me).await?;
    let is_muted = member.notify_props.get(MARK_UNREAD).is_some_and(|value| value == "mention");
    let value = if is_muted { "all" } else { "mention" };
    let changes = Props::from([(MARK_UNREAD.to_owned(), value.to_owned())]);
    call.commands.channels().update_channel_notify_props(call.actor, channel.id, me, &changes).await?;
    let name = if channel.kind.is_personal() { "This conversation".to_owned() } else { format!("~{}", channel.name) };
    Ok(CommandAnswer::told(if is_muted { format!("{name} is not muted any more.") } else { format!("{name} is muted now.") }))
}
