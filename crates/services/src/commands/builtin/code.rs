//! `/code`: posts a text as a code block.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "code",
    display_name: "code",
    hint: "[text]",
    description: "Show text as a block of code",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("the text") {
        return Ok(response);
    }
    Ok(CommandResponse::in_channel(format!("    {}", call.arguments.replace('\n', "\n    "))))
}
