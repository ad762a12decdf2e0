//! System messages about changes of a channel: members that joined or left, changed texts.

use guildhall_model::Event;
use guildhall_model::channel::Channel;
use guildhall_model::group::Group;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::user::User;
use guildhall_storage::{self as storage, Granted};
use serde_json::{Map, Value};

use crate::access::Write;
use crate::channels::Channels;
use crate::posts::SystemMessage;

/// A system message. Clients replace the text with a translation by `kind` and `props`.
pub(crate) struct Notice {
    author: UserId,
    kind: &'static str,
    message: String,
    props: Map<String, Value>,
    mentioned: Vec<UserId>,
}

impl Notice {
    fn new(author: &User, kind: &'static str, message: String) -> Self {
        Self {
            author: author.id,
            kind,
            message,
            props: Map::from_iter([("username".to_owned(), author.username.clone().into())]),
            mentioned: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.props.insert(name.to_owned(), value.into());
        self
    }

    pub fn joined_channel(user: &User) -> Self {
        let kind = if user.is_guest() { "system_guest_join_channel" } else { "system_join_channel" };
        Self::new(user, kind, format!("{} has joined this channel.", user.username))
    }

    pub fn added_to_channel(author: &User, added: &User) -> Self {
        let kind = if added.is_guest() { "system_add_guest_to_chan" } else { "system_add_to_channel" };
        let message = format!("{} has added {} to this channel.", author.username, added.username);
        Self::new(author, kind, message).with_added_user(author, added)
    }

    /// Counts as a mention of the user.
    pub fn mentioning(self, user: &User) -> Self {
        Self { mentioned: vec![user.id], ..self }
    }

    pub fn joined_team(user: &User) -> Self {
        Self::new(user, "system_join_team", format!("{} has joined the team.", user.username))
    }

    pub fn added_to_team(author: &User, added: &User) -> Self {
        let message = format!("{} has added {} to the team.", author.username, added.username);
        Self::new(author, "system_add_to_team", message).with_added_user(author, added)
    }

    fn with_added_user(self, author: &User, added: &User) -> Self {
        self.with("userId", author.id.to_string()).with("addedUserId", added.id.to_string()).with("addedUsername", added.username.as_str())
    }

    /// One for all whom the group adds, now and later.
    pub fn group_added(author: &User, group: &Group, to: &str) -> Self {
        let message = format!("{} has added the group {} to this {to}: its members are added.", author.username, group.display_name);
        Self::new(author, "system_add_group", message).with("group_id", group.id.to_string()).with("group_name", group.name.as_str())
    }

    pub fn left_channel(user: &User) -> Self {
        Self::new(user, "system_leave_channel", format!("{} has left this channel.", user.username))
    }

    pub fn removed_from_channel(author: &User, removed: &User) -> Self {
        let message = format!("{} was removed from this channel.", removed.username);
        Self::new(author, "system_remove_from_channel", message)
            .with("removedUserId", removed.id.to_string())
            .with("removedUsername", removed.username.as_str())
    }

    pub fn left_team(user: &User) -> Self {
        Self::new(user, "system_leave_team", format!("{} has left the team.", user.username))
    }

    pub fn removed_from_team(removed: &User) -> Self {
        Self::new(removed, "system_remove_from_team", format!("{} was removed from the team.", removed.username))
    }

    pub fn archived(author: &User) -> Self {
        Self::new(author, "system_channel_deleted", format!("{} has archived this channel.", author.username))
    }

    pub fn restored(author: &User) -> Self {
        Self::new(author, "system_channel_restored", format!("{} has brought this channel back from the archive.", author.username))
    }

    pub fn converted(author: &User, is_private: bool) -> Self {
        let kind = if is_private { "private" } else { "public" };
        Self::new(author, "system_change_chan_privacy", format!("{} has made this a {kind} channel.", author.username))
    }

    pub fn moved(author: &User, from_team: &str) -> Self {
        let message = format!("This channel was moved here from the team {from_team}.");
        Self::new(author, "system_move_channel", message).with("previous_team", from_team)
    }

    pub fn group_became_channel(author: &User, members: &[UserId]) -> Self {
        let members: Vec<String> = members.iter().map(ToString::to_string).collect();
        Self::new(author, "system_gm_to_channel", format!("{} has made a private channel of this group message.", author.username))
            .with("convertedByUserId", author.id.to_string())
            .with("gmMembersDuringConversionIDs", members)
    }

    /// A notice for each changed text of the channel.
    pub fn changes(author: &User, old: &Channel, new: &Channel) -> Vec<Self> {
        let texts = [
            ("name", "system_displayname_change", ("old_displayname", &old.display_name), ("new_displayname", &new.display_name)),
            ("header", "system_header_change", ("old_header", &old.header), ("new_header", &new.header)),
            ("purpose", "system_purpose_change", ("old_purpose", &old.purpose), ("new_purpose", &new.purpose)),
        ];
        let changed = texts.into_iter().filter(|(_, _, old, new)| old.1 != new.1);
        changed
            .map(|(text_name, kind, old, new)| {
                let message = match (old.1.is_empty(), new.1.is_empty()) {
                    (_, true) => format!("{} has removed the channel's {text_name} (was: {})", author.username, old.1),
                    (true, false) => format!("{} has set the channel's {text_name} to: {}", author.username, new.1),
                    (false, false) => format!("{} has changed the channel's {text_name} from: {} to: {}", author.username, old.1, new.1),
                };
                Self::new(author, kind, message).with(old.0, old.1.as_str()).with(new.0, new.1.as_str())
            })
            .collect()
    }
}

impl Channels<'_> {
    /// Adds a notice to the batch of the change, and its event to `events`.
    pub(crate) fn add_notice(
        &self,
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
        (id, channel): (Granted<ChannelId, storage::Write>, &Channel),
        notice: Notice,
    ) {
        let Notice { author, kind, message, props, mentioned } = notice;
        let (statements, event) = self.posts().system_message(id, channel, SystemMessage { author, kind, message, props, mentioned });
        write.extend(statements);
        events.push(event);
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::channel::ChannelKind;

    use serde_json::json;

    use super::*;

    fn channel(header: &str, purpose: &str) -> Channel {
        Channel {
            id: "63qzcicqxiypuruh4xbju8hydc".parse().unwrap(),
            create_at: Millis::ZERO,
            update_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            team_id: None,
            kind: ChannelKind::Public,
            name: "dev".to_owned(),
            display_name: "Dev".to_owned(),
            header: header.to_owned(),
            purpose: purpose.to_owned(),
            creator_id: None,
            last_post_at: Millis::ZERO,
            last_root_post_at: Millis::ZERO,
            total_msg_count: 0,
            total_msg_count_root: 0,
            scheme_id: None,
        }
    }

    fn user() -> User {
        User {
            id: "cwthgt1mntfemeumraxdpwzdne".parse().unwrap(),
            create_at: Millis::ZERO,
            update_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            username: "bob".to_owned(),
            email: String::new(),
            email_verified: false,
            nickname: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            position: String::new(),
            roles: String::new(),
            notify_props: Default::default(),
            props: Default::default(),
            timezone: Default::default(),
            locale: String::new(),
            last_password_update: Millis::ZERO,
            last_picture_update: Millis::ZERO,
            failed_attempts: 0,
            is_bot: false,
            has_second_factor: false,
        }
    }

    #[test]
    fn each_changed_text_has_one_notice() {
        let notices = Notice::changes(&user(), &channel("see docs", "build"), &channel("new header", "build"));
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].kind, "system_header_change");
        assert_eq!(
            Value::Object(notices[0].props.clone()),
            json!({ "username": "bob", "old_header": "see docs", "new_header": "new header" })
        );
        assert!(Notice::changes(&user(), &channel("a", "b"), &channel("a", "b")).is_empty());
    }
}
