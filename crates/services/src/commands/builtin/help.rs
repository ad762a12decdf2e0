//! `/help`: lists the built-in commands.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "help",
    display_name: "help",
    hint: "",
    description: "Show the commands that there are",
    run: |call| Box::pin(run(call)),
};

async fn run(_: &Call<'_>) -> Result<CommandResponse> {
    let mut text = "These commands work everywhere:\n".to_owned();
    for command in super::ALL {
        let space = if command.hint.is_empty() { "" } else { " " };
        text.push_str(&format!("\n- `/{}{space}{}` {}", command.trigger, command.hint, command.description));
    }
    Ok(CommandResponse::ephemeral(text))
}
