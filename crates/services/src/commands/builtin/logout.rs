//! `/logout`: ends the session.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "logout",
    display_name: "logout",
    hint: "",
    description: "Log out",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    call.commands.sessions().log_out(call.actor).await?;
    Ok(CommandResponse::redirect("/login".to_owned()))
}
