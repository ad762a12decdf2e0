//! `/expand`: expands image previews.

use guildhall_model::Result;

use super::collapse::set_collapsed;
use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "expand",
    display_name: "expand",
    hint: "",
    description: "Expand previews of pictures",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    set_collapsed(call, false).await?;
    Ok(CommandResponse::ephemeral("Previews of pictures are expanded now."))
}
