//! `/code`: a text as it is, in a block of its own.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "code",
    display_name: "code",
    hint: "[text]",
    description: "Show text as a block of code",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("the text") {
        return Ok(missing);
    }
    Ok(CommandAnswer::said(format!("    {}", call.rest.replace('\n', "\n    "))))
}
