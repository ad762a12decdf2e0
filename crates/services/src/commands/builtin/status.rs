//! `/status`: sets or clears the custom status.

use guildhall_model::Result;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;
use crate::statuses::CustomStatus;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "status",
    display_name: "status",
    hint: "[:emoji_name:] [status_message] or clear",
    description: "Set or clear your own status",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    let me = call.actor.user_id;
    if let Some(response) = call.missing_arguments("your status, or clear") {
        return Ok(response);
    }
    if call.arguments == "clear" {
        call.commands.statuses().unset_custom_status(call.actor, me).await?;
        return Ok(CommandResponse::ephemeral("Your status is cleared."));
    }
    let (emoji, text) = split(call.arguments);
    let status = CustomStatus { emoji: emoji.to_owned(), text: text.to_owned(), ..CustomStatus::default() };
    call.commands.statuses().set_custom_status(call.actor, me, status).await?;
    Ok(CommandResponse::ephemeral("Your status is set."))
}

/// Splits an optional leading `:emoji:` from the text.
fn split(text: &str) -> (&str, &str) {
    match text.strip_prefix(':').and_then(|rest| rest.split_once(':')) {
        Some((emoji, text)) if !emoji.is_empty() && !emoji.contains(char::is_whitespace) => (emoji, text.trim()),
        _ => ("", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_emoji_is_split_from_the_text() {
        assert_eq!(split(":palm_tree: away"), ("palm_tree", "away"));
        assert_eq!(split("at 10:30: lunch"), ("", "at 10:30: lunch"));
        assert_eq!(split(": a:"), ("", ": a:"));
    }
}
