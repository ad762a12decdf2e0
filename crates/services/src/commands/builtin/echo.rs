//! `/echo`: says what one says.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "echo",
    display_name: "echo",
    hint: "[message]",
    description: "Say something in this channel",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the message") {
        return Ok(missing);
    }
    let quoted = call.rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.trim().is_empty());
    Ok(CommandAnswer::said(quoted.unwrap_or(call.rest)))
}
