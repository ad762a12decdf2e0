//! Settings that administrators change while the server runs. Three layers: the defaults, changes of administrators (kept
//! in the database), and above both what the file or the environment fixes. State that depends on a setting is updated by
//! `Event::ConfigChanged`.

use std::sync::Arc;

use guildhall_model::codes::{context, system as codes};
use guildhall_model::settings::{Setting, Settings, Values, Writer};
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::{Statement, settings as rows};
use serde_json::Value;

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::system::System;

/// Key of the row with the changes of administrators.
const CHANGES_KEY: &str = "settings";
/// Key of the row with what no setting is for.
const KEPT_KEY: &str = "kept_config";

/// Names of values that a record lists.
const NAMES_RECORDED_MAX: usize = 50;

impl System<'_> {
    /// Applies the stored settings: at startup, and when another node may have changed them.
    pub async fn load_settings(&self) -> Result<()> {
        retry_on_conflict(|| self.apply_stored_settings()).await
    }

    #[boxed]
    async fn apply_stored_settings(&self) -> Result<()> {
        let grant = self.access.system("the server reads its own settings");
        let stored = rows::get(self.access.read(&grant), grant.server(), CHANGES_KEY).await?;
        let settings = self.with_changes(&parse(stored.as_deref()));
        if settings == *self.settings() {
            return Ok(());
        }
        // Rewritten unchanged, so that the event is ordered with those of concurrent changes.
        let text = stored.as_deref().unwrap_or("{}");
        self.write_settings(&grant, (stored.as_deref(), text), Arc::new(settings), &Values::new()).await
    }

    /// Replaces the stored changes, which conflicts if they are no longer `previous`, and publishes the settings.
    async fn write_settings(
        &self,
        grant: &Writing<SystemGrant>,
        (previous, changes): (Option<&str>, &str),
        settings: Arc<Settings>,
        changed: &Values,
    ) -> Result<()> {
        let server_info = self.server_info().await?;
        let old = self.settings().values();
        let mut write = self.access.write(grant, "system.change_settings");
        for (name, new) in changed {
            write.detail(&format!("old_{name}"), text_for_record(name, old.get(name)));
            write.detail(name, text_for_record(name, Some(new)));
        }
        write.push(store(grant, CHANGES_KEY, previous, changes));
        write.commit(Event::ConfigChanged { settings, server_info }).await
    }

    /// The settings as they are stored, and a statement that conflicts where they are no longer so when it is committed: for who
    /// publishes them with something else.
    pub(crate) async fn unchanged_settings(&self, grant: &Writing<SystemGrant>) -> Result<(Statement, Arc<Settings>)> {
        let stored = rows::get(self.access.read(grant), grant.server(), CHANGES_KEY).await?;
        let settings = self.with_changes(&parse(stored.as_deref()));
        Ok((store(grant, CHANGES_KEY, stored.as_deref(), stored.as_deref().unwrap_or("{}")), Arc::new(settings)))
    }

    /// Settings that cannot be changed while the server runs, as `section.name`.
    pub fn fixed_settings(&self) -> &[String] {
        &self.fixed_settings
    }

    /// Whether the actor may see the value of the setting.
    pub fn may_read_setting(&self, actor: &Actor, setting: &Setting) -> bool {
        self.access.has_system_permission(actor, setting.read_permission())
    }

    /// What no setting is for and administrators have sent, as text; for administrators only.
    #[boxed]
    pub async fn kept_config(&self, actor: &Actor) -> Result<Option<String>> {
        if !self.access.has_system_permission(actor, Permission::ManageSystem) {
            return Ok(None);
        }
        let grant = self.access.system("administrators see what they have sent");
        rows::get(self.access.read(&grant), grant.server(), KEPT_KEY).await
    }

    /// For who changes settings beside it: either all may be changed, or nothing is.
    pub fn check_may_keep_config(&self, actor: &Actor) -> Result<()> {
        self.access.check_system_permission(actor, Permission::ManageSystem)
    }

    /// Replaces it, unless it was changed since it was `previous`.
    #[boxed]
    pub async fn keep_config(&self, actor: &Actor, previous: Option<&str>, kept: &str, names: &[String]) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let mut write = self.access.write(&grant, "system.keep_config");
        write.detail("names", names.iter().take(NAMES_RECORDED_MAX).map(String::as_str).collect::<Vec<_>>().join(" "));
        write.push(store(&grant, KEPT_KEY, previous, kept));
        write.commit(Events::none("it has no effect")).await
    }

    /// Changes what the actor may change; an error for anything else. When it returns, the settings are on disk and `Event::ConfigChanged` is published.
    #[boxed]
    pub async fn change_settings(&self, actor: &Actor, new_settings: Settings) -> Result<Arc<Settings>> {
        let (current, mut changed) = (self.settings().values(), new_settings.values());
        changed.retain(|name, value| current.get(name) != Some(value));
        let mut permission = Permission::ManageSystem;
        for setting in Settings::SETTINGS.iter().filter(|setting| changed.contains_key(setting.path)) {
            permission = setting.write_permission();
            self.access.check_system_permission(actor, permission)?;
        }
        new_settings.check().map_err(|invalid| codes::SETTING_INVALID.with("name", invalid.name).with("reason", invalid.reason))?;
        if changed.is_empty() {
            return Ok(self.settings());
        }
        if let Some(fixed) = changed.keys().find(|name| self.is_fixed(name)) {
            return Err(codes::SETTING_FIXED.with("name", fixed));
        }
        // The right to the last of the changes, which is as good as that to the others.
        let grant = self.access.system_permission(actor, permission)?;
        self.check_alert_channel(&grant, &changed).await?;
        let stored = rows::get(self.access.read(&grant), grant.server(), CHANGES_KEY).await?;
        let mut changes = parse(stored.as_deref());
        changes.extend(changed.clone());
        let text = serde_json::to_string(&changes).map_err(|error| context::INTERNAL.with_source(error))?;
        let settings = Arc::new(self.with_changes(&changes));
        self.write_settings(&grant, (stored.as_deref(), &text), Arc::clone(&settings), &changed).await?;
        Ok(settings)
    }

    /// Whether the file or the environment sets it, or administrators may not change it.
    fn is_fixed(&self, name: &str) -> bool {
        let is_writable = |name: &str| Settings::SETTINGS.iter().any(|row| row.path == name && row.writer == Writer::Administrator);
        self.fixed_settings.iter().any(|fixed| fixed == name) || !is_writable(name)
    }

    /// The startup settings with these changes. Changes that are no longer valid or are fixed now are skipped.
    fn with_changes(&self, changes: &Values) -> Settings {
        let mut settings = self.state().startup_settings.clone();
        for (name, value) in changes.iter().filter(|(name, _)| !self.is_fixed(name)) {
            match settings.with_value(name, value.clone()) {
                Some(changed) if changed.check().is_ok() => settings = changed,
                _ => tracing::warn!(name, "a stored setting is no longer valid and is ignored"),
            }
        }
        settings.with_site_url_of_domain()
    }
}

/// Conflicts if what is stored is no longer `previous`.
fn store(grant: &Writing<SystemGrant>, key: &str, previous: Option<&str>, text: &str) -> Statement {
    match previous {
        Some(previous) => rows::replace(grant.write_server(), key, previous, text),
        None => rows::insert(grant.write_server(), key, text),
    }
}

/// The value in the audit trail; secrets are masked.
fn text_for_record(name: &str, value: Option<&Value>) -> String {
    let setting = Settings::SETTINGS.iter().find(|setting| setting.path == name);
    match setting.zip(value).map(|(setting, value)| setting.masked(value.clone())) {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

fn parse(stored: Option<&str>) -> Values {
    stored.map(serde_json::from_str).transpose().ok().flatten().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_changes_are_ignored() {
        assert!(parse(Some("not json")).is_empty() && parse(None).is_empty());
    }
}
