//! `/logout`: ends the session.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "logout",
    display_name: "logout",
    hint: "",
    description: "Log out",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    call.commands.sessions().log_out(call.actor).await?;
    Ok(CommandAnswer::go_to("/login".to_owned()))
}
