//! `/shrug`: a message with a shrug.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "shrug",
    display_name: "shrug",
    hint: "[message]",
    description: "Add a shrug to your message",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    let space = if call.rest.is_empty() { "" } else { " " };
    Ok(CommandAnswer::said(format!(r"{}{space}¯\\\_(ツ)\_/¯", call.rest)))
}
