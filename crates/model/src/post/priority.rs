//! The priority of messages, and who has acknowledged them.

use serde_json::{Map, Value};

use crate::id::{ChannelId, PostId, UserId};
use crate::time::Millis;

/// The label that a message is shown with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PriorityLevel {
    #[default]
    Standard,
    Important,
    Urgent,
}

impl PriorityLevel {
    /// As clients and the database name it; empty for messages without a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "",
            Self::Important => "important",
            Self::Urgent => "urgent",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            // Some clients name what others leave empty.
            "" | "standard" => Some(Self::Standard),
            "important" => Some(Self::Important),
            "urgent" => Some(Self::Urgent),
            _ => None,
        }
    }
}

/// How a message that starts a thread is shown, and what its author asks of its readers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostPriority {
    pub level: PriorityLevel,
    pub requested_ack: bool,
    /// Whether the people whom it mentions are notified again until one of them responds.
    pub persistent_notifications: bool,
}

impl PostPriority {
    /// Whether it is that of every other message.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// From what clients say, where nothing is the default. `None` where there is no such level.
    pub fn from_parts(level: Option<&str>, requested_ack: Option<bool>, persistent_notifications: Option<bool>) -> Option<Self> {
        Some(Self {
            level: PriorityLevel::from_name(level.unwrap_or_default())?,
            requested_ack: requested_ack.unwrap_or_default(),
            persistent_notifications: persistent_notifications.unwrap_or_default(),
        })
    }

    /// From the object that drafts keep as clients have sent it: `{"priority": "urgent", "requested_ack": true}`. `None` where it is of
    /// another form, or there is no such level; the empty text is the default.
    pub fn from_json(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        let flag = |name| match object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => value.as_bool().map(Some),
        };
        let level = match object.get("priority") {
            None | Some(Value::Null) => None,
            Some(name) => Some(name.as_str()?),
        };
        Self::from_parts(level, flag("requested_ack")?, flag("persistent_notifications")?)
    }
}

/// That somebody has acknowledged a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostAcknowledgement {
    pub post_id: PostId,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub acknowledged_at: Millis,
}

/// When somebody is to be reminded of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostReminder {
    pub user_id: UserId,
    pub post_id: PostId,
    pub target_at: Millis,
    pub create_at: Millis,
}

/// A message whose mentioned people are notified again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersistentNotification {
    pub post_id: PostId,
    /// When they are notified next.
    pub next_at: Millis,
    pub sent_count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_read_as_clients_write_them() {
        let urgent = PostPriority { level: PriorityLevel::Urgent, requested_ack: true, persistent_notifications: false };
        let written = r#"{"priority":"urgent","requested_ack":true,"persistent_notifications":null,"post_id":"x"}"#;
        assert_eq!(PostPriority::from_json(written), Some(urgent));
        for default in ["", "{}", r#"{"priority":""}"#, r#"{"priority":null}"#, r#"{"priority":"standard"}"#] {
            assert_eq!(PostPriority::from_json(default), Some(PostPriority::default()), "{default}");
        }
        for invalid in ["[]", "urgent", r#"{"priority":"panic"}"#, r#"{"priority":1}"#, r#"{"requested_ack":"yes"}"#] {
            assert_eq!(PostPriority::from_json(invalid), None, "{invalid}");
        }
    }
}
