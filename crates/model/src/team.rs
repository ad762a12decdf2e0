//! Teams and their members.

mod rules;

pub use rules::*;

use crate::channel::Unread;
use crate::id::{InviteId, SchemeId, TeamId, UserId};
use crate::time::Millis;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamKind {
    Open,
    InviteOnly,
}

impl TeamKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "O",
            Self::InviteOnly => "I",
        }
    }
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::InviteOnly].into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub email: String,
    pub kind: TeamKind,
    pub company_name: String,
    pub allowed_domains: String,
    pub invite_id: InviteId,
    /// Any user of the server may find and join the team.
    pub allow_open_invite: bool,
    pub last_team_icon_update: Millis,
    /// Whose roles its members have, and those of its channels that have no scheme.
    pub scheme_id: Option<SchemeId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    pub team_id: TeamId,
    pub user_id: UserId,
    pub scheme_guest: bool,
    pub scheme_user: bool,
    pub scheme_admin: bool,
    /// Further roles by name, space-separated.
    pub explicit_roles: String,
    pub create_at: Millis,
    /// When the user left the team; zero for a member.
    pub delete_at: Millis,
    /// That of the team. Not stored with the membership.
    pub scheme_id: Option<SchemeId>,
}

impl TeamMember {
    /// Every role of the member in the team, space-separated.
    pub fn roles(&self) -> String {
        crate::member_roles("team", self.scheme_id, self.scheme_guest, self.scheme_user, self.scheme_admin, &self.explicit_roles)
    }
}

/// A team with the fields that one user may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamView {
    pub team: Team,
    /// Whether the user may manage the team.
    pub with_email: bool,
    /// Whether the user may invite to the team.
    pub with_invite_id: bool,
}

/// What a user has not read in a team; direct and group messages belong to no team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamUnread {
    pub team_id: TeamId,
    pub unread: Unread,
    pub threads: i64,
    pub thread_mentions: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamStats {
    pub total_member_count: i64,
    pub active_member_count: i64,
}
