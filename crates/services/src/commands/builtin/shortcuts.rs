//! `/shortcuts`: executed by clients.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "shortcuts",
    display_name: "shortcuts",
    hint: "",
    description: "Show the keyboard shortcuts",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    Ok(call.client_only())
}
