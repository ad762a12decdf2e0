//! `/search`: executed by clients.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "search",
    display_name: "search",
    hint: "[text]",
    description: "Search in messages",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    Ok(call.client_only())
}
