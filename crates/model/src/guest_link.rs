//! Guest links: whoever has one becomes a guest of one channel. A guest link is an invitation with further terms.

use crate::id::ChannelId;
use crate::invitation::Invitation;

/// Characters of the password of a guest link.
pub const PASSWORD_CHARS_MIN: usize = 6;
pub const PASSWORD_CHARS_MAX: usize = 128;
/// People that the list of a link names, the latest first.
pub const VISITORS_MAX: i64 = 200;

/// What a guest link has besides its invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestLinkTerms {
    pub channel_id: ChannelId,
    /// Of the password that the link takes; empty for none.
    pub password_hash: String,
    /// New guests come in after they have entered a code that was mailed to them.
    pub takes_code: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestLink {
    pub invitation: Invitation,
    pub terms: GuestLinkTerms,
}

impl GuestLink {
    pub const fn takes_password(&self) -> bool {
        !self.terms.password_hash.is_empty()
    }
}
