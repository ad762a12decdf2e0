//! `/search`: done by clients themselves.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "search",
    display_name: "search",
    hint: "[text]",
    description: "Search in messages",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    Ok(call.only_in_clients())
}
