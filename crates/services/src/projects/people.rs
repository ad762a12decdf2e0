//! With whom a project begins: its maker, the people and groups of the template, and who is named for this project.

use std::collections::BTreeSet;

use guildhall_model::codes::projects as codes;
use guildhall_model::id::UserId;
use guildhall_model::project::{MEMBERS_MAX, TemplateContent};
use guildhall_model::role::{CHANNEL_ADMIN, CHANNEL_USER};
use guildhall_model::user::User;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{groups, team_members, users};

use crate::access::{TeamGrant, Writing};
use crate::projects::Projects;

pub(super) struct People {
    /// In the order of their ids, in which their rows are locked.
    pub members: Vec<User>,
    /// People of the template and of its groups who are not in the team any more, or have no active account.
    pub skipped: Vec<UserId>,
}

impl Projects<'_> {
    pub(super) async fn people(
        &self,
        grant: &Writing<TeamGrant>,
        actor: &Actor,
        content: &TemplateContent,
        named: &[UserId],
    ) -> Result<People> {
        let db = self.access.read(grant);
        let mut groups_in_use = Vec::new();
        for id in &content.group_ids {
            groups_in_use.extend(groups::get(db, *id).await?.filter(|group| !group.is_archived()).map(|group| group.id));
        }
        let mut wanted: BTreeSet<UserId> = named.iter().chain(&content.member_ids).copied().collect();
        if !groups_in_use.is_empty() {
            // One more than there may be, so that too many are noticed.
            let of_groups = groups::member_ids(db, &groups_in_use, None, MEMBERS_MAX as i64 * content.group_ids.len() as i64 + 1).await?;
            wanted.extend(of_groups.into_iter().map(|(_, user)| user));
        }
        wanted.insert(actor.user_id);
        let ids: Vec<UserId> = wanted.into_iter().collect();
        if ids.len() > MEMBERS_MAX {
            return Err(codes::MEMBERS_TOO_MANY.with("max", MEMBERS_MAX));
        }
        let in_team: BTreeSet<UserId> =
            team_members::by_ids(db, grant.id(), &ids, None).await?.into_iter().map(|member| member.user_id).collect();
        let mut members = users::by_ids(db, &ids).await?;
        members.retain(|user| user.is_active() && in_team.contains(&user.id));
        members.sort_unstable_by_key(|user| user.id);
        let is_there = |id: &UserId| members.binary_search_by_key(id, |user| user.id).is_ok();
        if !named.iter().all(is_there) {
            return Err(codes::MEMBER_INVALID.into());
        }
        let skipped = ids.into_iter().filter(|id| !is_there(id)).collect();
        Ok(People { members, skipped })
    }

    /// Whether whoever makes a channel, and so is its administrator, may add people to it.
    pub(super) fn may_add_people(&self, actor: &Actor, grant: &TeamGrant, is_private: bool) -> bool {
        let permission = if is_private { Permission::ManagePrivateChannelMembers } else { Permission::ManagePublicChannelMembers };
        let roles = self.access.roles();
        roles.allows(CHANNEL_ADMIN, permission)
            || roles.allows(CHANNEL_USER, permission)
            || self.access.has_team_permission(actor, grant, permission)
    }
}
