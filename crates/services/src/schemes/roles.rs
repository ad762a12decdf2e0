//! The roles of a new scheme.

use std::collections::BTreeSet;

use guildhall_model::role::{self, Role};
use guildhall_model::scheme::{Scheme, role_name};
use guildhall_model::{Permission, Result};
use guildhall_storage::roles;

use crate::access::SystemGrant;
use crate::schemes::Schemes;

impl Schemes<'_> {
    /// The roles of the scheme, as the built-in ones are now.
    pub(super) async fn new_roles(&self, grant: &SystemGrant, scheme: &Scheme) -> Result<Vec<Role>> {
        let names: Vec<String> = scheme.scope.roles().iter().map(|name| (*name).to_owned()).collect();
        let built_in = roles::by_names(self.access.read(grant), &names).await?;
        Ok(built_in.into_iter().map(|role| self.new_role(scheme, role)).collect())
    }

    fn new_role(&self, scheme: &Scheme, built_in: Role) -> Role {
        let is_changed = role::defaults(&built_in.name).as_ref() != Some(&built_in.permissions);
        Role {
            id: self.ids.next(),
            name: role_name(Some(scheme.id), &built_in.name),
            built_in: false,
            scheme_managed: true,
            is_changed,
            create_at: scheme.create_at,
            update_at: scheme.create_at,
            ..built_in
        }
    }

    /// The same role with other permissions.
    pub(super) fn changed_role(&self, before: &Role, permissions: BTreeSet<Permission>) -> Role {
        let is_changed = role::defaults(&before.name).as_ref() != Some(&permissions);
        Role { permissions, is_changed, update_at: self.now_after(before.update_at), ..before.clone() }
    }
}
