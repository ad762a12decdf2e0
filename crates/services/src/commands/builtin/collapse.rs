//! `/collapse`: whether pictures are shown at once.

use guildhall_model::Result;
use guildhall_model::user::Preference;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "collapse",
    display_name: "collapse",
    hint: "",
    description: "Collapse previews of pictures",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    set_collapsed(call, true).await?;
    Ok(CommandAnswer::told("Previews of pictures are collapsed now."))
}

/// Clients keep it as a preference.
pub(super) async fn set_collapsed(call: &Call<'_>, is_collapsed: bool) -> Result<()> {
    let preference = Preference {
        user_id: call.actor.user_id,
        category: "display_settings".to_owned(),
        name: "collapse_previews".to_owned(),
        value: is_collapsed.to_string(),
    };
    call.commands.preferences().save_preferences(call.actor, call.actor.user_id, vec![preference]).await
}
