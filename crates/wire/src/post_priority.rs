//! The priority of posts, acknowledgements and reminders.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::{PostAcknowledgement, PostPriority};
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

/// The priority of a post, as clients see it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Priority {
    priority: &'static str,
    requested_ack: bool,
    persistent_notifications: bool,
}

impl From<PostPriority> for Priority {
    fn from(priority: PostPriority) -> Self {
        Self {
            priority: priority.level.name(),
            requested_ack: priority.requested_ack,
            persistent_notifications: priority.persistent_notifications,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Acknowledgement {
    user_id: UserId,
    post_id: PostId,
    channel_id: ChannelId,
    acknowledged_at: Millis,
}

impl From<&PostAcknowledgement> for Acknowledgement {
    fn from(acknowledgement: &PostAcknowledgement) -> Self {
        Self {
            user_id: acknowledgement.user_id,
            post_id: acknowledgement.post_id,
            channel_id: acknowledgement.channel_id,
            acknowledged_at: acknowledgement.acknowledged_at,
        }
    }
}

/// What a new post says beside its text; the rest of its metadata is the server's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewMetadata {
    pub priority: Option<NewPriority>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewPriority {
    pub priority: Option<String>,
    pub requested_ack: Option<bool>,
    pub persistent_notifications: Option<bool>,
}

impl NewPriority {
    /// `None` where there is no such level.
    pub fn to_model(&self) -> Option<PostPriority> {
        PostPriority::from_parts(self.priority.as_deref(), self.requested_ack, self.persistent_notifications)
    }
}

/// The time of a reminder, in seconds since 1970.
#[derive(Debug, Clone, Deserialize)]
pub struct NewReminder {
    pub target_time: i64,
}
