//! `/echo`: posts its arguments.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "echo",
    display_name: "echo",
    hint: "[message]",
    description: "Say something in this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the message") {
        return Ok(response);
    }
    let quoted = call.arguments.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.trim().is_empty());
    Ok(CommandResponse::in_channel(quoted.unwrap_or(call.arguments)))
}
