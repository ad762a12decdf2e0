//! Who may send messages with which priority.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::UserId;
use guildhall_model::post::{Post, PriorityLevel};
use guildhall_model::{Actor, Result};

use crate::posts::Posts;

impl Posts<'_> {
    /// `mentioned` are the people whom the post mentions.
    pub(super) fn check_priority(&self, actor: &Actor, post: &Post, mentioned: &[UserId]) -> Result<()> {
        let priority = post.priority;
        if priority.is_default() {
            return Ok(());
        }
        let settings = &self.settings().posts;
        if !settings.priority {
            return Err(codes::PRIORITY_DISABLED.into());
        }
        if !priority.persistent_notifications {
            return Ok(());
        }
        let is_allowed = settings.persistent_notifications && (!actor.is_guest || settings.persistent_notifications_for_guests);
        if !is_allowed {
            return Err(codes::PERSISTENT_DISABLED.into());
        }
        if priority.level != PriorityLevel::Urgent {
            return Err(codes::PERSISTENT_NOT_URGENT.into());
        }
        if mentioned.is_empty() {
            return Err(codes::PERSISTENT_OF_NOBODY.into());
        }
        let limit = settings.persistent_notification_recipients_max;
        if mentioned.len() > limit {
            return Err(codes::PERSISTENT_OF_TOO_MANY.with("limit", limit));
        }
        Ok(())
    }
}
