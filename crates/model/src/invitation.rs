//! Invitations to a team: to one mail address, or by a link that may be used several times; for members or for guests.

use crate::id::{ChannelId, InvitationId, TeamId, UserId};
use crate::time::Millis;

/// Addresses that one request invites.
pub const EMAILS_MAX: usize = 100;
/// Channels that an invitation names.
pub const CHANNELS_MAX: usize = 50;
/// Characters of what the inviter writes to those who are invited.
pub const MESSAGE_CHARS_MAX: usize = 2_000;
/// People that may come by one link.
pub const USES_MAX: i64 = 10_000;
/// How long an invitation by mail is valid, as in Mattermost. The mails say it.
pub const MAIL_VALID_MS: i64 = 48 * 60 * 60 * 1000;
/// How long a link is valid if nothing else is asked for, and at most.
pub const LINK_VALID_MS: i64 = 7 * 24 * 60 * 60 * 1000;
pub const LINK_VALID_MS_MAX: i64 = 366 * 24 * 60 * 60 * 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub team_id: TeamId,
    /// The only address that may use it; empty for a link, which everybody who has it may use.
    pub email: String,
    /// It is for guests, who see its channels only.
    pub is_guest: bool,
    pub channels: Vec<ChannelId>,
    /// From the inviter to those who are invited; may be empty.
    pub message: String,
    pub created_by: UserId,
    pub create_at: Millis,
    pub expires_at: Millis,
    pub uses_left: i64,
    /// When the access of guests who come by it ends; zero for never.
    pub guest_expires_at: Millis,
}

impl Invitation {
    pub const fn is_by_mail(&self) -> bool {
        !self.email.is_empty()
    }
}
