//! Revoking all invitations by mail at once, and deleting expired ones.

use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{Statement, invitations};

use crate::boxed;
use crate::invitations::Invitations;

/// Until then it is said that an invitation has expired; afterwards, that it is not valid.
const SAID_MS: i64 = 7 * 24 * 60 * 60 * 1000;

impl Invitations<'_> {
    /// Of all teams.
    #[boxed]
    pub async fn invalidate_email_invites(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::InvalidateEmailInvite)?;
        let mut write = self.access.write(&grant, "invitations.revoke_all_by_mail");
        write.push(invitations::delete_by_mail(grant.write_server()));
        write.commit(Events::none("clients do not see invitations")).await
    }

    pub(crate) async fn sweep_invitations(&self, condition: Statement) -> Result<()> {
        let grant = self.access.system("expired invitations are deleted");
        let mut write = self.access.write(&grant, "invitations.sweep");
        write.push(condition);
        write.extend(invitations::sweep(grant.write_server(), self.clock.now().minus_ms(SAID_MS)));
        write.commit(Events::none("clients do not see invitations")).await
    }
}
