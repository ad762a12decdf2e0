//! Encodes events for connections: each event once per audience, in order with the membership changes that it implies.

mod channels;

use std::sync::Arc;

use guildhall_model::draft::{Draft, ScheduledPost, WithFiles};
use guildhall_model::event::{Posted, ValuesFor};
use guildhall_model::group_link::LinkTarget;
use guildhall_model::id::{ChannelId, ConnectionId, GroupId, TeamId, UserId};
use guildhall_model::post::PostAcknowledgement;
use guildhall_model::user::User;
use guildhall_model::{Event, EventSink};
use guildhall_realtime::{Audience, Bus, Frame, HubMessage};
use guildhall_wire::event::{self, Broadcast, Hello, SUFFIX};
use guildhall_wire::{
    category, config, draft, emoji, group, post, post_priority, preference, profile_attribute, reaction, role, team, thread, user,
};
use serde::Serialize;
use serde_json::{Value, json};

use channels::channel_messages;

/// Publishes committed events to the bus.
pub struct BusPublisher {
    bus: Arc<dyn Bus>,
}

impl BusPublisher {
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus }
    }
}

impl EventSink for BusPublisher {
    fn publish(&self, events: Vec<Event>) {
        self.bus.publish(events.into_iter().flat_map(messages).collect());
    }
}

/// The first event of every connection.
pub(super) fn hello(id: ConnectionId, user: UserId, version: &str) -> Frame {
    let data = Hello { connection_id: id.to_string(), server_version: version.to_owned(), server_hostname: String::new() };
    frame("hello", &data, &Broadcast::user(user))
}

fn frame(name: &str, data: &impl Serialize, broadcast: &Broadcast) -> Frame {
    Frame::new(event::encode(name, data, broadcast), SUFFIX)
}

fn deliver(name: &str, data: &impl Serialize, broadcast: &Broadcast, audience: Audience) -> HubMessage {
    HubMessage::Deliver { frame: frame(name, data, broadcast), audience }
}

fn to_user(name: &str, data: &impl Serialize, user: UserId) -> HubMessage {
    deliver(name, data, &Broadcast::user(user), Audience::user(user))
}

fn to_user_in(name: &str, data: &impl Serialize, user: UserId, team: Option<TeamId>) -> HubMessage {
    deliver(name, data, &Broadcast::user(user).in_team(team), Audience::user(user))
}

fn to_channel(name: &str, data: &impl Serialize, channel: ChannelId) -> HubMessage {
    deliver(name, data, &Broadcast::channel(channel), Audience::channel(channel))
}

fn to_team(name: &str, data: &impl Serialize, team: TeamId) -> HubMessage {
    deliver(name, data, &Broadcast::team(team), Audience::team(team))
}

fn to_everyone(name: &str, data: &impl Serialize) -> HubMessage {
    deliver(name, data, &Broadcast::default(), Audience::everyone())
}

fn messages(event: Event) -> Vec<HubMessage> {
    match event {
        Event::Posted(posted) => vec![posted_message(&posted)],
        Event::PostEdited { post, mentions } => {
            let mut data = event::nested("post", &post::Post::from(&*post));
            // Not Mattermost's: clients correct their counts by it.
            let changes = [("mentions_added", mentions.added), ("mentions_removed", mentions.removed)];
            let changes = changes.into_iter().filter(|(_, users)| !users.is_empty());
            data.extend(changes.flat_map(|(name, users)| event::nested(name, &users)));
            vec![to_channel("post_edited", &data, post.channel_id)]
        }
        Event::PostDeleted { post, deleted_by, mentioned } => {
            let mut data = json!({"post": json_string(&post::Post::from(&*post)), "delete_by": deleted_by});
            if !mentioned.is_empty() {
                // Not Mattermost's: clients correct their counts by it.
                data["mentions"] = json_string(&mentioned);
            }
            vec![to_channel("post_deleted", &data, post.channel_id)]
        }
        Event::EphemeralMessage { user_id, post } => {
            let data = event::nested("post", &post::Post::from(&*post));
            vec![deliver("ephemeral_message", &data, &Broadcast::user(user_id).in_channel(post.channel_id), Audience::user(user_id))]
        }
        Event::EphemeralEdited { user_id, post } => {
            let data = event::nested("post", &post::Post::from(&*post));
            vec![deliver("post_edited", &data, &Broadcast::user(user_id).in_channel(post.channel_id), Audience::user(user_id))]
        }
        Event::DialogOpened { user_id, request } => {
            let request = json!({"trigger_id": request.trigger_id, "url": request.url, "dialog": request.dialog});
            vec![to_user("open_dialog", &json!({"dialog": json_string(&request)}), user_id)]
        }
        Event::PostUnread { member, team_id, post_id, msg_count, msg_count_root } => {
            let data = json!({
                "post_id": post_id, "msg_count": msg_count, "msg_count_root": msg_count_root,
                "mention_count": member.mention_count, "mention_count_root": member.mention_count_root,
                "urgent_mention_count": member.urgent_mention_count, "last_viewed_at": member.last_viewed_at,
            });
            let broadcast = Broadcast::user(member.user_id).in_channel(member.channel_id).in_team(team_id);
            vec![deliver("post_unread", &data, &broadcast, Audience::user(member.user_id))]
        }
        Event::ReactionAdded(r) => {
            vec![to_channel("reaction_added", &event::nested("reaction", &reaction::Reaction::from(&r)), r.channel_id)]
        }
        Event::ReactionRemoved(r) => {
            vec![to_channel("reaction_removed", &event::nested("reaction", &reaction::Reaction::from(&r)), r.channel_id)]
        }
        Event::PostAcknowledged(acknowledgement) => {
            vec![acknowledgement_event("post_acknowledgement_added", &acknowledgement)]
        }
        Event::PostAcknowledgementRemoved(acknowledgement) => {
            vec![acknowledgement_event("post_acknowledgement_removed", &acknowledgement)]
        }
        Event::PersistentNotificationSent(posted) => {
            let data = event::posted(&posted, &post::Post::from(&posted.post));
            let (channel, team) = (posted.channel.id, posted.channel.team_id);
            let to_person = |user| {
                let broadcast = Broadcast::user(user).in_channel(channel).in_team(team);
                deliver("persistent_notification_triggered", &data, &broadcast, Audience::user(user))
            };
            posted.mentioned.iter().copied().map(to_person).collect()
        }
        Event::Typing { channel_id, user_id, parent_id } => {
            let data = json!({"parent_id": guildhall_wire::common::opt_id(parent_id), "user_id": user_id});
            let audience = Audience::channel(channel_id).omit_user(user_id);
            vec![deliver("typing", &data, &Broadcast::channel(channel_id).omit_user(user_id), audience)]
        }
        event @ (Event::ThreadUpdated { .. }
        | Event::ThreadFollowChanged { .. }
        | Event::ThreadRead { .. }
        | Event::AllThreadsRead { .. }) => thread_messages(event),
        event @ (Event::ChannelCreated { .. }
        | Event::ChannelUpdated(_)
        | Event::ChannelConverted { .. }
        | Event::ChannelArchived { .. }
        | Event::ChannelBookmarkCreated(_)
        | Event::ChannelBookmarkUpdated { .. }
        | Event::ChannelBookmarkDeleted(_)
        | Event::ChannelBookmarksSorted { .. }
        | Event::ChannelRestored { .. }
        | Event::ChannelViewed { .. }
        | Event::ChannelMemberUpdated(_)
        | Event::ChannelSchemeUpdated { .. }
        | Event::UserAdded { .. }
        | Event::UserRemoved { .. }
        | Event::DirectAdded { .. }
        | Event::GroupAdded { .. }) => channel_messages(event),
        event @ (Event::TeamCreated(_)
        | Event::TeamUpdated(_)
        | Event::TeamArchived(_)
        | Event::TeamRestored(_)
        | Event::AddedToTeam { .. }
        | Event::LeftTeam { .. }
        | Event::TeamMemberUpdated(_)
        | Event::TeamSchemeUpdated(_)) => team_messages(event),
        Event::NewUser { user_id } => {
            // The user is in no channel yet, so no guest may receive this.
            let audience = Audience::everyone().guests_in(Arc::default());
            vec![deliver("new_user", &json!({"user_id": user_id}), &Broadcast::default(), audience)]
        }
        Event::UserUpdated { user, channels } => user_updated_messages(&user, channels),
        Event::GuestRoleChanged { user_id } => vec![HubMessage::CloseUser(user_id)],
        Event::UserRoleUpdated { user_id, roles } => {
            vec![to_user("user_role_updated", &json!({"user_id": user_id, "roles": roles}), user_id)]
        }
        Event::StatusChanged(status) => {
            vec![to_user("status_change", &json!({"status": status.presence.name(), "user_id": status.user_id}), status.user_id)]
        }
        Event::PreferencesChanged { user_id, preferences } => vec![preferences_event("preferences_changed", user_id, &preferences)],
        Event::PreferencesDeleted { user_id, preferences } => vec![preferences_event("preferences_deleted", user_id, &preferences)],
        event @ (Event::DraftSaved { .. }
        | Event::DraftDeleted(_)
        | Event::ScheduledPostCreated(_)
        | Event::ScheduledPostUpdated(_)
        | Event::ScheduledPostDeleted(_)) => unsent_messages(event),
        Event::CategoryCreated { user_id, team_id, category_id } => {
            vec![to_user_in("sidebar_category_created", &json!({"category_id": category_id}), user_id, Some(team_id))]
        }
        Event::CategoriesUpdated { user_id, team_id, categories } => {
            let updated: Vec<_> = categories.iter().map(category::Category::from).collect();
            vec![to_user_in("sidebar_category_updated", &json!({"updatedCategories": json_string(&updated)}), user_id, team_id)]
        }
        Event::CategoryDeleted { user_id, team_id, category_id } => {
            vec![to_user_in("sidebar_category_deleted", &json!({"category_id": category_id}), user_id, Some(team_id))]
        }
        Event::CategoryOrderUpdated { user_id, team_id, order } => {
            vec![to_user_in("sidebar_category_order_updated", &json!({"order": order}), user_id, Some(team_id))]
        }
        Event::EmojiAdded { emoji, creator_channels } => {
            let data = |emoji| event::nested("emoji", &emoji::Emoji::from(emoji));
            let (full, hidden) = (data(emoji.clone()), data(emoji.without_creator()));
            let variant = |data, audience| deliver("emoji_added", data, &Broadcast::default(), audience);
            vec![
                variant(&full, Audience::everyone().guests_in(Arc::clone(&creator_channels))),
                variant(&hidden, Audience::everyone().only_guests_outside(creator_channels)),
            ]
        }
        event @ (Event::ProfileFieldCreated(_)
        | Event::ProfileFieldUpdated { .. }
        | Event::ProfileFieldDeleted { .. }
        | Event::ProfileValuesUpdated { .. }) => profile_attribute_messages(event),
        event @ (Event::GroupChanged { .. }
        | Event::GroupMembersAdded(_)
        | Event::GroupMembersRemoved { .. }
        | Event::GroupLinked { .. }
        | Event::GroupUnlinked { .. }) => group_messages(event),
        Event::RoleUpdated(changed) => vec![to_everyone("role_updated", &event::nested("role", &role::Role::from(&changed)))],
        Event::BoundRolesUpdated { roles, channel_id } => {
            let message = |changed: &guildhall_model::role::Role| {
                let data = event::nested("role", &role::Role::from(changed));
                channel_id.map_or_else(|| to_everyone("role_updated", &data), |channel| to_channel("role_updated", &data, channel))
            };
            roles.iter().map(message).collect()
        }
        Event::ConfigChanged { settings, server_info } => {
            vec![to_everyone("config_changed", &json!({"config": config::client_config(&settings, &server_info)}))]
        }
        Event::SessionRevoked { session_id, .. } => vec![HubMessage::CloseSession(session_id)],
        Event::AccessEnded { user_id } => vec![HubMessage::CloseUser(user_id)],
        // Internal events: not published to clients.
        Event::SchemeRolesChanged { .. }
        | Event::SessionUpdated { .. }
        | Event::AccountChanged { .. }
        | Event::AccountMailRequested { .. }
        | Event::InvitationMailRequested { .. }
        | Event::LoginFailuresReset { .. }
        | Event::LimitsChanged(_)
        | Event::OutgoingWebhooksChanged { .. }
        | Event::JobsQueued
        | Event::DeliveriesQueued => Vec::new(),
        Event::EventsLost => vec![HubMessage::CloseAll],
    }
}

/// A value as JSON in a string.
fn json_string(value: &impl Serialize) -> Value {
    Value::String(guildhall_wire::json::to_string(value).unwrap_or_default())
}

fn posted_message(posted: &Posted) -> HubMessage {
    to_channel("posted", &event::posted(posted, &post::Post::from(&posted.post)), posted.channel.id)
}

fn acknowledgement_event(name: &str, acknowledgement: &PostAcknowledgement) -> HubMessage {
    let data = event::nested("acknowledgement", &post_priority::Acknowledgement::from(acknowledgement));
    to_channel(name, &data, acknowledgement.channel_id)
}

fn thread_messages(event: Event) -> Vec<HubMessage> {
    match event {
        Event::ThreadUpdated { thread, readers } => {
            let update = thread::ThreadUpdate::new(&thread);
            let to_reader = |reader| Some(to_user_in("thread_updated", &update.data(reader)?, reader.user_id, thread.team_id));
            readers.iter().filter_map(to_reader).collect()
        }
        Event::ThreadFollowChanged { user_id, team_id, thread_id, following, reply_count } => {
            let data = json!({"thread_id": thread_id, "state": following, "reply_count": reply_count});
            vec![to_user_in("thread_follow_changed", &data, user_id, team_id)]
        }
        Event::ThreadRead {
            user_id,
            team_id,
            channel_id,
            thread_id,
            timestamp,
            unread_mentions,
            unread_replies,
            previous_unread_mentions,
            previous_unread_replies,
        } => {
            let data = json!({
                "thread_id": thread_id, "channel_id": channel_id, "timestamp": timestamp,
                "unread_mentions": unread_mentions, "unread_replies": unread_replies,
                "previous_unread_mentions": previous_unread_mentions, "previous_unread_replies": previous_unread_replies,
            });
            vec![to_user_in("thread_read_changed", &data, user_id, team_id)]
        }
        Event::AllThreadsRead { user_id, team_id, channel_id, timestamp } => {
            let mut broadcast = Broadcast::user(user_id).in_team(team_id);
            if let Some(channel) = channel_id {
                broadcast = broadcast.in_channel(channel);
            }
            vec![deliver("thread_read_changed", &json!({"timestamp": timestamp}), &broadcast, Audience::user(user_id))]
        }
        _ => Vec::new(),
    }
}

/// Fields are everybody's, values are for those who see the person.
fn profile_attribute_messages(event: Event) -> Vec<HubMessage> {
    let field_event = |name: &str, data: Value| vec![to_everyone(&format!("custom_profile_attributes_field_{name}"), &data)];
    match event {
        Event::ProfileFieldCreated(field) => field_event("created", json!({"field": profile_attribute::to_wire(&field)})),
        Event::ProfileFieldUpdated { field, deletes_values } => {
            field_event("updated", json!({"field": profile_attribute::to_wire(&field), "delete_values": deletes_values}))
        }
        Event::ProfileFieldDeleted { field_id } => field_event("deleted", json!({"field_id": field_id})),
        Event::ProfileValuesUpdated { user_id, values, audience, channels } => {
            let name = "custom_profile_attributes_values_updated";
            let data = json!({"user_id": user_id, "values": profile_attribute::values_to_wire(values)});
            let others = |channels| {
                let audience = Audience::everyone().omit_user(user_id).guests_in(channels);
                deliver(name, &data, &Broadcast::default().omit_user(user_id), audience)
            };
            let to_others = match audience {
                ValuesFor::All => Some(others(channels)),
                ValuesFor::Members => Some(others(Arc::default())),
                ValuesFor::Owner => None,
            };
            to_others.into_iter().chain([to_user(name, &data, user_id)]).collect()
        }
        _ => Vec::new(),
    }
}

/// Each new or former member gets the message about themselves. Guests get none about groups: whether a guest sees a group depends on
/// its members.
fn group_messages(event: Event) -> Vec<HubMessage> {
    let to_member = |name: &str, member: &group::GroupMember| to_user(name, &event::nested("group_member", member), member.user_id);
    match event {
        Event::GroupChanged { group, member_count, is_linked } => {
            let data = event::nested("group", &group::Group::new(group, Some(member_count), is_linked));
            vec![deliver("received_group", &data, &Broadcast::default(), Audience::everyone().guests_in(Arc::default()))]
        }
        Event::GroupLinked { group_id, target } => vec![link_message("received_group_associated_to", group_id, target)],
        Event::GroupUnlinked { group_id, target } => vec![link_message("received_group_not_associated_to", group_id, target)],
        Event::GroupMembersAdded(members) => {
            members.into_iter().map(|member| to_member("group_member_add", &group::GroupMember::from(member))).collect()
        }
        Event::GroupMembersRemoved { members, removed_at } => {
            let removed = members.into_iter().map(|member| group::GroupMember::ended(member, removed_at));
            removed.map(|member| to_member("group_member_deleted", &member)).collect()
        }
        _ => Vec::new(),
    }
}

fn link_message(name: &str, group: GroupId, target: LinkTarget) -> HubMessage {
    let (object, broadcast, audience) = match target {
        LinkTarget::Team(team) => ("team", Broadcast::team(team), Audience::team(team)),
        LinkTarget::Channel(channel) => ("channel", Broadcast::channel(channel), Audience::channel(channel)),
    };
    deliver(&format!("{name}_{object}"), &json!({"group_id": group}), &broadcast, audience.guests_in(Arc::default()))
}

fn team_messages(event: Event) -> Vec<HubMessage> {
    match event {
        // The creator receives `AddedToTeam`.
        Event::TeamCreated(_) => Vec::new(),
        Event::TeamUpdated(changed) => vec![team_event("update_team", &changed)],
        Event::TeamSchemeUpdated(changed) => vec![team_event("update_team_scheme", &changed)],
        Event::TeamArchived(archived) => vec![team_event("delete_team", &archived)],
        Event::TeamRestored(restored) => vec![team_event("restore_team", &restored)],
        Event::AddedToTeam { team_id, user_id } => {
            let data = json!({"team_id": team_id, "user_id": user_id});
            vec![HubMessage::JoinTeam { user: user_id, team: team_id }, to_user("added_to_team", &data, user_id)]
        }
        Event::LeftTeam { team_id, user_id, channels } => {
            let data = json!({"team_id": team_id, "user_id": user_id});
            let broadcast = Broadcast::team(team_id);
            vec![
                deliver("leave_team", &data, &broadcast, Audience::team(team_id).only_users([user_id])),
                deliver("leave_team", &data, &broadcast, Audience::team(team_id).omit_user(user_id).guests_in(channels)),
                HubMessage::LeaveTeam { user: user_id, team: team_id },
            ]
        }
        Event::TeamMemberUpdated(member) => {
            let user = member.user_id;
            vec![to_user("memberrole_updated", &event::nested("member", &team::TeamMember::from(member)), user)]
        }
        _ => Vec::new(),
    }
}

/// Published to all members of the team, so it has the public fields only.
fn team_event(name: &str, changed: &guildhall_model::team::Team) -> HubMessage {
    to_team(name, &event::nested("team", &team::Team::public(changed.clone())), changed.id)
}

/// The public fields to others, all fields to the user.
fn user_updated_messages(user: &User, channels: Arc<[ChannelId]>) -> Vec<HubMessage> {
    let broadcast = Broadcast::default().omit_user(user.id);
    let audience = Audience::everyone().omit_user(user.id).guests_in(channels);
    vec![
        deliver("user_updated", &json!({"user": user::User::public(user)}), &broadcast, audience),
        to_user("user_updated", &json!({"user": user::User::for_owner(user)}), user.id),
    ]
}

/// Drafts and scheduled posts are their author's only.
fn unsent_messages(event: Event) -> Vec<HubMessage> {
    let of_draft = |name, saved: WithFiles<Draft>| {
        let (user, channel) = (saved.user_id, saved.channel_id);
        let data = event::nested("draft", &draft::Draft::from(saved));
        vec![deliver(name, &data, &Broadcast::user(user).in_channel(channel), Audience::user(user))]
    };
    let of_post = |name, post: WithFiles<ScheduledPost>| {
        let user = post.draft.user_id;
        vec![to_user(name, &event::nested("scheduledPost", &draft::ScheduledPost::from(post)), user)]
    };
    match event {
        Event::DraftSaved { draft, is_new: true } => of_draft("draft_created", draft),
        Event::DraftSaved { draft, is_new: false } => of_draft("draft_updated", draft),
        Event::DraftDeleted(draft) => of_draft("draft_deleted", draft),
        Event::ScheduledPostCreated(post) => of_post("scheduled_post_created", post),
        Event::ScheduledPostUpdated(post) => of_post("scheduled_post_updated", post),
        Event::ScheduledPostDeleted(post) => of_post("scheduled_post_deleted", post),
        _ => Vec::new(),
    }
}

fn preferences_event(name: &str, user: UserId, preferences: &[guildhall_model::user::Preference]) -> HubMessage {
    let preferences: Vec<_> = preferences.iter().map(preference::Preference::from).collect();
    to_user(name, &event::nested("preferences", &preferences), user)
}
