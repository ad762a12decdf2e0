//! Channel mentions (`~town-square`): the post carries the display names of channels that clients may not have loaded.

use guildhall_markup::Message;
use guildhall_model::id::UserId;
use guildhall_model::post::Post;
use guildhall_model::{Actor, Result};
use guildhall_storage::{channels, teams};
use serde_json::{Map, Value, json};

use super::audience::mentionable_texts;
use crate::access::ChannelGrant;
use crate::posts::Posts;

const PROP: &str = "channel_mentions";
/// Further channel mentions in one message are ignored.
const NAMES_MAX: usize = 50;

impl Posts<'_> {
    /// Writes the public channels that the message mentions into the post's props. Overwrites the sender's value,
    /// because clients trust it. A guest learns nothing about channels that they are not in.
    pub(super) async fn add_channel_mentions(&self, actor: &Actor, grant: &ChannelGrant, post: &mut Post) -> Result<()> {
        let names = channel_names_in(post);
        let mentions = self.resolve_channel_names(grant, &names, actor.is_guest.then_some(actor.user_id)).await?;
        post.props = post.props.with(PROP, (!mentions.is_empty()).then_some(Value::Object(mentions)))?;
        Ok(())
    }

    async fn resolve_channel_names(&self, grant: &ChannelGrant, names: &[String], member: Option<UserId>) -> Result<Map<String, Value>> {
        let db = self.access.read(grant);
        let Some(team) = grant.team_id().filter(|_| !names.is_empty()) else { return Ok(Map::new()) };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let channels = channels::public_by_names(db, team, &names, member).await?;
        let team = if channels.is_empty() { None } else { teams::get(db, team).await? };
        let Some(team) = team else { return Ok(Map::new()) };
        Ok(channels
            .into_iter()
            .map(|(name, display_name)| (name, json!({ "display_name": display_name, "team_name": team.name })))
            .collect())
    }
}

/// The distinct names behind `~` in the message and its attachments.
fn channel_names_in(post: &Post) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in mentionable_texts(post).filter(|text| text.contains('~')).flat_map(|text| Message::parse(text).channels()) {
        if names.len() == NAMES_MAX {
            break;
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::id::{ChannelId, PostId, UserId};

    use super::*;

    #[test]
    fn channel_names_follow_a_tilde() {
        let names = |message: &str| {
            let (id, user, channel) = (PostId::from_bytes([1; 16]), UserId::from_bytes([2; 16]), ChannelId::from_bytes([3; 16]));
            channel_names_in(&Post::new(id, Millis::ZERO, user, channel, message.to_owned()))
        };
        assert_eq!(names("see ~town-square, (~dev_1) ~dev_1 and `~ops`"), ["town-square", "dev_1"]);
        assert!(names("none").is_empty());
        assert_eq!(names(&(0..100).map(|n| format!("~c{n} ")).collect::<String>()).len(), NAMES_MAX);
    }
}
