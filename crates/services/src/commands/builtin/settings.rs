//! `/settings`: executed by clients.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "settings",
    display_name: "settings",
    hint: "",
    description: "Open the settings",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    Ok(call.client_only())
}
