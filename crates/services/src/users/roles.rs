//! What somebody may do on the whole server.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::role::{self, SYSTEM_ADMIN, SYSTEM_GUEST, SYSTEM_USER};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::users::{self, Filter};
use guildhall_storage::{channel_members, sessions, team_members};

use crate::access::{Grant, UserGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::retry::retried;
use crate::users::Users;

impl Users<'_> {
    #[boxed]
    pub async fn set_user_roles(&self, actor: &Actor, id: UserId, roles: &str) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageRoles)?.user_to_write(id);
        let roles = role::normalize(roles);
        self.may_give(actor, &roles)?;
        retried!(async {
            let user = self.spare_administrators(actor, self.account(&grant, id).await?)?;
            self.write_roles(&grant, &user, &roles, Trace::of(actor)).await
        })
    }

    /// Roles that exist and are of the whole server; only administrators make administrators.
    fn may_give(&self, actor: &Actor, roles: &str) -> Result<()> {
        let table = self.access.roles();
        for role in roles.split_ascii_whitespace() {
            if !table.contains(role) || role.starts_with("team_") || role.starts_with("channel_") {
                return Err(codes::UNKNOWN_ROLE.with("role", role));
            }
        }
        if !roles.split_ascii_whitespace().any(|role| role == SYSTEM_USER || role == SYSTEM_GUEST) {
            return Err(context::INVALID_PARAM.with("name", "roles"));
        }
        let lifts = table.allows(roles, Permission::ManageSystem) && !self.access.has_system_permission(actor, Permission::ManageSystem);
        if lifts { Err(context::PERMISSIONS.into()) } else { Ok(()) }
    }

    /// A conflict where the account has other roles by now than `user` has.
    pub(crate) async fn write_roles(&self, grant: &Writing<UserGrant>, user: &User, roles: &str, trace: Trace) -> Result<()> {
        let has = |wanted: &str| roles.split_ascii_whitespace().any(|role| role == wanted);
        let remaining = if has(SYSTEM_ADMIN) { None } else { self.who_runs_it_without(grant, user).await? };
        let (was_guest, becomes_guest) = (user.is_guest(), has(SYSTEM_GUEST));
        let change = |now: &mut User| {
            // What is written beside goes by the roles that were read.
            if now.roles != user.roles {
                return Err(context::CONFLICT.into());
            }
            roles.clone_into(&mut now.roles);
            Ok(())
        };
        let beside = |user: &User| {
            let audit = self.audits().audited(trace, "update_user_roles", &format!("user_id={} roles={roles}", user.id));
            let updated = Event::UserRoleUpdated { user_id: user.id, roles: user.roles.clone() };
            let mut events = vec![Event::AccountChanged { user_id: user.id }, updated];
            let mut statements = vec![sessions::set_roles_of_user(grant.write_id(), roles), audit];
            statements.extend(remaining.as_ref().map(users::hold));
            if was_guest != becomes_guest {
                statements.push(team_members::set_guest(grant.write_id(), becomes_guest));
                statements.push(channel_members::set_guest(grant.write_id(), becomes_guest, self.clock.now()));
                events.push(Event::StandingChanged { user_id: user.id });
            }
            (statements, events)
        };
        self.change_account(grant, change, beside).await.map(|_| ())
    }

    /// Where an administrator leaves: who goes on running the server, to be held to it in the batch that lets the other
    /// one go. A server that nobody can run any more is of no use to anybody.
    pub(crate) async fn who_runs_it_without(&self, grant: &impl Grant, leaving: &User) -> Result<Option<User>> {
        if !leaving.has_role(SYSTEM_ADMIN) {
            return Ok(None);
        }
        let admins = Filter { roles: vec![SYSTEM_ADMIN.to_owned()], is_active: Some(true), is_bot: Some(false), ..Filter::default() };
        let others = users::list(self.access.read(grant), &admins, users::Order::Username, 2, 0).await?;
        others.into_iter().find(|user| user.id != leaving.id).map(Some).ok_or_else(|| codes::LAST_ADMIN.into())
    }
}
