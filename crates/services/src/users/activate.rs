//! Deactivating and activating users. Their data is kept.

use guildhall_model::codes::users as codes;
use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{Statement, users};

use crate::access::{UserGrant, Write, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::sessions::{AccessEnd, EndedAccess};
use crate::users::Users;

impl Users<'_> {
    #[boxed]
    pub async fn set_user_active(&self, actor: &Actor, id: UserId, is_active: bool) -> Result<()> {
        let permission = Permission::SysconsoleWriteUserManagementUsers;
        self.access.check_system_permission(actor, permission).map_err(|error| match actor.user_id == id && !is_active {
            true => codes::DEACTIVATION_NOT_ENABLED.into(),
            false => codes::ACTIVATION_FORBIDDEN.with_source(error),
        })?;
        let (grant, user) = self.user_to_change(actor, id, permission).await?;
        retry_on_conflict(|| self.write_active(&grant, &user, is_active)).await
    }

    /// Deactivates the actor, or a user whom the actor may edit.
    #[boxed]
    pub async fn deactivate_user(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.access.user(actor, id, Permission::EditOtherUsers).await?;
        self.set_user_active(actor, grant.user_id(), false).await
    }

    pub(crate) async fn write_active(&self, grant: &Writing<UserGrant>, user: &User, is_active: bool) -> Result<()> {
        let action = if is_active { "users.activate" } else { "users.deactivate" };
        self.write_active_with((grant, action), user, is_active, &[]).await
    }

    /// The same with further statements for the batch.
    pub(super) async fn write_active_with(
        &self,
        (grant, action): (&Writing<UserGrant>, &'static str),
        user: &User,
        is_active: bool,
        further: &[Statement],
    ) -> Result<()> {
        if user.is_active() == is_active {
            return Ok(());
        }
        let other_admin = if is_active { None } else { self.other_administrator(grant, user).await? };
        let ended = if is_active { EndedAccess::default() } else { self.sessions().end_access(grant, &[AccessEnd::Deactivated]).await? };
        let change = |user: &mut User| {
            user.delete_at = if is_active { Millis::ZERO } else { self.clock.now() };
            Ok(())
        };
        let extra_writes = |user: &User, write: &mut Write<'_>| {
            write.extend(other_admin.as_ref().map(users::guard_roles));
            write.extend(ended.statements.iter().cloned());
            write.extend(further.iter().cloned());
            let mut events = vec![Event::AccountChanged { user_id: user.id }];
            events.extend(ended.events.iter().cloned());
            if !is_active && !user.is_bot {
                events.push(Event::AccountMailRequested { user_id: user.id, mail: AccountMail::Deactivated });
            }
            events
        };
        self.change_account((grant, action), change, extra_writes).await.map(|_| ())
    }
}
