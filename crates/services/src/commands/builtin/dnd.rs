//! `/dnd`: sets the status until it is changed manually.

use guildhall_model::Result;
use guildhall_model::user::Presence;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "dnd",
    display_name: "dnd",
    hint: "",
    description: "Do not disturb: turns off desktop and push notifications",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    call.set_presence(Presence::DoNotDisturb, "You will not be disturbed: desktop and push notifications are off.").await
}
