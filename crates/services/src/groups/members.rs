//! The members of a group: listing, adding and removing them.

use std::collections::BTreeSet;

use guildhall_model::codes::{context, groups as codes};
use guildhall_model::group::{GroupMember, IDS_MAX};
use guildhall_model::id::{GroupId, UserId};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::users::Order;
use guildhall_storage::{groups as rows, users};

use crate::access::{Grant, SystemGrant, Writing};
use crate::boxed;
use crate::groups::Groups;
use crate::retry::retry_on_conflict;

/// A page of the members that the actor sees, and how many there are of them.
#[derive(Debug, Clone)]
pub struct GroupMembers {
    pub users: Vec<User>,
    pub total: i64,
}

impl Groups<'_> {
    #[boxed]
    pub async fn group_members(&self, actor: &Actor, id: GroupId, order: Order, limit: i64, offset: i64) -> Result<GroupMembers> {
        self.group(actor, id).await?;
        let grant = self.access.own_account(actor);
        let filter = users::Filter { in_group: Some(id), is_active: Some(true), ..self.users().visible_filter(actor) };
        let listed = users::list(self.access.read(&grant), &filter, order, limit, offset).await?;
        let total = users::count(self.access.read(&grant), &filter).await?;
        Ok(GroupMembers { users: listed, total })
    }

    /// Adds these people; those who are members already stay as they are. Returns the memberships of all of them.
    #[boxed]
    pub async fn add_group_members(&self, actor: &Actor, id: GroupId, user_ids: &[UserId]) -> Result<Vec<GroupMember>> {
        self.require_enabled()?;
        let grant = self.access.group(actor, id, Permission::ManageCustomGroupMembers).await?;
        self.require_active_group(&grant, id).await?;
        retry_on_conflict(|| self.try_add_members(actor, &grant, id, user_ids)).await
    }

    async fn try_add_members(
        &self,
        actor: &Actor,
        grant: &Writing<SystemGrant>,
        id: GroupId,
        user_ids: &[UserId],
    ) -> Result<Vec<GroupMember>> {
        let wanted = self.new_members(grant, actor, id, user_ids, self.clock.now()).await?;
        let mut members = rows::members_among(self.access.read(grant), id, user_ids).await?;
        let is_new = |member: &GroupMember| !members.iter().any(|known| known.user_id == member.user_id);
        let added: Vec<GroupMember> = wanted.into_iter().filter(is_new).collect();
        if !added.is_empty() {
            let mut write = self.access.write(grant, "groups.add_members");
            write.detail("group_id", id);
            write.detail("members", added.len());
            write.detail("user_ids", list_of(added.iter().map(|member| member.user_id)));
            write.push(rows::guard_active(grant.write_id(id)));
            write.extend(rows::insert_members(grant.write_id(id), &added));
            write.extend(self.enqueue_new_members(grant, actor, id, &added).await?);
            write.commit(Event::GroupMembersAdded(added.clone())).await?;
        }
        members.extend(added);
        Ok(members)
    }

    /// Removes those of these people who are members. Returns their memberships, and when they ended.
    #[boxed]
    pub async fn remove_group_members(&self, actor: &Actor, id: GroupId, user_ids: &[UserId]) -> Result<(Vec<GroupMember>, Millis)> {
        self.require_enabled()?;
        let grant = self.access.group(actor, id, Permission::ManageCustomGroupMembers).await?;
        self.require_active_group(&grant, id).await?;
        check_number(user_ids)?;
        let now = self.clock.now();
        let members = rows::members_among(self.access.read(&grant), id, user_ids).await?;
        if members.is_empty() {
            return Ok((members, now));
        }
        let removed: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
        let mut write = self.access.write(&grant, "groups.remove_members");
        write.detail("group_id", id);
        write.detail("members", removed.len());
        write.detail("user_ids", list_of(removed.iter().copied()));
        write.push(rows::guard_active(grant.write_id(id)));
        write.extend(rows::remove_members(grant.write_id(id), &removed));
        write.commit(Event::GroupMembersRemoved { members: members.clone(), removed_at: now }).await?;
        Ok((members, now))
    }

    /// Each of these people once, as a member. `INVALID_PARAM` where one of them has no active account that the actor sees.
    pub(super) async fn new_members(
        &self,
        grant: &impl Grant,
        actor: &Actor,
        group_id: GroupId,
        user_ids: &[UserId],
        now: Millis,
    ) -> Result<Vec<GroupMember>> {
        check_number(user_ids)?;
        let wanted: BTreeSet<UserId> = user_ids.iter().copied().collect();
        let accounts = users::by_ids(self.access.read(grant), user_ids).await?;
        let active: Vec<UserId> = accounts.into_iter().filter(|user| user.delete_at.is_zero()).map(|user| user.id).collect();
        let visible = self.users().visible_among(grant, actor, active).await?;
        if wanted.iter().any(|user| !visible.contains(user)) {
            return Err(context::INVALID_PARAM.with("name", "user_ids"));
        }
        Ok(wanted.into_iter().map(|user_id| GroupMember { group_id, user_id, create_at: now }).collect())
    }

    async fn require_active_group(&self, grant: &SystemGrant, id: GroupId) -> Result<()> {
        let group = rows::get(self.access.read(grant), id).await?.filter(|group| !group.is_archived());
        group.map(|_| ()).ok_or_else(|| codes::NOT_FOUND.into())
    }
}

fn check_number(user_ids: &[UserId]) -> Result<()> {
    if user_ids.len() > IDS_MAX { Err(codes::TOO_MANY_IDS.with("max", IDS_MAX)) } else { Ok(()) }
}

fn list_of(users: impl Iterator<Item = UserId>) -> String {
    users.map(|user| user.to_string()).collect::<Vec<_>>().join(",")
}
