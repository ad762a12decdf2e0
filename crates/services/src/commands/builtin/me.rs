//! `/me`: an action, told in the third person.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "me",
    display_name: "me",
    hint: "[message]",
    description: "Do an action",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("what you do") {
        return Ok(missing);
    }
    Ok(CommandAnswer { kind: "me".to_owned(), ..CommandAnswer::said(format!("*{}*", call.rest)) })
}
