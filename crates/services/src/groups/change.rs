//! Changing a group's names and description.

use guildhall_model::codes::groups as codes;
use guildhall_model::group::Group;
use guildhall_model::id::GroupId;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{groups as rows, names};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::groups::{Groups, ListedGroup};
use crate::retry::retry_on_conflict;

/// Fields to change; `None` leaves the field unchanged.
#[derive(Debug, Clone, Default)]
pub struct GroupPatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

impl Groups<'_> {
    #[boxed]
    pub async fn patch_group(&self, actor: &Actor, id: GroupId, patch: GroupPatch) -> Result<ListedGroup> {
        self.require_enabled()?;
        let grant = self.access.group(actor, id, Permission::EditCustomGroup).await?;
        let change = |group: &mut Group| {
            let set = |field: &mut String, value: &Option<String>| {
                if let Some(value) = value {
                    value.clone_into(field);
                }
            };
            set(&mut group.name, &patch.name);
            set(&mut group.display_name, &patch.display_name.as_ref().map(|name| name.trim().to_owned()));
            set(&mut group.description, &patch.description);
            Ok(())
        };
        self.change_group((&grant, "groups.patch"), id, change).await
    }

    /// Changes the group as it is now. `change` is called again after a conflict; where it changes nothing, nothing is written.
    pub(super) async fn change_group(
        &self,
        (grant, action): (&Writing<SystemGrant>, &'static str),
        id: GroupId,
        change: impl Fn(&mut Group) -> Result<()>,
    ) -> Result<ListedGroup> {
        retry_on_conflict(|| async {
            let before = rows::get(self.access.read(grant), id).await?.ok_or(codes::NOT_FOUND)?;
            let mut group = before.clone();
            change(&mut group)?;
            let member_count = self.count_members_of(grant, id).await?;
            let is_linked = self.is_linked(grant, id).await?;
            if group != before {
                self.write_group((grant, action), &before, &mut group, (member_count, is_linked)).await?;
            }
            Ok(ListedGroup::with_count(group, member_count, is_linked))
        })
        .await
    }

    async fn write_group(
        &self,
        (grant, action): (&Writing<SystemGrant>, &'static str),
        before: &Group,
        group: &mut Group,
        (member_count, is_linked): (i64, bool),
    ) -> Result<()> {
        group.check()?;
        if group.name != before.name {
            self.check_name_is_free(grant, group).await?;
        }
        group.update_at = self.now_after(before.update_at);
        let id = grant.write_id(group.id);
        let mut write = self.access.write(grant, action);
        write.detail("group_id", group.id);
        write.changed("name", &before.name, &group.name);
        write.changed("display_name", &before.display_name, &group.display_name);
        write.push(rows::update(id, group, before.update_at));
        if group.name != before.name {
            write.extend(names::guard_group(&group.name));
        }
        write.commit(Event::GroupChanged { group: group.clone(), member_count, is_linked }).await
    }
}
