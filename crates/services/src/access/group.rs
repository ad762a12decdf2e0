//! Authorization for groups of people.

use guildhall_model::id::GroupId;
use guildhall_model::role::CUSTOM_GROUP_USER;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::groups;

use super::authority::Authority;
use super::{Access, SystemGrant, Writing, check_permits_writing};

impl Access {
    /// A group, for changing it: by a permission of the system, or as its member where the role of members has the permission.
    pub async fn group(&self, actor: &Actor, id: GroupId, permission: Permission) -> Result<Writing<SystemGrant>> {
        check_permits_writing(permission)?;
        let members_may = self.roles().allows(CUSTOM_GROUP_USER, permission);
        let as_member = members_may && groups::is_member(&self.db, id, actor.user_id).await?;
        if !as_member {
            self.check_system_permission(actor, permission)?;
        }
        Ok(Writing::new(SystemGrant::new(self.db.clone(), Authority::of_permission(actor, permission))))
    }
}
