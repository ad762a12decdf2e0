//! Archiving a group, and restoring it: its name and its members stay.

use guildhall_model::codes::groups as codes;
use guildhall_model::group::Group;
use guildhall_model::id::GroupId;
use guildhall_model::{Actor, Millis, Permission, Result};

use crate::boxed;
use crate::groups::{Groups, ListedGroup};

impl Groups<'_> {
    /// Archives the group: it is not mentioned any more. `NOT_FOUND` where it is archived already.
    #[boxed]
    pub async fn delete_group(&self, actor: &Actor, id: GroupId) -> Result<ListedGroup> {
        self.require_enabled()?;
        let grant = self.access.group(actor, id, Permission::DeleteCustomGroup).await?;
        let now = self.clock.now();
        let archive = |group: &mut Group| {
            if group.is_archived() {
                return Err(codes::NOT_FOUND.into());
            }
            group.delete_at = now;
            Ok(())
        };
        self.change_group((&grant, "groups.delete"), id, archive).await
    }

    /// `NOT_FOUND` where the group is not archived.
    #[boxed]
    pub async fn restore_group(&self, actor: &Actor, id: GroupId) -> Result<ListedGroup> {
        self.require_enabled()?;
        let grant = self.access.group(actor, id, Permission::RestoreCustomGroup).await?;
        let restore = |group: &mut Group| {
            if !group.is_archived() {
                return Err(codes::NOT_FOUND.into());
            }
            group.delete_at = Millis::ZERO;
            Ok(())
        };
        self.change_group((&grant, "groups.restore"), id, restore).await
    }
}
