//! Channel mentions (`~town-square`): the post carries the display names of channels that clients may not have loaded.

use guildhall_model::Result;
use guildhall_model::post::Post;
use guildhall_storage::{channels, teams};
use serde_json::{Map, Value, json};

use crate::access::ChannelGrant;
use crate::posts::Posts;

const PROP: &str = "channel_mentions";
/// Further channel mentions in one message are ignored.
const NAMES_MAX: usize = 50;

impl Posts<'_> {
    /// Writes the public channels that the message mentions into the post's props. Overwrites the sender's value,
    /// because clients trust it.
    pub(super) async fn add_channel_mentions(&self, grant: &ChannelGrant, post: &mut Post) -> Result<()> {
        let names = channel_names_in(&post.message);
        let mentions = self.resolve_channel_names(grant, &names).await?;
        post.props = post.props.with(PROP, (!mentions.is_empty()).then_some(Value::Object(mentions)))?;
        Ok(())
    }

    async fn resolve_channel_names(&self, grant: &ChannelGrant, names: &[&str]) -> Result<Map<String, Value>> {
        let db = self.access.read(grant);
        let Some(team) = grant.team_id().filter(|_| !names.is_empty()) else { return Ok(Map::new()) };
        let channels = channels::public_by_names(db, team, names).await?;
        let team = if channels.is_empty() { None } else { teams::get(db, team).await? };
        let Some(team) = team else { return Ok(Map::new()) };
        Ok(channels
            .into_iter()
            .map(|(name, display_name)| (name, json!({ "display_name": display_name, "team_name": team.name })))
            .collect())
    }
}

/// The names after each `~` that begins a word.
fn channel_names_in(message: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let mut names: Vec<&str> = Vec::new();
    for (at, _) in message.match_indices('~') {
        let previous = message[..at].chars().next_back();
        let after = &message[at + 1..];
        let name = &after[..after.find(|c| !is_name(c)).unwrap_or(after.len())];
        let begins_word = previous.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '~'));
        if begins_word && !name.is_empty() && names.len() < NAMES_MAX && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channel_names_follow_a_tilde() {
        assert_eq!(channel_names_in("see ~town-square, (~dev_1) ~dev_1 and ~Ops"), ["town-square", "dev_1"]);
        for text in ["", "~", "a~b", "~~struck~~", "~ x", "~é"] {
            assert!(channel_names_in(text).is_empty(), "{text}");
        }
        let many: String = (0..100).map(|n| format!("~c{n} ")).collect();
        assert_eq!(channel_names_in(&many).len(), NAMES_MAX);
    }
}
