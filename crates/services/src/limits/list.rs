//! Looking up and loading limits that are not settings.

use std::sync::atomic::Ordering;

use guildhall_model::codes::limits as codes;
use guildhall_model::limits::{NamedLimits, TARGETS_MAX, Target, TargetKind};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{channels, own_limits, users};

use crate::access::SystemGrant;
use crate::boxed;
use crate::limits::{Limits, TargetLimits};

impl Limits<'_> {
    /// Loads all limits: at the start, and periodically for changes by other nodes. Those of this one are applied by
    /// `Event::LimitsChanged`.
    #[boxed]
    pub async fn load_limits(&self) -> Result<()> {
        let grant = self.access.system("the limits that requests are checked against");
        let changes_before = self.state().changes.load(Ordering::Relaxed);
        let mut table = guildhall_model::limits::LimitTable::default();
        for kind in TargetKind::ALL {
            let rows = own_limits::list(self.access.read(&grant), grant.server(), kind, TARGETS_MAX, 0).await?;
            rows.iter().for_each(|row| table.set(row));
        }
        self.state().replace(table, changes_before);
        Ok(())
    }

    /// People, roles, channels or teams with limits of their own, by name.
    #[boxed]
    pub async fn limits_of_kind(&self, actor: &Actor, kind: TargetKind, limit: i64, offset: i64) -> Result<Vec<NamedLimits>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentRateLimiting)?;
        own_limits::list(self.access.read(&grant), grant.server(), kind, limit, offset).await
    }

    /// What a target has of its own and what holds for it: for those who manage the server, and of a team for those who manage it.
    #[boxed]
    pub async fn limits_of_target(&self, actor: &Actor, target: Target) -> Result<TargetLimits> {
        let grant = match target {
            Target::Team(team) if !self.access.has_system_permission(actor, Permission::SysconsoleReadEnvironmentRateLimiting) => {
                let _team = self.access.team_to_read(actor, team, Permission::ManageTeam).await?;
                self.access.system("who manages a team may see its limits").into_read_grant()
            }
            _ => self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentRateLimiting)?,
        };
        let own = self.existing_target(&grant, target).await?;
        self.with_in_effect(&grant, own).await
    }

    pub(super) async fn existing_target(&self, grant: &SystemGrant, target: Target) -> Result<NamedLimits> {
        let found = own_limits::target(self.access.read(grant), grant.server(), target).await?;
        found.ok_or_else(|| codes::TARGET_NOT_FOUND.with("kind", target.kind().word()))
    }

    pub(super) async fn with_in_effect(&self, grant: &SystemGrant, own: NamedLimits) -> Result<TargetLimits> {
        let db = self.access.read(grant);
        let (mut account, mut team) = (None, None);
        match own.target {
            Target::User(id) => account = users::get(db, id).await?,
            Target::Channel(id) => team = self.access.open(grant, channels::get(db, id).await?).and_then(|channel| channel.team_id),
            Target::Role(_) | Target::Team(_) => {}
        }
        let in_effect = self.in_effect(&own, account.as_ref(), team);
        Ok(TargetLimits { own, in_effect })
    }
}
