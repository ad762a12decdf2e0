//! `/groupmsg`: a message to several people.

use guildhall_model::Result;
use guildhall_model::channel::GROUP_USERS_MAX;
use guildhall_model::codes::channels as codes;

use super::{BuiltIn, Call};
use crate::commands::answer::CommandAnswer;
use crate::posts::NewPost;

pub const COMMAND: BuiltIn = BuiltIn {
    trigger: "groupmsg",
    display_name: "message",
    hint: "@[username1],@[username2] 'message'",
    description: "Send a message to several people",
    run: |call| Box::pin(run(call)),
};

async fn run(call: &Call<'_>) -> Result<CommandAnswer> {
    if let Some(missing) = call.needs("to whom") {
        return Ok(missing);
    }
    let (names, message) = split(call.rest);
    if names.len() >= GROUP_USERS_MAX {
        return Err(codes::GROUP_SIZE.into());
    }
    let mut others = Vec::new();
    for name in names {
        let id = call.person(name).await?.id;
        if id != call.actor.user_id && !others.contains(&id) {
            others.push(id);
        }
    }
    let me = call.actor.user_id;
    let channel = match others[..] {
        [] => return Ok(CommandAnswer::told("Please name somebody other than yourself.")),
        [other] => call.commands.channels().create_direct_channel(call.actor, me, other).await?,
        _ => call.commands.channels().create_group_channel(call.actor, others).await?,
    };
    if !message.is_empty() {
        call.commands.posts().create_post(call.actor, NewPost::new(channel.id, message)).await?;
    }
    Ok(CommandAnswer::go_to(call.place(&format!("messages/{}", channel.name))))
}

/// Names are set apart by commas, with or without spaces; the message begins at the first word after them.
fn split(text: &str) -> (Vec<&str>, &str) {
    let mut names = Vec::new();
    let mut left = text;
    loop {
        left = left.trim_start();
        let end = left.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(left.len());
        if end > 0 {
            names.push(&left[..end]);
        }
        left = left[end..].trim_start();
        match left.strip_prefix(',') {
            Some(rest) => left = rest,
            None => return (names, left.trim()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_no_comma_follows() {
        assert_eq!(split("@a,@b hello, you"), (vec!["@a", "@b"], "hello, you"));
        assert_eq!(split("@a , @b ,c  hi\nyou"), (vec!["@a", "@b", "c"], "hi\nyou"));
        assert_eq!(split("@a"), (vec!["@a"], ""));
        assert_eq!(split(",,"), (Vec::<&str>::new(), ""));
    }
}
