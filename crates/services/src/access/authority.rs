//! Who obtained a grant, and by what right. That decides, in one place, which writes are recorded in the audit trail:
//! those to what belongs to others or is shared. Decided where the grant is made, never by a use case.

use std::net::IpAddr;

use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Permission};

/// Who acts, and from where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// `None` for the server itself and for the local administrator.
    pub user_id: Option<UserId>,
    pub address: Option<IpAddr>,
    pub session_id: Option<SessionId>,
    pub is_local: bool,
}

impl Origin {
    pub fn of(actor: &Actor) -> Self {
        let session_id = matches!(actor.auth_method, AuthMethod::Session | AuthMethod::OAuth).then_some(actor.session_id);
        let user_id = actor.has_account().then_some(actor.user_id);
        Self {
            user_id,
            address: actor.address,
            session_id,
            is_local: matches!(actor.auth_method, AuthMethod::Local | AuthMethod::LocalAccount),
        }
    }
}

/// How a grant was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority {
    pub(super) origin: Origin,
    /// A write under the grant does not commit without an audit record.
    pub(super) is_recorded: bool,
}

impl Authority {
    /// The server acts by itself, with no actor.
    pub(super) const SERVER: Self =
        Self { origin: Origin { user_id: None, address: None, session_id: None, is_local: false }, is_recorded: false };

    /// The actor's own account and messages.
    pub(super) fn own(actor: &Actor) -> Self {
        Self { origin: Origin::of(actor), is_recorded: false }
    }

    /// What belongs to somebody else.
    pub(super) fn over_others(actor: &Actor) -> Self {
        Self { origin: Origin::of(actor), is_recorded: true }
    }

    /// By a permission that the actor has everywhere.
    pub(super) fn of_permission(actor: &Actor, permission: Permission) -> Self {
        Self { origin: Origin::of(actor), is_recorded: !is_ordinary(permission) }
    }

    /// By a permission in a channel or team. `as_member`: the actor has it by its membership, not only by a role of the system.
    pub(super) fn in_object(actor: &Actor, permission: Permission, as_member: bool) -> Self {
        let is_program = actor.is_bot || actor.auth_method == AuthMethod::Integration;
        // Roles let programs post where they are no members: their messages are recorded as little as those of members.
        Self { origin: Origin::of(actor), is_recorded: !is_ordinary(permission) || !as_member && !is_program }
    }

    /// The same actor, for what belongs to somebody else if `is_others`.
    pub(super) const fn extended_to(self, is_others: bool) -> Self {
        Self { origin: self.origin, is_recorded: self.is_recorded || is_others }
    }
}

/// Permissions for one's own messages, reactions, files and memberships. Every other permission that allows writing changes
/// what is shared or belongs to others, and each use of it is recorded.
pub(super) fn is_ordinary(permission: Permission) -> bool {
    use Permission::*;
    permission.is_read_only()
        || matches!(
            permission,
            AddReaction
                | CreateDirectChannel
                | CreateGroupChannel
                | CreatePost
                | CreatePostEphemeral
                | CreatePostPublic
                | DeletePost
                | EditPost
                | JoinPublicChannels
                | JoinPublicTeams
                | RemoveReaction
                | UploadFile
                | UseChannelMentions
                | UseGroupMentions
                | UseSlashCommands
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In words, so that a new permission that is not recorded is a decision.
    #[test]
    fn the_permissions_whose_use_is_not_recorded() {
        let ordinary = |permission: &&Permission| is_ordinary(**permission) && !permission.is_read_only();
        let names: Vec<&str> = Permission::ALL.iter().filter(ordinary).map(|permission| permission.name()).collect();
        assert_eq!(
            names.join(" "),
            "add_reaction create_post create_post_ephemeral create_post_public delete_post edit_post remove_reaction upload_file \
             use_channel_mentions use_group_mentions use_slash_commands create_direct_channel create_group_channel join_public_teams \
             join_public_channels"
        );
    }

    #[test]
    fn what_only_a_role_of_the_system_allows_is_recorded_except_for_programs() {
        let person = Actor { auth_method: AuthMethod::Session, ..Actor::local_administrator() };
        let bot = Actor { is_bot: true, ..person.clone() };
        let recorded = |actor: &Actor, permission, as_member| Authority::in_object(actor, permission, as_member).is_recorded;
        assert!(!recorded(&person, Permission::CreatePost, true));
        assert!(recorded(&person, Permission::CreatePost, false));
        assert!(!recorded(&bot, Permission::CreatePost, false));
        for actor in [&person, &bot] {
            assert!(recorded(actor, Permission::ManagePublicChannelProperties, true));
            assert!(recorded(actor, Permission::DeleteOthersPosts, true));
        }
    }
}
