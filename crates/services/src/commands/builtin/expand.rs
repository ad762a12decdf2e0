//! `/expand`: whether pictures are shown at once.

use guildhall_model::Result;
use guildhall_model::user::Preference;

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
    let preference = Preference {
        user_id: call.actor.user_id,
        category: "display_settings".to_owned(),
        name: "collapse_previews".to_owned(),
        value: "false".to_owned(),
    };
    call.services.save_preferences(call.actor, call.actor.user_id, vec![preference]).await?;
    Ok(CommandAnswer::told("Previews of pictures are expanded now."))
}
