//! Settings that administrators change while the server runs. Three layers: what the server was started with, above
//! it what administrators changed (kept in the database), and above both what the file or the environment fixes.

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_model::codes::{context, system as codes};
use guildhall_model::settings::Settings;
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::settings as rows;
use serde_json::Value;

use crate::boxed;
use crate::system::System;

/// The row that holds what administrators changed.
const CHANGES: &str = "settings";

/// Values by `section.name`.
type Changes = BTreeMap<String, Value>;

impl System<'_> {
    /// Reads what administrators changed, at the start and when another node says that it changed.
    #[boxed]
    pub async fn load_settings(&self) -> Result<()> {
        let grant = self.access.system("the server reads how it is set");
        let stored = rows::get(self.access.read(&grant), grant.server(), CHANGES).await?;
        self.set_settings(self.with_changes(&parse(stored.as_deref())));
        Ok(())
    }

    /// Settings that cannot be changed while the server runs, as `section.name`.
    pub fn fixed_settings(&self) -> &[String] {
        &self.fixed_settings
    }

    /// Sets the server: on disk, then at work, then told to everybody.
    #[boxed]
    pub async fn change_settings(&self, actor: &Actor, wanted: Settings) -> Result<Arc<Settings>> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        wanted.check().map_err(|(name, reason)| codes::SETTING_INVALID.with("name", name).with("reason", reason))?;
        let (before, after) = (flat(&self.settings()), flat(&wanted));
        let changed: Vec<&String> = after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
        if changed.is_empty() {
            return Ok(self.settings());
        }
        if let Some(fixed) = changed.iter().find(|name| self.fixed_settings.contains(name)) {
            return Err(codes::SETTING_FIXED.with("name", fixed));
        }
        let stored = rows::get(self.access.read(&grant), grant.server(), CHANGES).await?;
        let mut changes = parse(stored.as_deref());
        changes.extend(changed.into_iter().filter_map(|name| Some((name.clone(), after.get(name)?.clone()))));
        let text = serde_json::to_string(&changes).map_err(|error| context::INTERNAL.with_source(error))?;
        let mut write = self.access.write(&grant);
        write.push(match &stored {
            Some(was) => rows::replace(grant.write_server(), CHANGES, was, &text),
            None => rows::insert(grant.write_server(), CHANGES, &text),
        });
        write.commit(Events::none("told as soon as it is at work")).await?;
        self.set_settings(self.with_changes(&changes));
        let (settings, server_info) = (self.settings(), self.server_info().await?);
        self.access.publish(&grant, Event::ConfigChanged { settings: Arc::clone(&settings), server_info }).await;
        Ok(settings)
    }

    /// A change that no longer fits (an older version wrote it, or the file fixes it now) is left out.
    fn with_changes(&self, changes: &Changes) -> Settings {
        let mut settings = self.state().given.clone();
        for (name, value) in changes.iter().filter(|(name, _)| !self.fixed_settings.contains(name)) {
            match with_change(&settings, name, value) {
                Some(changed) if changed.check().is_ok() => settings = changed,
                _ => tracing::warn!(name, "a stored setting does not fit any more and is left out"),
            }
        }
        settings
    }
}

fn parse(stored: Option<&str>) -> Changes {
    stored.map(serde_json::from_str).transpose().ok().flatten().unwrap_or_default()
}

fn flat(settings: &Settings) -> Changes {
    let sections = serde_json::to_value(settings).unwrap_or_default();
    let mut flat = Changes::new();
    for (section, names) in sections.as_object().into_iter().flatten() {
        for (name, value) in names.as_object().into_iter().flatten() {
            flat.insert(format!("{section}.{name}"), value.clone());
        }
    }
    flat
}

fn with_change(settings: &Settings, name: &str, value: &Value) -> Option<Settings> {
    let (section, name) = name.split_once('.')?;
    let mut all = serde_json::to_value(settings).ok()?;
    *all.get_mut(section)?.get_mut(name)? = value.clone();
    serde_json::from_value(all).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_fits_or_is_nothing() {
        let settings = Settings::default();
        let changed = with_change(&settings, "signup.open", &Value::Bool(true)).unwrap();
        assert!(changed.signup.open);
        assert_eq!(flat(&changed).len(), flat(&settings).len());
        for (name, value) in [("signup.open", Value::from(5)), ("signup.gone", Value::Bool(true)), ("nothing", Value::Null)] {
            assert!(with_change(&settings, name, &value).is_none(), "{name}");
        }
        assert!(parse(Some("not json")).is_empty());
    }
}
