//! The events of channels, and of who is in them.

use std::sync::Arc;

use guildhall_model::Event;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::channel_bookmark::BookmarkView;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_realtime::{Audience, HubMessage};
use guildhall_wire::channel;
use guildhall_wire::channel_bookmark::{ChannelBookmark, UpdatedBookmark};
use guildhall_wire::event::{self, Broadcast};
use serde_json::{Value, json};

use super::{deliver, to_channel, to_user};

pub(super) fn channel_messages(event: Event) -> Vec<HubMessage> {
    match event {
        Event::ChannelCreated { channel, user_id } => {
            let data = json!({"channel_id": channel.id, "team_id": guildhall_wire::common::opt_id(channel.team_id)});
            vec![HubMessage::JoinChannel { user: user_id, channel: channel.id }, to_user("channel_created", &data, user_id)]
        }
        Event::ChannelUpdated(changed) => {
            let id = changed.id;
            vec![to_channel("channel_updated", &event::nested("channel", &channel::Channel::from(changed)), id)]
        }
        Event::ChannelConverted { channel } => vec![to_channel_or_team("channel_converted", &json!({"channel_id": channel.id}), &channel)],
        Event::ChannelArchived { channel } => {
            vec![to_channel_or_team("channel_deleted", &json!({"channel_id": channel.id, "delete_at": channel.delete_at}), &channel)]
        }
        Event::ChannelRestored { channel } => vec![to_channel_or_team("channel_restored", &json!({"channel_id": channel.id}), &channel)],
        Event::ChannelViewed { user_id, last_viewed_at } => {
            let times: serde_json::Map<String, Value> =
                last_viewed_at.iter().map(|(channel, at)| (channel.to_string(), at.0.into())).collect();
            let mut messages = vec![to_user("multiple_channels_viewed", &json!({"channel_times": times}), user_id)];
            // For clients before 8.1.
            messages.extend(last_viewed_at.iter().map(|(channel, _)| to_user("channel_viewed", &json!({"channel_id": channel}), user_id)));
            messages
        }
        Event::ChannelMemberUpdated(member) => {
            let user = member.user_id;
            vec![to_user("channel_member_updated", &event::nested("channelMember", &channel::ChannelMember::from(member)), user)]
        }
        Event::ChannelBookmarkCreated(bookmark) => vec![bookmark_event("channel_bookmark_created", &bookmark)],
        Event::ChannelBookmarkDeleted(bookmark) => vec![bookmark_event("channel_bookmark_deleted", &bookmark)],
        Event::ChannelBookmarkUpdated { updated, deleted } => {
            let bookmarks = UpdatedBookmark { updated: (&*updated).into(), deleted: deleted.as_deref().map(Into::into) };
            vec![to_channel("channel_bookmark_updated", &event::nested("bookmarks", &bookmarks), updated.bookmark.channel_id)]
        }
        Event::ChannelBookmarksSorted { channel_id, bookmarks } => {
            let bookmarks: Vec<ChannelBookmark> = bookmarks.iter().map(Into::into).collect();
            vec![to_channel("channel_bookmark_sorted", &event::nested("bookmarks", &bookmarks), channel_id)]
        }
        Event::ChannelSchemeUpdated { channel_id } => vec![to_channel("channel_scheme_updated", &json!({}), channel_id)],
        Event::UserAdded { channel, user_id } => {
            let data = json!({"user_id": user_id, "team_id": guildhall_wire::common::opt_id(channel.team_id)});
            vec![HubMessage::JoinChannel { user: user_id, channel: channel.id }, to_channel("user_added", &data, channel.id)]
        }
        Event::UserRemoved { channel_id, user_id, remover_id, remover_channels } => {
            removal_messages(channel_id, user_id, remover_id, &remover_channels)
        }
        Event::DirectAdded { channel, creator_id, user_ids } => {
            let teammate = user_ids.iter().find(|user| **user != creator_id).unwrap_or(&creator_id);
            let data = json!({"creator_id": creator_id, "teammate_id": teammate});
            join_all(&channel, &user_ids, to_channel("direct_added", &data, channel.id))
        }
        Event::GroupAdded { channel, user_ids } => {
            let data = event::nested("teammate_ids", &user_ids);
            join_all(&channel, &user_ids, to_channel("group_added", &data, channel.id))
        }
        _ => Vec::new(),
    }
}

fn bookmark_event(name: &str, view: &BookmarkView) -> HubMessage {
    to_channel(name, &event::nested("bookmark", &ChannelBookmark::from(view)), view.bookmark.channel_id)
}

/// Guests that share no channel with the remover do not learn who it was.
fn removal_messages(channel_id: ChannelId, user_id: UserId, remover_id: UserId, remover_channels: &Arc<[ChannelId]>) -> Vec<HubMessage> {
    let variants = |name: &str, id: &Value, broadcast: &Broadcast, audience: &Audience| {
        let message = |remover: String, audience| deliver("user_removed", &json!({(name): id, "remover_id": remover}), broadcast, audience);
        if remover_id == user_id {
            return vec![message(remover_id.to_string(), audience.clone())];
        }
        let hidden = audience.clone().only_guests_outside(Arc::clone(remover_channels));
        vec![message(remover_id.to_string(), audience.clone().guests_in(Arc::clone(remover_channels))), message(String::new(), hidden)]
    };
    let mut messages = variants("channel_id", &json!(channel_id), &Broadcast::user(user_id), &Audience::user(user_id));
    messages.push(HubMessage::LeaveChannel { user: user_id, channel: channel_id });
    messages.extend(variants("user_id", &json!(user_id), &Broadcast::channel(channel_id), &Audience::channel(channel_id)));
    messages
}

/// To the team for public channels (guests only if they are members of the channel), to the channel's members for others.
fn to_channel_or_team(name: &str, data: &Value, channel: &Channel) -> HubMessage {
    match channel.team_id {
        // A channel that was converted was public until now, so its id is no secret, and clients of the whole team have to
        // remove it.
        Some(team) if channel.kind == ChannelKind::Public || name == "channel_converted" => {
            deliver(name, data, &Broadcast::team(team), Audience::team(team).guests_in([channel.id].into()))
        }
        _ => to_channel(name, data, channel.id),
    }
}

fn join_all(channel: &Channel, users: &[UserId], last: HubMessage) -> Vec<HubMessage> {
    let joins = users.iter().map(|user| HubMessage::JoinChannel { user: *user, channel: channel.id });
    joins.chain([last]).collect()
}
