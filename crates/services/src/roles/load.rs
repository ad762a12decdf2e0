//! The roles as the permission checks read them.

use guildhall_model::role::{self, Role, RoleTable};
use guildhall_model::{Events, Result};
use guildhall_storage::roles;

use crate::boxed;
use crate::roles::Roles;

/// Mattermost's clients know the built-in roles' names for people under these.
fn label(name: &str) -> String {
    match name {
        role::SYSTEM_ADMIN => "global_admin".to_owned(),
        role::SYSTEM_USER => "global_user".to_owned(),
        role::SYSTEM_GUEST => "global_guest".to_owned(),
        other => other.to_owned(),
    }
}

/// Roles that members have by being guest, member or administrator of something.
fn is_scheme_managed(name: &str) -> bool {
    [
        role::SYSTEM_ADMIN,
        role::SYSTEM_USER,
        role::SYSTEM_GUEST,
        role::TEAM_ADMIN,
        role::TEAM_USER,
        role::TEAM_GUEST,
        role::CHANNEL_ADMIN,
        role::CHANNEL_USER,
        role::CHANNEL_GUEST,
    ]
    .contains(&name)
}

impl Roles<'_> {
    /// Adds the built-in roles that the database does not have yet.
    pub(crate) async fn seed_roles(&self) -> Result<()> {
        let grant = self.access.system("the built-in roles");
        let there = roles::all(self.access.read(&grant)).await?;
        let now = self.clock.now();
        let mut write = self.access.write(&grant);
        for (name, permissions) in role::built_in() {
            if there.iter().any(|role| role.name == name) {
                continue;
            }
            write.push(roles::insert_missing(
                grant.write_server(),
                &Role {
                    id: self.ids.next(),
                    name: name.to_owned(),
                    display_name: format!("authentication.roles.{}.name", label(name)),
                    description: format!("authentication.roles.{}.description", label(name)),
                    permissions,
                    scheme_managed: is_scheme_managed(name),
                    built_in: true,
                    create_at: now,
                    update_at: now,
                    delete_at: guildhall_model::Millis::ZERO,
                },
            ));
        }
        write.commit(Events::none("nobody is there yet")).await
    }

    /// Reads the roles at the start; later changes arrive as events.
    #[boxed]
    pub async fn load_roles(&self) -> Result<()> {
        let grant = self.access.system("the roles that permission checks read");
        let all = roles::all(self.access.read(&grant)).await?;
        let table = all.into_iter().filter(|role| role.delete_at.is_zero()).map(|role| (role.name, role.permissions));
        self.access.set_roles(RoleTable::new(table));
        Ok(())
    }
}
