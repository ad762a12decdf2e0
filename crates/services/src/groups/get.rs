//! Reading one group: everybody may see every group; guests only those with a member whom they see.

use guildhall_model::codes::groups as codes;
use guildhall_model::id::GroupId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::group_links;
use guildhall_storage::groups::{self as rows, Archived, GroupFilter};

use crate::access::Grant;
use crate::boxed;
use crate::groups::{Groups, ListedGroup};

impl Groups<'_> {
    /// The group, also where it is archived, with the number of members that the actor sees.
    #[boxed]
    pub async fn group(&self, actor: &Actor, id: GroupId) -> Result<ListedGroup> {
        self.require_enabled()?;
        let grant = self.access.own_account(actor);
        let visible_to = self.users().restricted_viewer(actor);
        let group = rows::get(self.access.read(&grant), id).await?.ok_or(codes::NOT_FOUND)?;
        if visible_to.is_some() {
            let names = Some(vec![group.name.clone()]);
            let filter = GroupFilter { names, archived: Archived::Included, visible_to, ..GroupFilter::default() };
            if rows::list(self.access.read(&grant), &filter, 1, 0).await?.is_empty() {
                return Err(codes::NOT_FOUND.into());
            }
        }
        let counts = rows::count_members(self.access.read(&grant), &[id], visible_to).await?;
        let is_linked = self.is_linked(&grant, id).await?;
        Ok(ListedGroup::with_count(group, counts.first().map_or(0, |(_, count)| *count), is_linked))
    }

    /// The number of active members, for administrators.
    #[boxed]
    pub async fn group_member_count(&self, actor: &Actor, id: GroupId) -> Result<i64> {
        self.require_enabled()?;
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementGroups)?;
        rows::get(self.access.read(&grant), id).await?.ok_or(codes::NOT_FOUND)?;
        self.count_members_of(&grant, id).await
    }

    pub(super) async fn count_members_of(&self, grant: &impl Grant, id: GroupId) -> Result<i64> {
        let counts = rows::count_members(self.access.read(grant), &[id], None).await?;
        Ok(counts.first().map_or(0, |(_, count)| *count))
    }

    pub(super) async fn is_linked(&self, grant: &impl Grant, id: GroupId) -> Result<bool> {
        Ok(!group_links::linked_among(self.access.read(grant), &[id]).await?.is_empty())
    }

    pub(crate) fn require_enabled(&self) -> Result<()> {
        if self.settings().groups.enabled { Ok(()) } else { Err(codes::DISABLED.into()) }
    }
}
