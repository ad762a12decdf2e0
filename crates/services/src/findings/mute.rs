//! Muting a finding: it stays in the list, and nobody is told of it.

use guildhall_model::codes::findings as codes;
use guildhall_model::finding::FindingId;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::findings;

use crate::boxed;
use crate::findings::Findings;

impl Findings<'_> {
    /// On all nodes, and whatever it is about.
    #[boxed]
    pub async fn mute_finding(&self, actor: &Actor, id: &FindingId) -> Result<()> {
        self.set_muted(actor, id, true).await
    }

    #[boxed]
    pub async fn unmute_finding(&self, actor: &Actor, id: &FindingId) -> Result<()> {
        self.set_muted(actor, id, false).await
    }

    async fn set_muted(&self, actor: &Actor, id: &FindingId, is_muted: bool) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentPerformanceMonitoring)?;
        self.examiner.explain(id).ok_or(codes::NOT_FOUND)?;
        let mut write = self.access.write(&grant, if is_muted { "findings.mute" } else { "findings.unmute" });
        let user = actor.has_account().then_some(actor.user_id);
        write.push(match is_muted {
            true => findings::mute(grant.write_server(), id, user, self.clock.now()),
            false => findings::unmute(grant.write_server(), id),
        });
        write.detail("finding_id", id);
        write.commit(Events::none("clients ask for findings")).await
    }
}
