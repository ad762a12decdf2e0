//! Channels that a message names (`~town-square`): for whom they are news, the post says what they are called.

use guildhall_model::Result;
use guildhall_model::post::Post;
use guildhall_storage::{channels, teams};
use serde_json::{Map, Value, json};

use crate::access::ChannelGrant;
use crate::posts::Posts;

const PROP: &str = "channel_mentions";
/// More channels than this one message does not name.
const NAMES_MAX: usize = 50;

impl Posts<'_> {
    /// Writes the public channels that the message names into the post's props, whatever stood there before: readers
    /// believe it.
    pub(super) async fn name_channels(&self, on: &ChannelGrant, post: &mut Post) -> Result<()> {
        let named = named_in(&post.message);
        let found = self.called(on, &named).await?;
        post.props = post.props.with(PROP, (!found.is_empty()).then_some(Value::Object(found)))?;
        Ok(())
    }

    async fn called(&self, on: &ChannelGrant, names: &[&str]) -> Result<Map<String, Value>> {
        let db = self.access.read(on);
        let Some(team) = on.team_id().filter(|_| !names.is_empty()) else { return Ok(Map::new()) };
        let found = channels::public_by_names(db, team, names).await?;
        let team = if found.is_empty() { None } else { teams::get(db, team).await? };
        let Some(team) = team else { return Ok(Map::new()) };
        Ok(found.into_iter().map(|(name, display_name)| (name, json!({ "display_name": display_name, "team_name": team.name }))).collect())
    }
}

/// The names after each `~` that begins a word.
fn named_in(message: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let mut names: Vec<&str> = Vec::new();
    for (at, _) in message.match_indices('~') {
        let before = message[..at].chars().next_back();
        let after = &message[at + 1..];
        let name = &after[..after.find(|c| !is_name(c)).unwrap_or(after.len())];
        let begins_word = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '~'));
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
    fn names_stand_behind_a_tilde() {
        assert_eq!(named_in("see ~town-square, (~dev_1) ~dev_1 and ~Ops"), ["town-square", "dev_1"]);
        for none in ["", "~", "a~b", "~~struck~~", "~ x", "~é"] {
            assert!(named_in(none).is_empty(), "{none}");
        }
        let many: String = (0..100).map(|n| format!("~c{n} ")).collect();
        assert_eq!(named_in(&many).len(), NAMES_MAX);
    }
}
