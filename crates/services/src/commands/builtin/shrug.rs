//! `/shrug`: posts a message with a shrug appended.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "shrug",
    display_name: "shrug",
    hint: "[message]",
    description: "Add a shrug to your message",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    let space = if call.arguments.is_empty() { "" } else { " " };
    Ok(CommandResponse::in_channel(format!(r"{}{space}¯\\\_(ツ)\_/¯", call.arguments)))
}
