//! `/settings`: done by clients themselves.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "settings",
    display_name: "settings",
    hint: "",
    description: "Open the settings",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    Ok(call.only_in_clients())
}
