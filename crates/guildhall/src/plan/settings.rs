//! The settings of a plan, as the configuration of the API. Values are compared as the API encodes them.

use std::collections::BTreeMap;

use guildhall_api::setting_to_wire;
use guildhall_model::settings::Setting;
use serde_json::Value;

use super::changes::{Change, FieldChange};
use super::reconcile::{Call, Reconciler};

pub async fn reconcile(reconciler: &mut Reconciler<'_>, settings: &BTreeMap<String, BTreeMap<String, Value>>) -> Result<(), String> {
    if settings.is_empty() {
        return Ok(());
    }
    let config = reconciler.get("/config").await?.unwrap_or_default();
    let fixed = reconciler.get("/config/environment").await?.unwrap_or_default();
    for (setting, value) in
        settings.iter().flat_map(|(section, names)| names.iter().filter_map(move |(name, value)| find(section, name, value)))
    {
        let Some(key) = setting.writable_key() else { continue };
        let (before, after) = (&config[key.section][key.name], setting_to_wire(key.form, value));
        if *before == after {
            continue;
        }
        let path = setting.path;
        if fixed[key.section][key.name] == true {
            return Err(format!(
                "{path} is set in the configuration file or by {}, and cannot be changed.",
                setting.environment_variable()
            ));
        }
        let change = Change::update(
            format!("setting {path}"),
            vec![FieldChange::new("", setting.masked(before.clone()), setting.masked(value.clone()))],
        );
        let body = serde_json::json!({key.section: {key.name: after}});
        reconciler.change(change, Call::put("/config/patch", body)).await?;
    }
    Ok(())
}

fn find<'v>(section: &str, name: &str, value: &'v Value) -> Option<(&'static Setting, &'v Value)> {
    guildhall_model::settings::all().find(|setting| setting.section == section && setting.name == name).map(|setting| (setting, value))
}
