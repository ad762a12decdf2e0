//! `/online`: sets the status until it is changed manually.

use guildhall_model::Result;
use guildhall_model::user::Presence;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "online",
    display_name: "online",
    hint: "",
    description: "Show others that you are online",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    call.set_presence(Presence::Online, "You are online now.").await
}
