//! Setting and removing the limits of a single person, role, channel or team.

use guildhall_model::codes::{context, limits as codes};
use guildhall_model::limits::{NamedLimits, OwnLimits, TARGETS_MAX, Target};
use guildhall_model::role::{SYSTEM_GUEST, SYSTEM_USER};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::usage::{Counted, guard};
use guildhall_storage::{Statement, own_limits};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::limits::{Limits, TargetLimits};

/// Roles of teams and channels: they hold in a place only, while most limits of people hold everywhere.
const PREFIXES_OF_PLACES: [&str; 2] = ["team_", "channel_"];

impl Limits<'_> {
    /// Sets the limits of a target in place of all that it had. They hold at once.
    #[boxed]
    pub async fn set_limits(&self, actor: &Actor, target: Target, limits: OwnLimits) -> Result<TargetLimits> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentRateLimiting)?;
        if let Some(name) = limits.invalid_value() {
            return Err(context::INVALID_PARAM.with("name", name));
        }
        // Without a value it would be in the lists of those with limits of their own.
        if limits.is_empty() {
            return Err(context::INVALID_PARAM.with("name", "limits"));
        }
        let before = self.existing_target(&grant, target).await?;
        check_may_have_limits(&before)?;
        let mut statements = vec![own_limits::set(grant.write_server(), target, limits)];
        statements.extend(guard(Counted::OwnLimits, TARGETS_MAX, codes::TOO_MANY));
        self.change(&grant, "limits.set", statements, before, limits).await
    }

    /// What holds otherwise holds for the target again.
    #[boxed]
    pub async fn remove_limits(&self, actor: &Actor, target: Target) -> Result<TargetLimits> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentRateLimiting)?;
        let before = self.existing_target(&grant, target).await?;
        if before.limits.is_empty() {
            return Err(codes::NOT_SET.with("kind", target.kind().word()));
        }
        let statements = vec![own_limits::remove(grant.write_server(), target)];
        self.change(&grant, "limits.remove", statements, before, OwnLimits::NONE).await
    }

    async fn change(
        &self,
        grant: &Writing<SystemGrant>,
        action: &'static str,
        statements: Vec<Statement>,
        before: NamedLimits,
        limits: OwnLimits,
    ) -> Result<TargetLimits> {
        let mut write = self.access.write(grant, action);
        write.detail("kind", before.target.kind().word());
        write.detail("name", &before.name);
        write.changed("file_bytes", text(before.limits.file_bytes), text(limits.file_bytes));
        write.changed("storage_bytes", text(before.limits.storage_bytes), text(limits.storage_bytes));
        write.changed("storage_files", text(before.limits.storage_files), text(limits.storage_files));
        write.changed("posts_per_minute", text(before.limits.posts_per_minute), text(limits.posts_per_minute));
        write.extend(statements);
        let changed = NamedLimits { limits, ..before };
        write.commit(Event::LimitsChanged(changed.clone().into())).await?;
        self.with_in_effect(grant, changed).await
    }
}

fn check_may_have_limits(target: &NamedLimits) -> Result<()> {
    if target.is_archived {
        return Err(codes::ARCHIVED.with("kind", target.target.kind().word()));
    }
    if !matches!(target.target, Target::Role(_)) {
        return Ok(());
    }
    // One way for each: the limits of all are settings.
    if [SYSTEM_USER, SYSTEM_GUEST].contains(&target.name.as_str()) {
        return Err(codes::ROLE_BY_SETTINGS.into());
    }
    let is_of_place = PREFIXES_OF_PLACES.iter().any(|prefix| target.name.starts_with(prefix));
    if is_of_place { Err(codes::ROLE_OF_PLACE.into()) } else { Ok(()) }
}

fn text(limit: Option<i64>) -> String {
    limit.map_or_else(|| "default".to_owned(), |limit| limit.to_string())
}
