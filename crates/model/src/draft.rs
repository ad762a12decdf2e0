//! Messages that are not sent yet: drafts, which are the same on all devices of a person, and scheduled posts.

use std::ops::Deref;

use crate::Millis;
use crate::file::FileInfo;
use crate::id::{ChannelId, FileId, PostId, ScheduledPostId, UserId};
use crate::post::PostProps;

/// Drafts of one person.
pub const DRAFTS_MAX: i64 = 200;
/// Scheduled posts of one person, with those that could not be sent.
pub const SCHEDULED_POSTS_MAX: i64 = 200;
/// Maximum length of the properties as JSON text. Clients keep little in them, and all drafts are sent in one answer.
pub const PROPS_BYTES_MAX: usize = 8 * 1024;
/// Maximum length of the priority as JSON text.
pub const PRIORITY_BYTES_MAX: usize = 512;
/// How long the files of a draft stay after it was saved last.
pub const FILES_KEPT_MS: i64 = 30 * DAY_MS;
/// How far in the future a post can be scheduled.
pub const SCHEDULE_AHEAD_MS_MAX: i64 = 5 * 366 * DAY_MS;
/// A post that could not be sent for so long, because the server was stopped, is not sent any more.
pub const SEND_LATE_MS_MAX: i64 = DAY_MS;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What somebody has begun to write in a channel or thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub root_id: Option<PostId>,
    pub create_at: Millis,
    pub update_at: Millis,
    pub message: String,
    pub kind: String,
    pub props: PostProps,
    pub file_ids: Vec<FileId>,
    /// A JSON object as clients send it, or empty.
    pub priority: String,
}

/// A message that is sent later.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduledPost {
    pub id: ScheduledPostId,
    pub draft: Draft,
    pub scheduled_at: Millis,
    /// When sending it failed; zero for those that wait.
    pub processed_at: Millis,
    /// Why it could not be sent.
    pub error: Option<SendError>,
}

/// Why a scheduled post could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    Unknown,
    ChannelArchived,
    ChannelNotFound,
    UserMissing,
    UserDeleted,
    NoChannelPermission,
    NoChannelMember,
    ThreadDeleted,
    UnableToSend,
    InvalidPost,
}

impl SendError {
    const ALL: [Self; 10] = [
        Self::Unknown,
        Self::ChannelArchived,
        Self::ChannelNotFound,
        Self::UserMissing,
        Self::UserDeleted,
        Self::NoChannelPermission,
        Self::NoChannelMember,
        Self::ThreadDeleted,
        Self::UnableToSend,
        Self::InvalidPost,
    ];

    /// Mattermost's name of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::ChannelArchived => "channel_archived",
            Self::ChannelNotFound => "channel_not_found",
            Self::UserMissing => "user_missing",
            Self::UserDeleted => "user_deleted",
            Self::NoChannelPermission => "no_channel_permission",
            Self::NoChannelMember => "no_channel_member",
            Self::ThreadDeleted => "thread_deleted",
            Self::UnableToSend => "unable_to_send",
            Self::InvalidPost => "invalid_post",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.name() == name)
    }
}

/// A draft or scheduled post with its files. Dereferences to it.
#[derive(Debug, Clone, PartialEq)]
pub struct WithFiles<T> {
    pub item: T,
    pub files: Vec<FileInfo>,
}

impl<T> Deref for WithFiles<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_by_their_names() {
        assert!(SendError::ALL.into_iter().all(|error| SendError::from_name(error.name()) == Some(error)));
        assert_eq!(SendError::from_name(""), None);
    }
}
