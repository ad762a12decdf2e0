//! `/collapse`: collapses image previews.

use guildhall_model::Result;
use guildhall_model::user::Preference;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "collapse",
    display_name: "collapse",
    hint: "",
    description: "Collapse previews of pictures",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    set_collapsed(call, true).await?;
    Ok(CommandResponse::ephemeral("Previews of pictures are collapsed now."))
}

/// Clients store this setting as a preference.
pub(super) async fn set_collapsed(call: &Call<'_>, is_collapsed: bool) -> Result<()> {
    let preference = Preference {
        user_id: call.actor.user_id,
        category: "display_settings".to_owned(),
        name: "collapse_previews".to_owned(),
        value: is_collapsed.to_string(),
    };
    call.commands.preferences().save_preferences(call.actor, call.actor.user_id, vec![preference]).await
}
