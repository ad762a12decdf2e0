//! Moderation of a channel: what its members and guests may do there less than elsewhere. Administrators of the channel are never
//! restricted.

use std::collections::BTreeSet;

use super::ChannelKind;
use crate::Permission::{self, *};

/// What can be taken from the members and guests of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moderation {
    CreatePost,
    CreateReactions,
    ManageMembers,
    UseChannelMentions,
    ManageBookmarks,
}

impl Moderation {
    pub const ALL: &[Self] =
        &[Self::CreatePost, Self::CreateReactions, Self::ManageMembers, Self::UseChannelMentions, Self::ManageBookmarks];

    pub const fn name(self) -> &'static str {
        match self {
            Self::CreatePost => "create_post",
            Self::CreateReactions => "create_reactions",
            Self::ManageMembers => "manage_members",
            Self::UseChannelMentions => "use_channel_mentions",
            Self::ManageBookmarks => "manage_bookmarks",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|moderation| moderation.name() == name)
    }

    /// Guests never manage members or bookmarks.
    pub const fn is_for_guests(self) -> bool {
        !matches!(self, Self::ManageMembers | Self::ManageBookmarks)
    }

    /// In channels of every kind: what is taken in a public channel stays taken when the channel becomes private.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::CreatePost => &[CreatePost],
            Self::CreateReactions => &[AddReaction, RemoveReaction],
            Self::ManageMembers => &[ManagePublicChannelMembers, ManagePrivateChannelMembers],
            Self::UseChannelMentions => &[UseChannelMentions],
            Self::ManageBookmarks => &[
                AddBookmarkPublicChannel,
                EditBookmarkPublicChannel,
                DeleteBookmarkPublicChannel,
                OrderBookmarkPublicChannel,
                AddBookmarkPrivateChannel,
                EditBookmarkPrivateChannel,
                DeleteBookmarkPrivateChannel,
                OrderBookmarkPrivateChannel,
            ],
        }
    }

    /// Whether the permissions allow it in a channel of this kind.
    pub fn is_allowed_by(self, permissions: &BTreeSet<Permission>, kind: ChannelKind) -> bool {
        let is_for_kind = |permission: &Permission| match kind {
            ChannelKind::Public => !permission.name().contains("_private_"),
            _ => !permission.name().contains("_public_"),
        };
        self.permissions().iter().any(|permission| is_for_kind(permission) && permissions.contains(permission))
    }
}

/// Whether a channel's own scheme decides on the permission, besides the roles above it.
pub fn is_moderated(permission: Permission) -> bool {
    Moderation::ALL.iter().any(|moderation| moderation.permissions().contains(&permission))
}

/// What a role of a channel's own scheme allows: as much as the role above it, except for what is moderated and it does not have.
pub fn bounded(own: &BTreeSet<Permission>, above: &BTreeSet<Permission>) -> BTreeSet<Permission> {
    above.iter().copied().filter(|permission| !is_moderated(*permission) || own.contains(permission)).collect()
}

/// What a person's moderation of a channel shows: allowed now, and whether it can be allowed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModeratedRole {
    pub value: bool,
    /// The role above allows it.
    pub enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelModeration {
    pub moderation: Moderation,
    pub members: ModeratedRole,
    /// `None` where guests never may.
    pub guests: Option<ModeratedRole>,
}

/// A change; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModerationPatch {
    pub moderation: Moderation,
    pub members: Option<bool>,
    pub guests: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moderation_has_permissions_for_both_kinds() {
        for moderation in Moderation::ALL {
            let all: BTreeSet<Permission> = moderation.permissions().iter().copied().collect();
            assert!(moderation.is_allowed_by(&all, ChannelKind::Public) && moderation.is_allowed_by(&all, ChannelKind::Private));
            assert_eq!(Moderation::from_name(moderation.name()), Some(*moderation));
        }
        let public: BTreeSet<Permission> = [ManagePublicChannelMembers].into();
        assert!(Moderation::ManageMembers.is_allowed_by(&public, ChannelKind::Public));
        assert!(!Moderation::ManageMembers.is_allowed_by(&public, ChannelKind::Private));
    }

    #[test]
    fn a_channels_own_role_only_restricts() {
        let above: BTreeSet<Permission> = [ReadChannel, CreatePost, UploadFile].into();
        let own: BTreeSet<Permission> = [AddReaction, ManageChannelRoles].into();
        assert_eq!(bounded(&own, &above), [ReadChannel, UploadFile].into());
        assert_eq!(bounded(&above, &above), above);
    }
}
