//! When the access of a guest ends: set by administrators or with an invitation, and carried out by a job.

use guildhall_model::codes::invitations as codes;
use guildhall_model::id::UserId;
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::{Statement, guest_expiries};

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::users::Users;

/// Guests whose access one round of the job ends.
const GUESTS_PER_ROUND: i64 = 100;

impl Users<'_> {
    /// `None` where it has no end.
    #[boxed]
    pub async fn guest_expiry(&self, actor: &Actor, id: UserId) -> Result<Option<Millis>> {
        let grant = self.access.user_to_read(actor, id, Permission::SysconsoleReadUserManagementUsers)?;
        guest_expiries::get(self.access.read(&grant), grant.id()).await
    }

    /// Of another person; `None` for no end.
    #[boxed]
    pub async fn update_guest_expiry(&self, actor: &Actor, id: UserId, expires_at: Option<Millis>) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?.user_to_write(id);
        if expires_at.is_some_and(|expires_at| expires_at <= self.clock.now()) {
            return Err(codes::EXPIRY_INVALID.into());
        }
        retry_on_conflict(|| async {
            let user = self.person_to_change(&grant, actor).await?;
            if !user.is_guest() {
                return Err(codes::EXPIRY_OF_MEMBER.into());
            }
            let mut write = self.access.write(&grant, "users.update_guest_expiry").recorded();
            write.detail("expires_at", expires_at.map_or(0, |at| at.0));
            // Of somebody who becomes a member meanwhile, nothing may be left.
            write.push(guildhall_storage::users::guard_roles(&user));
            write.push(match expires_at {
                Some(at) => guest_expiries::set(grant.write_id(), at),
                None => guest_expiries::remove(grant.write_id()),
            });
            write.commit(Events::none("clients ask for it")).await
        })
        .await
    }

    /// Deactivates the guests whose access has ended. `condition` makes a statement of the caller's lease, for each batch. One guest
    /// whose access cannot be ended does not keep that of the others.
    pub(crate) async fn end_expired_guests(&self, condition: impl Fn() -> Statement) -> Result<()> {
        let system = self.access.system("the access of guests ends when it was set to");
        let due = guest_expiries::due(self.access.read(&system), system.server(), self.clock.now(), GUESTS_PER_ROUND).await?;
        let mut result = Ok(());
        for id in due {
            result = result.and(self.end_guest_access(&system.user_to_write(id), condition()).await);
        }
        result
    }

    async fn end_guest_access(&self, grant: &Writing<UserGrant>, condition: Statement) -> Result<()> {
        let user = self.account(grant, grant.user_id()).await?;
        let done = [condition, guest_expiries::remove(grant.write_id())];
        if user.is_guest() && user.is_active() {
            return self.write_active_with((grant, "users.end_guest_access"), &user, false, &done).await;
        }
        let mut write = self.access.write(grant, "users.end_guest_access");
        write.extend(done);
        write.commit(Events::none("nothing has changed for clients")).await
    }
}
