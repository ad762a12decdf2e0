//! `/expand`: whether pictures are shown at once.

use guildhall_model::Result;

use super::collapse::set_collapsed;
use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "expand",
    display_name: "expand",
    hint: "",
    description: "Expand previews of pictures",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    set_collapsed(call, false).await?;
    Ok(CommandAnswer::told("Previews of pictures are expanded now."))
}
