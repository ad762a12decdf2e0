//! WebSocket events: the common envelope, and the data of the larger events.

use std::collections::BTreeMap;

use guildhall_model::channel::ChannelKind;
use guildhall_model::event::Posted;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use serde::Serialize;

use crate::common::opt_id;
use crate::json;
use crate::post::Post;

/// The audience of an event, as clients see it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Broadcast {
    pub omit_users: Option<BTreeMap<String, bool>>,
    pub user_id: String,
    pub channel_id: String,
    pub team_id: String,
    pub connection_id: String,
    pub omit_connection_id: String,
}

impl Broadcast {
    pub fn user(user: UserId) -> Self {
        Self { user_id: user.to_string(), ..Self::default() }
    }
    pub fn channel(channel: ChannelId) -> Self {
        Self { channel_id: channel.to_string(), ..Self::default() }
    }
    pub fn team(team: TeamId) -> Self {
        Self { team_id: team.to_string(), ..Self::default() }
    }
    pub fn in_channel(self, channel: ChannelId) -> Self {
        Self { channel_id: channel.to_string(), ..self }
    }
    pub fn in_team(self, team: Option<TeamId>) -> Self {
        Self { team_id: opt_id(team), ..self }
    }
    pub fn omit_user(self, user: UserId) -> Self {
        Self { omit_users: Some(BTreeMap::from([(user.to_string(), true)])), ..self }
    }
}

#[derive(Serialize)]
struct Envelope<'a, T: Serialize> {
    event: &'a str,
    data: &'a T,
    broadcast: &'a Broadcast,
}

/// Encodes an event up to and including `"seq":`; the caller appends the number and [`SUFFIX`].
pub fn encode<T: Serialize>(event: &str, data: &T, broadcast: &Broadcast) -> Vec<u8> {
    let mut bytes = json::to_vec(&Envelope { event, data, broadcast }).unwrap_or_default();
    bytes.pop();
    bytes.extend_from_slice(b",\"seq\":");
    bytes
}

pub const SUFFIX: &[u8] = b"}";

#[derive(Debug, Serialize)]
pub struct Hello {
    pub connection_id: String,
    pub server_version: String,
    pub server_hostname: String,
}

#[derive(Debug, Serialize)]
pub struct PostedData {
    channel_display_name: String,
    channel_name: String,
    channel_type: &'static str,
    post: String,
    sender_name: String,
    set_online: bool,
    team_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mentions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'static str>,
    #[serde(rename = "otherFile", skip_serializing_if = "Option::is_none")]
    other_file: Option<&'static str>,
}

/// The data of `posted`; the post and the lists are JSON encoded as strings.
pub fn posted(posted: &Posted, post: &Post) -> PostedData {
    let channel = &posted.channel;
    let encode_ids = |users: &[UserId]| (!users.is_empty()).then(|| json::to_string(users).unwrap_or_default());
    // A direct channel has no name of its own: clients display the sender's.
    let is_direct = channel.kind == ChannelKind::Direct;
    PostedData {
        channel_display_name: if is_direct { posted.sender_name.clone() } else { channel.display_name.clone() },
        channel_name: channel.name.clone(),
        channel_type: channel.kind.name(),
        post: json::to_string(post).unwrap_or_default(),
        sender_name: posted.sender_name.clone(),
        set_online: posted.set_online,
        team_id: opt_id(channel.team_id),
        mentions: encode_ids(&posted.mentioned),
        followers: encode_ids(&posted.followers),
        image: posted.has_image.then_some("true"),
        other_file: posted.has_other_file.then_some("true"),
    }
}

/// `{key: "<the value as JSON>"}`: the form of most objects in Mattermost's events.
pub fn nested<T: Serialize + ?Sized>(key: &'static str, value: &T) -> BTreeMap<&'static str, String> {
    BTreeMap::from([(key, json::to_string(value).unwrap_or_default())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_a_number_and_the_suffix_are_a_complete_event() {
        let mut bytes = encode("typing", &BTreeMap::from([("parent_id", "")]), &Broadcast::default());
        bytes.extend_from_slice(b"7");
        bytes.extend_from_slice(SUFFIX);
        let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(event["event"], "typing");
        assert_eq!(event["seq"], 7);
        assert!(event["broadcast"]["omit_users"].is_null());
    }
}
