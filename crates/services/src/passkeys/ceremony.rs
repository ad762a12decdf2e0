//! The ceremonies of registrations and log-ins: begun once, answered once, within minutes.

use guildhall_model::codes::passkeys as codes;
use guildhall_model::id::{PasskeyCeremonyId, UserId};
use guildhall_model::ports::{PasskeyCeremony, RelyingParty};
use guildhall_model::{Events, Result};
use guildhall_storage::{Statement, passkeys};

use crate::boxed;
use crate::passkeys::Passkeys;

/// As long as browsers wait for people.
const CEREMONY_MS: i64 = 5 * 60 * 1_000;

/// A ceremony that waits for its answer.
#[derive(Debug)]
pub struct BegunCeremony {
    pub id: PasskeyCeremonyId,
    /// For the browser, as JSON.
    pub options: String,
}

impl Passkeys<'_> {
    /// This server, where passkeys are switched on and can work.
    pub(crate) fn relying_party(&self) -> Result<RelyingParty> {
        let settings = self.settings();
        if !settings.second_factors.passkeys {
            return Err(codes::DISABLED.into());
        }
        settings.relying_party().ok_or_else(|| codes::NO_ADDRESS.into())
    }

    /// Stores a ceremony of this account, or of a log-in.
    #[boxed]
    pub(crate) async fn begin_ceremony(&self, user: Option<UserId>, ceremony: PasskeyCeremony) -> Result<BegunCeremony> {
        let id = self.ids.next();
        let grant = self.access.system("a log-in has no actor, and a registration belongs to nobody else");
        let mut write = self.access.write(&grant, "passkeys.begin_ceremony");
        let expires_at = self.clock.now().plus_ms(CEREMONY_MS);
        write.push(passkeys::begin_ceremony(grant.write_server(), id, user, &ceremony.state, expires_at));
        write.commit(Events::none("clients do not see ceremonies")).await?;
        Ok(BegunCeremony { id, options: ceremony.options })
    }

    /// Its state, and the statement that ends it in the batch of what it was for.
    #[boxed]
    pub(crate) async fn ceremony(&self, id: PasskeyCeremonyId, user: Option<UserId>) -> Result<(String, Statement)> {
        let grant = self.access.system("a log-in has no actor, and a registration belongs to nobody else");
        let state = passkeys::ceremony(self.access.read(&grant), grant.server(), id, user, self.clock.now()).await?;
        Ok((state.ok_or(codes::CEREMONY_OVER)?, passkeys::end_ceremony(grant.write_server(), id)))
    }

    /// Deletes what was not answered in time. `condition` is the first statement of the batch.
    pub(crate) async fn sweep_ceremonies(&self, condition: Statement) -> Result<()> {
        let grant = self.access.system("ceremonies without an answer are forgotten");
        let mut write = self.access.write(&grant, "passkeys.sweep_ceremonies");
        write.push(condition);
        write.push(passkeys::delete_expired_ceremonies(grant.write_server(), self.clock.now()));
        write.commit(Events::none("clients do not see ceremonies")).await
    }
}
