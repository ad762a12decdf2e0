//! `/msg`: opens a direct channel and optionally sends a message.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;
use crate::posts::NewPost;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "msg",
    display_name: "message",
    hint: "@[username] 'message'",
    description: "Send a direct message to somebody",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("to whom") {
        return Ok(response);
    }
    let (name, message) = call.name_and_text();
    let other = call.find_user(name).await?;
    let channel = call.commands.channels().create_direct_channel(call.actor, call.actor.user_id, other.id).await?;
    if !message.is_empty() {
        call.commands.posts().create_post(call.actor, NewPost::new(channel.id, message)).await?;
    }
    Ok(CommandResponse::redirect(call.client_path(&format!("messages/@{}", other.username))))
}
