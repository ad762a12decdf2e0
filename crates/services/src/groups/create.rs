//! Making a group.

use guildhall_model::codes::groups as codes;
use guildhall_model::group::Group;
use guildhall_model::id::UserId;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{groups as rows, names};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::groups::{Groups, ListedGroup};
use crate::retry::retry_on_conflict;

#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub user_ids: Vec<UserId>,
}

impl Groups<'_> {
    #[boxed]
    pub async fn create_group(&self, actor: &Actor, new: NewGroup) -> Result<ListedGroup> {
        self.require_enabled()?;
        let grant = self.access.system_permission(actor, Permission::CreateCustomGroup)?;
        retry_on_conflict(|| self.try_create_group(actor, &grant, &new)).await
    }

    async fn try_create_group(&self, actor: &Actor, grant: &Writing<SystemGrant>, new: &NewGroup) -> Result<ListedGroup> {
        let now = self.clock.now();
        let group = Group {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            creator_id: actor.user_id,
            name: new.name.clone(),
            display_name: new.display_name.trim().to_owned(),
            description: new.description.clone(),
        };
        group.check()?;
        self.check_name_is_free(grant, &group).await?;
        let members = self.new_members(grant, actor, group.id, &new.user_ids, now).await?;
        let member_count = members.len() as i64;
        let settings = self.settings();
        let quotas = &settings.quotas;
        let id = grant.write_id(group.id);
        let mut write = self.access.write(grant, "groups.create");
        write.detail("group_id", group.id);
        write.detail("name", &group.name);
        write.detail("members", member_count);
        write.push(rows::insert(&group));
        write.extend(rows::insert_members(id, &members));
        write.extend(usage::guard(Counted::GroupsOf(actor.user_id), quotas.groups_per_user, codes::TOO_MANY_OF_USER));
        write.extend(usage::guard(Counted::Groups, quotas.groups, codes::TOO_MANY));
        write.extend(names::guard_group(&group.name));
        let mut events = vec![Event::GroupChanged { group: group.clone(), member_count, is_linked: false }];
        if !members.is_empty() {
            events.push(Event::GroupMembersAdded(members));
        }
        write.commit(events).await?;
        Ok(ListedGroup::with_count(group, member_count, false))
    }

    /// Groups and accounts share their names, because both are mentioned by `@name`.
    pub(super) async fn check_name_is_free(&self, grant: &SystemGrant, group: &Group) -> Result<()> {
        match rows::find_taken(self.access.read(grant), &group.name, group.id).await? {
            (true, _) => Err(codes::NAME_TAKEN.into()),
            (_, true) => Err(codes::USERNAME_TAKEN.into()),
            _ => Ok(()),
        }
    }
}
