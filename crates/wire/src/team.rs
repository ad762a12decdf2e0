//! Teams and their members.

use guildhall_model::id::{InviteId, TeamId, UserId};
use guildhall_model::team as model;
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize)]
pub struct Team {
    pub id: TeamId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub display_name: String,
    pub name: String,
    pub description: String,
    /// Empty for users who do not manage the team.
    pub email: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub company_name: String,
    pub allowed_domains: String,
    /// Empty for users who may not invite.
    pub invite_id: String,
    pub allow_open_invite: bool,
    pub last_team_icon_update: Millis,
    pub scheme_id: Option<String>,
    pub group_constrained: Option<bool>,
    pub policy_id: Option<String>,
    pub policy_enforced: bool,
}

impl From<model::TeamView> for Team {
    fn from(view: model::TeamView) -> Self {
        let invite_id: InviteId = view.team.invite_id;
        Self {
            email: if view.with_email { view.team.email.clone() } else { String::new() },
            invite_id: if view.with_invite_id { invite_id.to_string() } else { String::new() },
            ..Self::public(view.team)
        }
    }
}

impl Team {
    /// The fields for every user who may see the team.
    pub fn public(team: model::Team) -> Self {
        Self {
            id: team.id,
            create_at: team.create_at,
            update_at: team.update_at,
            delete_at: team.delete_at,
            display_name: team.display_name,
            name: team.name,
            description: team.description,
            email: String::new(),
            kind: team.kind.name(),
            company_name: team.company_name,
            allowed_domains: team.allowed_domains,
            invite_id: String::new(),
            allow_open_invite: team.allow_open_invite,
            last_team_icon_update: team.last_team_icon_update,
            scheme_id: team.scheme_id.map(|scheme| scheme.to_string()),
            group_constrained: None,
            policy_id: None,
            policy_enforced: false,
        }
    }
}

/// `POST /teams`
#[derive(Debug, Clone, Deserialize)]
pub struct NewTeam {
    pub name: String,
    pub display_name: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub company_name: String,
    #[serde(default)]
    pub allowed_domains: String,
    #[serde(default)]
    pub allow_open_invite: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct TeamExists {
    pub exists: bool,
}

/// The fields of a team that an invitation reveals.
#[derive(Debug, Clone, Serialize)]
pub struct TeamInviteInfo {
    pub id: TeamId,
    pub display_name: String,
    pub name: String,
    pub description: String,
}

impl From<model::Team> for TeamInviteInfo {
    fn from(team: model::Team) -> Self {
        Self { id: team.id, display_name: team.display_name, name: team.name, description: team.description }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct TeamMember {
    pub team_id: TeamId,
    pub user_id: UserId,
    pub roles: String,
    pub delete_at: Millis,
    pub scheme_guest: bool,
    pub scheme_user: bool,
    pub scheme_admin: bool,
    pub explicit_roles: String,
}

impl From<model::TeamMember> for TeamMember {
    fn from(member: model::TeamMember) -> Self {
        Self {
            roles: member.roles(),
            team_id: member.team_id,
            user_id: member.user_id,
            delete_at: member.delete_at,
            scheme_guest: member.scheme_guest,
            scheme_user: member.scheme_user,
            scheme_admin: member.scheme_admin,
            explicit_roles: member.explicit_roles,
        }
    }
}

/// `POST /teams/{team_id}/members`
#[derive(Debug, Clone, Deserialize)]
pub struct NewTeamMember {
    pub team_id: TeamId,
    pub user_id: UserId,
}

/// The result for one user of adding several with `?graceful=true`.
#[derive(Debug, Clone, Serialize)]
pub struct TeamMemberOrError {
    pub user_id: UserId,
    pub member: Option<TeamMember>,
    pub error: Option<crate::error::ErrorBody>,
}

/// `PUT /teams/{team_id}/patch` and `PUT /teams/{team_id}`: missing fields are not changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TeamPatch {
    pub id: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub company_name: Option<String>,
    pub allowed_domains: Option<String>,
    pub allow_open_invite: Option<bool>,
}

/// `PUT /teams/{team_id}/privacy` and `PUT /channels/{channel_id}/privacy`.
#[derive(Debug, Clone, Deserialize)]
pub struct Privacy {
    pub privacy: String,
}

/// `POST /teams/search`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TeamSearch {
    pub term: String,
    pub page: Option<i64>,
    pub per_page: Option<i64>,
    pub allow_open_invite: Option<bool>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TeamsWithCount {
    pub teams: Vec<Team>,
    pub total_count: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct TeamStats {
    pub team_id: TeamId,
    pub total_member_count: i64,
    pub active_member_count: i64,
}

/// `PUT .../members/{user_id}/roles`
#[derive(Debug, Clone, Deserialize)]
pub struct Roles {
    pub roles: String,
}

/// `PUT .../members/{user_id}/schemeRoles`
#[derive(Debug, Clone, Deserialize)]
pub struct SchemeRoles {
    pub scheme_user: bool,
    pub scheme_admin: bool,
    #[serde(default)]
    pub scheme_guest: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct TeamUnread {
    pub team_id: TeamId,
    pub msg_count: i64,
    pub msg_count_root: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub thread_count: i64,
    pub thread_mention_count: i64,
    pub thread_urgent_mention_count: i64,
}

impl TeamUnread {
    /// The thread counts are zero unless `with_threads`.
    pub fn of(unread: model::TeamUnread, with_threads: bool) -> Self {
        let thread_count = |count: i64| if with_threads { count } else { 0 };
        Self {
            team_id: unread.team_id,
            msg_count: unread.unread.msg_count,
            msg_count_root: unread.unread.msg_count_root,
            mention_count: unread.unread.mention_count,
            mention_count_root: unread.unread.mention_count_root,
            thread_count: thread_count(unread.threads),
            thread_mention_count: thread_count(unread.thread_mentions),
            thread_urgent_mention_count: 0,
        }
    }
}
