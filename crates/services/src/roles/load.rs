//! Inserting the built-in roles and loading all roles for the permission checks.

use guildhall_model::role::{self, Role, RoleTable};
use guildhall_model::{Events, Result};
use guildhall_storage::roles;

use crate::boxed;
use crate::roles::Roles;

/// Mattermost's clients translate the names of the built-in roles under these keys.
fn translation_key(name: &str) -> String {
    match name {
        role::SYSTEM_ADMIN => "global_admin".to_owned(),
        role::SYSTEM_USER => "global_user".to_owned(),
        role::SYSTEM_GUEST => "global_guest".to_owned(),
        other => other.to_owned(),
    }
}

/// Roles that follow from being guest, member or administrator of the system, a team or a channel.
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
        "playbook_admin",
        "playbook_member",
        "run_admin",
        "run_member",
    ]
    .contains(&name)
}

impl Roles<'_> {
    /// Inserts the built-in roles that are missing in the database, and gives those that nobody has changed the defaults of this
    /// version.
    pub(crate) async fn seed_roles(&self) -> Result<()> {
        let grant = self.access.system("the built-in roles");
        let existing = roles::all(self.access.read(&grant)).await?;
        let now = self.clock.now();
        let mut write = self.access.write(&grant, "roles.seed");
        // Those of schemes as well.
        for role in existing.iter().filter(|role| !role.is_changed) {
            if let Some(permissions) = role::defaults(&role.name).filter(|permissions| *permissions != role.permissions) {
                let updated = Role { permissions, update_at: self.now_after(role.update_at), ..role.clone() };
                write.push(roles::update(grant.write_server(), &updated, role.update_at));
            }
        }
        for (name, permissions) in role::built_in() {
            if existing.iter().any(|role| role.name == name) {
                continue;
            }
            write.push(roles::insert_if_absent(
                grant.write_server(),
                &Role {
                    id: self.ids.next(),
                    name: name.to_owned(),
                    display_name: format!("authentication.roles.{}.name", translation_key(name)),
                    description: format!("authentication.roles.{}.description", translation_key(name)),
                    permissions,
                    scheme_managed: is_scheme_managed(name),
                    built_in: true,
                    is_changed: false,
                    create_at: now,
                    update_at: now,
                    delete_at: guildhall_model::Millis::ZERO,
                },
            ));
        }
        write.commit(Events::none("no client is connected at startup")).await
    }

    /// Loads the roles at startup; later changes are applied by `RoleUpdated`.
    #[boxed]
    pub async fn load_roles(&self) -> Result<()> {
        let grant = self.access.system("the roles that permission checks read");
        let all = roles::all(self.access.read(&grant)).await?;
        let table = all.into_iter().filter(|role| role.delete_at.is_zero()).map(|role| (role.name, role.permissions));
        self.access.set_roles(RoleTable::new(table));
        Ok(())
    }
}
