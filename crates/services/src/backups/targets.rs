//! Adding, changing and removing the places that backups are made to.

use guildhall_model::backup::{BackupTarget, Retention, TARGETS_MAX, TargetKeys, TargetState};
use guildhall_model::codes::{backups as codes, context};
use guildhall_model::id::BackupTargetId;
use guildhall_model::ports::Secret;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::usage::{Counted, guard};
use guildhall_storage::{backup_pause, backup_targets};

use crate::access::SystemGrant;
use crate::backups::Backups;
use crate::boxed;
use crate::worker::reason;

const NAME_CHARS_MAX: usize = 64;
const LOCATION_CHARS_MAX: usize = 1024;
const KEY_CHARS_MAX: usize = 256;
/// Of the password and the secret key.
const SECRET_CHARS_MAX: usize = 512;
/// Shorter ones can be guessed by whoever gets hold of the target.
const PASSWORD_CHARS_MIN: usize = 12;
const INTERVAL_HOURS_MAX: i64 = 24 * 31;
const KEEP_MAX: i64 = 1000;

#[derive(Debug, Clone)]
pub struct NewTarget {
    pub name: String,
    pub location: String,
    pub keys: TargetKeys,
    pub interval_hours: i64,
    pub retention: Retention,
    pub bytes_per_second: i64,
    pub is_continuous: bool,
}

/// What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TargetChange {
    pub name: Option<String>,
    pub location: Option<String>,
    pub password: Option<Secret>,
    pub access_key: Option<String>,
    pub secret_key: Option<Secret>,
    pub interval_hours: Option<i64>,
    pub retention: Option<Retention>,
    pub bytes_per_second: Option<i64>,
    pub is_continuous: Option<bool>,
}

impl Backups<'_> {
    /// The targets by name.
    #[boxed]
    pub async fn targets(&self, actor: &Actor) -> Result<Vec<BackupTarget>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentDatabase)?;
        backup_targets::list(self.access.read(&grant), grant.server()).await
    }

    /// Adds a target. Its repository is created where there is none, so that a wrong address or password is known at once.
    #[boxed]
    pub async fn add_target(&self, actor: &Actor, new: NewTarget) -> Result<BackupTarget> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let now = self.clock.now();
        let target = BackupTarget {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            name: new.name,
            location: new.location,
            keys: new.keys,
            interval_hours: new.interval_hours,
            retention: new.retention,
            bytes_per_second: new.bytes_per_second,
            is_continuous: new.is_continuous,
            state: TargetState::default(),
        };
        self.check_target(&target)?;
        self.check_continuous(target.is_continuous)?;
        self.connect(&target).await?;
        let mut write = self.access.write(&grant, "backups.add_target");
        write.push(backup_targets::insert(grant.write_server(), &target));
        write.extend(guard(Counted::BackupTargets, TARGETS_MAX, codes::TOO_MANY_TARGETS));
        write.detail("target_id", target.id);
        write.detail("name", &target.name);
        write.detail("location", &target.location);
        write.detail("is_continuous", target.is_continuous);
        write.commit(Events::none("administrators look at backups")).await?;
        self.follow_continuous().await?;
        Ok(target)
    }

    /// Changes a target. The repository is tried with the new values first.
    #[boxed]
    pub async fn change_target(&self, actor: &Actor, id: BackupTargetId, change: TargetChange) -> Result<BackupTarget> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let before = self.existing_target(&grant, id).await?;
        let keys = TargetKeys {
            password: change.password.unwrap_or_else(|| before.keys.password.clone()),
            access_key: change.access_key.unwrap_or_else(|| before.keys.access_key.clone()),
            secret_key: change.secret_key.unwrap_or_else(|| before.keys.secret_key.clone()),
        };
        let target = BackupTarget {
            update_at: self.now_after(before.update_at),
            name: change.name.unwrap_or_else(|| before.name.clone()),
            location: change.location.unwrap_or_else(|| before.location.clone()),
            keys,
            interval_hours: change.interval_hours.unwrap_or(before.interval_hours),
            retention: change.retention.unwrap_or(before.retention),
            bytes_per_second: change.bytes_per_second.unwrap_or(before.bytes_per_second),
            is_continuous: change.is_continuous.unwrap_or(before.is_continuous),
            ..before.clone()
        };
        self.check_target(&target)?;
        // It stays on where the database was moved meanwhile, and then nothing happens.
        self.check_continuous(target.is_continuous && !before.is_continuous)?;
        if target.location != before.location || target.keys != before.keys {
            self.connect(&target).await?;
        }
        let mut write = self.access.write(&grant, "backups.change_target");
        write.push(backup_targets::update(grant.write_server(), &target));
        write.detail("target_id", id);
        write.changed("name", &before.name, &target.name);
        write.changed("location", &before.location, &target.location);
        write.changed("interval_hours", before.interval_hours, target.interval_hours);
        write.changed("keep_last", before.retention.last, target.retention.last);
        write.changed("is_continuous", before.is_continuous, target.is_continuous);
        write.commit(Events::none("administrators look at backups")).await?;
        self.follow_continuous().await?;
        Ok(target)
    }

    /// Forgets a target. What was backed up there stays.
    #[boxed]
    pub async fn remove_target(&self, actor: &Actor, id: BackupTargetId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let target = self.existing_target(&grant, id).await?;
        let mut write = self.access.write(&grant, "backups.remove_target");
        write.push(backup_targets::remove(grant.write_server(), id));
        // A pause is about the targets of the backup, and not about one that is added later.
        if self.is_last_target(&grant).await? {
            write.push(backup_pause::end(grant.write_server()));
        }
        write.detail("target_id", id);
        write.detail("name", &target.name);
        write.detail("location", &target.location);
        write.commit(Events::none("administrators look at backups")).await?;
        self.follow_continuous().await
    }

    pub(super) async fn existing_target(&self, grant: &SystemGrant, id: BackupTargetId) -> Result<BackupTarget> {
        let target = backup_targets::get(self.access.read(grant), grant.server(), id).await?;
        target.ok_or_else(|| codes::TARGET_NOT_FOUND.into())
    }

    /// What is wrong with an address or a password is for the caller to mend.
    async fn connect(&self, target: &BackupTarget) -> Result<()> {
        match self.backup_store.connect(target).await {
            Err(error) if !error.is(codes::WRONG_PASSWORD) => Err(codes::TARGET_UNUSABLE.with("reason", reason(&error))),
            outcome => outcome,
        }
    }

    fn check_continuous(&self, is_wanted: bool) -> Result<()> {
        if is_wanted && !self.continuous_backup.is_supported() { Err(codes::NOT_CONTINUOUS.into()) } else { Ok(()) }
    }

    fn check_target(&self, target: &BackupTarget) -> Result<()> {
        let fits = |text: &str, max: usize| text.chars().count() <= max && !text.contains('\0');
        let Retention { last, daily, weekly, monthly, yearly } = target.retention;
        let password = target.keys.password.expose();
        let rules = [
            ("name", !target.name.trim().is_empty() && fits(&target.name, NAME_CHARS_MAX)),
            ("location", fits(&target.location, LOCATION_CHARS_MAX)),
            ("password", fits(password, SECRET_CHARS_MAX) && password.chars().count() >= PASSWORD_CHARS_MIN),
            ("access_key", fits(&target.keys.access_key, KEY_CHARS_MAX)),
            ("secret_key", fits(target.keys.secret_key.expose(), SECRET_CHARS_MAX)),
            ("interval_hours", (0..=INTERVAL_HOURS_MAX).contains(&target.interval_hours)),
            ("keep_last", (1..=KEEP_MAX).contains(&last)),
            ("keep", [daily, weekly, monthly, yearly].iter().all(|keep| (0..=KEEP_MAX).contains(keep))),
            ("bytes_per_second", target.bytes_per_second >= 0),
        ];
        if let Some((name, _)) = rules.iter().find(|(_, is_valid)| !is_valid) {
            return Err(context::INVALID_PARAM.with("name", *name));
        }
        self.backup_store.check_location(&target.location)
    }
}
