//! Changing a user's system roles.

use guildhall_model::codes::{context, invitations, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::role::{self, SYSTEM_ADMIN, SYSTEM_GUEST, SYSTEM_USER};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::users::{self, Filter};
use guildhall_storage::{channel_members, guest_expiries, sessions, team_members};

use crate::access::{Grant, UserGrant, Write, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::sessions::AccessEnd;
use crate::users::Users;

impl Users<'_> {
    #[boxed]
    pub async fn set_user_roles(&self, actor: &Actor, id: UserId, roles: &str) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageRoles)?.user_to_write(id);
        let roles = role::normalize(roles);
        self.check_assignable(&roles)?;
        let becomes_guest = roles.split_ascii_whitespace().any(|name| name == SYSTEM_GUEST);
        retry_on_conflict(|| async {
            let user = self.not_above(actor, self.account(&grant, id).await?)?;
            self.check_not_raised(actor, &user, &roles)?;
            if becomes_guest && !user.is_guest() && !self.settings().guests.enabled {
                return Err(invitations::DEMOTION_DISABLED.into());
            }
            self.write_roles(&grant, &user, &roles).await
        })
        .await
    }

    /// Checks that the roles exist and are system roles.
    fn check_assignable(&self, roles: &str) -> Result<()> {
        let table = self.access.roles();
        for role in roles.split_ascii_whitespace() {
            if !table.contains(role) || role.starts_with("team_") || role.starts_with("channel_") {
                return Err(codes::UNKNOWN_ROLE.with("role", role));
            }
        }
        if !roles.split_ascii_whitespace().any(|role| role == SYSTEM_USER || role == SYSTEM_GUEST) {
            return Err(context::INVALID_PARAM.with("name", "roles"));
        }
        Ok(())
    }

    /// Nobody gives an account more than they have.
    fn check_not_raised(&self, actor: &Actor, user: &User, roles: &str) -> Result<()> {
        let table = self.access.roles();
        let had = table.permissions(&user.roles);
        let is_given = |permission: &&Permission| !had.contains(permission) && !self.access.has_system_permission(actor, **permission);
        match table.permissions(roles).iter().find(is_given) {
            Some(permission) => Err(self.access.denied(actor, *permission)),
            None => Ok(()),
        }
    }

    /// `CONFLICT` when the account's roles have changed since `user` was read.
    pub(crate) async fn write_roles(&self, grant: &Writing<UserGrant>, user: &User, roles: &str) -> Result<()> {
        let has = |name: &str| roles.split_ascii_whitespace().any(|role| role == name);
        let other_admin = if has(SYSTEM_ADMIN) { None } else { self.other_administrator(grant, user).await? };
        let (was_guest, becomes_guest) = (user.is_guest(), has(SYSTEM_GUEST));
        let becomes_administrator = has(SYSTEM_ADMIN) && !user.has_role(SYSTEM_ADMIN) && !user.is_bot;
        let causes = self.causes_of_role_change(grant, user, roles).await?;
        let ended = self.sessions().end_access(grant, &causes).await?;
        let change = |account: &mut User| {
            // The extra writes are derived from the roles that were read.
            if account.roles != user.roles {
                return Err(context::CONFLICT.into());
            }
            roles.clone_into(&mut account.roles);
            Ok(())
        };
        let extra_writes = |user: &User, write: &mut Write<'_>| {
            let updated = Event::UserRoleUpdated { user_id: user.id, roles: user.roles.clone() };
            let mut events = vec![Event::AccountChanged { user_id: user.id }, updated];
            write.push(sessions::set_roles_of_user(grant.write_id(), roles));
            write.extend(other_admin.as_ref().map(users::guard_roles));
            write.extend(ended.statements.iter().cloned());
            events.extend(ended.events.iter().cloned());
            if becomes_administrator {
                events.push(Event::AccountMailRequested { user_id: user.id, mail: AccountMail::BecameAdministrator });
            }
            if was_guest && !becomes_guest {
                write.push(guest_expiries::remove(grant.write_id()));
            }
            if was_guest != becomes_guest {
                write.push(team_members::set_guest(grant.write_id(), becomes_guest));
                write.push(channel_members::set_guest(grant.write_id(), becomes_guest, self.clock.now()));
                events.push(Event::GuestRoleChanged { user_id: user.id });
            }
            events
        };
        self.change_account((grant, "users.update_roles"), change, extra_writes).await.map(|_| ())
    }

    /// What the user, or a bot's owner, must not keep with the new roles.
    async fn causes_of_role_change(&self, grant: &Writing<UserGrant>, user: &User, roles: &str) -> Result<Vec<AccessEnd>> {
        let table = self.access.roles();
        let lost = |permission| table.allows(&user.roles, permission) && !table.allows(roles, permission);
        let becomes_guest = !user.is_guest() && roles.split_ascii_whitespace().any(|name| name == SYSTEM_GUEST);
        let is_raised = user.is_bot && table.administrate(roles) && table.exceed(roles, &user.roles);
        let is_above_owner = is_raised && self.is_above_owner(grant, user.id, roles).await?;
        let causes = [
            (becomes_guest, AccessEnd::BecameGuest),
            (!user.is_bot && lost(Permission::CreateUserAccessToken), AccessEnd::TokenRightLost),
            (table.administrate(&user.roles) && table.exceed(&user.roles, roles), AccessEnd::AdministrationLost),
            (is_above_owner, AccessEnd::RaisedAboveOwner),
        ];
        Ok(causes.into_iter().filter(|(applies, _)| *applies).map(|(_, cause)| cause).collect())
    }

    /// Whether these roles of a bot give more than those of its owner. Bots of the local administrator have an owner without an account.
    async fn is_above_owner(&self, grant: &UserGrant, bot: UserId, roles: &str) -> Result<bool> {
        let db = self.access.read(grant);
        let Some(owner) = users::bot_owner(db, bot).await? else { return Ok(true) };
        Ok(users::get(db, owner).await?.is_some_and(|owner| self.access.roles().exceed(roles, &owner.roles)))
    }

    /// Another administrator when `leaving` is one, to be locked in the batch that removes it, so that the server keeps
    /// at least one administrator. `LAST_ADMIN` when there is no other.
    pub(crate) async fn other_administrator(&self, grant: &impl Grant, leaving: &User) -> Result<Option<User>> {
        if !leaving.has_role(SYSTEM_ADMIN) {
            return Ok(None);
        }
        let filter = Filter::administrators();
        let admins = users::list(self.access.read(grant), &filter, users::Order::Username, 2, 0).await?;
        admins.into_iter().find(|user| user.id != leaving.id).map(Some).ok_or_else(|| codes::LAST_ADMIN.into())
    }
}
