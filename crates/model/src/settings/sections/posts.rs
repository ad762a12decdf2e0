//! The settings of the section `posts`.

use serde::{Deserialize, Serialize};

use crate::settings::Audience;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::message_size::{MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN};
use crate::settings::rule::{at_least, between};

section! {
    /// Messages.
    posts: Posts {
        /// The largest message, in bytes. Messages are measured in characters, of which each has four bytes at most: a
        /// quarter of this. Messages that are longer already stay.
        max_message_bytes: usize = 65_535 => {
            rule: between(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
            config: &[key("ServiceSettings", "MaxMessageBytes")],
        }
        /// How long people may edit their posts, in seconds; -1 for ever.
        edit_time_limit_seconds: i64 = -1 => {
            rule: at_least(-1),
            config: &[key("ServiceSettings", "PostEditTimeLimit")], client: &["PostEditTimeLimit"],
        }
        /// Whether the server keeps what people have begun to write, so that it is the same on all their devices. Drafts that it
        /// has already stay, but are not shown.
        drafts: bool = true => {
            config: &[key("ServiceSettings", "AllowSyncedDrafts")], client: &["AllowSyncedDrafts"],
        }
        /// Whether people may schedule messages. Those that are scheduled already wait while this is off; they can be deleted.
        scheduled: bool = true => {
            config: &[key("ServiceSettings", "ScheduledPosts")], client: &["ScheduledPosts"],
        }
        /// Whether people may add emoji of their own.
        custom_emoji: bool = true => {
            config: &[key("ServiceSettings", "EnableCustomEmoji")],
            client: &["EnableCustomEmoji"], audience: Audience::Public,
        }
        /// Whether messages can be marked as important or urgent, and ask for acknowledgements.
        priority: bool = true => {
            config: &[key("ServiceSettings", "PostPriority")], client: &["PostPriority", "PostAcknowledgements"],
        }
        /// Whether urgent messages can notify the people whom they mention repeatedly, until one of them replies, reacts or
        /// acknowledges the message.
        persistent_notifications: bool = true => {
            config: &[key("ServiceSettings", "AllowPersistentNotifications")], client: &["AllowPersistentNotifications"],
        }
        /// Whether guests can send such messages, too.
        persistent_notifications_for_guests: bool = false => {
            config: &[key("ServiceSettings", "AllowPersistentNotificationsForGuests")],
            client: &["AllowPersistentNotificationsForGuests"],
        }
        /// After how many minutes people are notified again.
        persistent_notification_interval_minutes: i64 = 5 => {
            rule: between(2, 1_440),
            config: &[key("ServiceSettings", "PersistentNotificationIntervalMinutes")],
            client: &["PersistentNotificationIntervalMinutes"],
        }
        /// How often people are notified again of one message.
        persistent_notifications_max: i64 = 6 => {
            rule: between(1, 100),
            config: &[key("ServiceSettings", "PersistentNotificationMaxCount")],
            client: &["PersistentNotificationMaxCount"],
        }
        /// How many people one message can notify repeatedly.
        persistent_notification_recipients_max: usize = 5 => {
            rule: between(1, 1_000),
            config: &[key("ServiceSettings", "PersistentNotificationMaxRecipients")],
            client: &["PersistentNotificationMaxRecipients"],
        }
    }
}
