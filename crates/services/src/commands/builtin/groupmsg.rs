//! `/groupmsg`: sends a message to several users.

use guildhall_model::Result;
use guildhall_model::channel::GROUP_USERS_MAX;
use guildhall_model::codes::channels as codes;

use super::{BuiltIn, Call};
use crate::commands::response::CommandResponse;
use crate::posts::NewPost;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "groupmsg",
    display_name: "message",
    hint: "@[username1],@[username2] 'message'",
    description: "Send a message to several people",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandResponse> {
    if let Some(response) = call.missing_arguments("to whom") {
        return Ok(response);
    }
    let (names, message) = split(call.arguments);
    if names.len() >= GROUP_USERS_MAX {
        return Err(codes::GROUP_SIZE.into());
    }
    let mut others = Vec::new();
    for name in names {
        let id = call.find_user(name).await?.id;
        if id != call.actor.user_id && !others.contains(&id) {
            others.push(id);
        }
    }
    let me = call.actor.user_id;
    let channel = match others[..] {
        [] => return Ok(CommandResponse::ephemeral("Please name somebody other than yourself.")),
        [other] => call.commands.channels().create_direct_channel(call.actor, me, other).await?,
        _ => call.commands.channels().create_group_channel(call.actor, others).await?,
    };
    if !message.is_empty() {
        call.commands.posts().create_post(call.actor, NewPost::new(channel.id, message)).await?;
    }
    Ok(CommandResponse::redirect(call.client_path(&format!("messages/{}", channel.name))))
}

/// Names are separated by commas, with or without spaces; the message begins at the first word that no comma precedes.
fn split(text: &str) -> (Vec<&str>, &str) {
    let mut names = Vec::new();
    let mut remaining = text;
    loop {
        remaining = remaining.trim_start();
        let end = remaining.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(remaining.len());
        if end > 0 {
            names.push(&remaining[..end]);
        }
        remaining = remaining[end..].trim_start();
        match remaining.strip_prefix(',') {
            Some(rest) => remaining = rest,
            None => return (names, remaining.trim()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_begins_after_the_last_comma_separated_name() {
        assert_eq!(split("@a,@b hello, you"), (vec!["@a", "@b"], "hello, you"));
        assert_eq!(split("@a , @b ,c  hi\nyou"), (vec!["@a", "@b", "c"], "hi\nyou"));
        assert_eq!(split("@a"), (vec!["@a"], ""));
        assert_eq!(split(",,"), (Vec::<&str>::new(), ""));
    }
}
