//! `/me`: posts an action in the third person.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "me",
    display_name: "me",
    hint: "[message]",
    description: "Do an action",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("what you do") {
        return Ok(response);
    }
    Ok(CommandResponse { kind: "me".to_owned(), ..CommandResponse::in_channel(format!("*{}*", call.arguments)) })
}
