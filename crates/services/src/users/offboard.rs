//! Offboarding: one call ends all that somebody has on this server. What they have written stays.

use guildhall_model::codes::{teams as team_codes, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{groups, guest_expiries, invitations, team_members, teams};

use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::users::Users;

impl Users<'_> {
    /// Deactivates the account, which ends its sessions, tokens, links, uploads, bots and the invitations that it has made; revokes
    /// the invitations to its address; and removes it from its groups, its teams and their channels. Access ends first: if the server crashes in
    /// between, the same call does the rest.
    #[boxed]
    pub async fn offboard_user(&self, actor: &Actor, id: UserId) -> Result<()> {
        let system = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?;
        if actor.user_id == id {
            return Err(codes::DEACTIVATION_NOT_ENABLED.into());
        }
        let grant = system.user_to_write(id);
        let user = self.person_to_change(&grant, actor).await?;
        retry_on_conflict(|| async {
            let user = self.account(&grant, id).await?;
            self.write_active(&grant, &user, false).await
        })
        .await?;
        let db = self.access.read(&grant);
        let memberships = team_members::team_ids(db, grant.id()).await?;
        let mut write = self.access.write(&grant, "users.offboard").recorded();
        write.detail("teams", memberships.len());
        write.push(guest_expiries::remove(grant.write_id()));
        write.push(invitations::delete_to_person(grant.write_id()));
        write.extend(groups::remove_from_all(grant.write_id()));
        write.commit(Events::none("clients do not see invitations, and deactivated people in no group")).await?;
        let remover = actor.has_account().then_some(actor.user_id);
        for id in memberships {
            // Archived teams, too.
            let Some(team) = teams::get(db, system.id(id)).await? else { continue };
            match self.teams().remove_member(&self.access.team_for_system(&system, team), &user, remover).await {
                // Somebody else was faster.
                Err(error) if error.is(team_codes::MEMBER_NOT_FOUND) => {}
                result => result?,
            }
        }
        Ok(())
    }
}
