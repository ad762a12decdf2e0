//! `/msg`: a direct message.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;
use crate::posts::NewPost;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "msg",
    display_name: "message",
    hint: "@[username] 'message'",
    description: "Send a direct message to somebody",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("to whom") {
        return Ok(missing);
    }
    let (name, message) = call.name_and_rest();
    let other = call.person(name).await?;
    let channel = call.commands.channels().create_direct_channel(call.actor, call.actor.user_id, other.id).await?;
    if !message.is_empty() {
        call.commands.posts().create_post(call.actor, NewPost::new(channel.id, message)).await?;
    }
    Ok(CommandAnswer::go_to(call.place(&format!("messages/@{}", other.username))))
}
