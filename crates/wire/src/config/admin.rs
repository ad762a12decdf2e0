//! The administrators' configuration: our settings in Mattermost's format. What no setting is for is [kept](super::kept).

use std::mem::discriminant;

use guildhall_model::codes::{context, system as codes};
use guildhall_model::server::ServerInfo;
use guildhall_model::settings::{ConfigKey, Form, Setting, Settings};
use guildhall_model::{Error, Result};
use serde_json::{Map, Value};

use super::kept::{Keeping, KeptConfig};

/// Every section, with the values that cannot be changed.
static TEMPLATE: &str = include_str!("../../data/admin_config.json");

/// Which settings a reader may see.
pub type Visible<'a> = &'a (dyn Fn(&Setting) -> bool + Sync);

/// What the configuration is made of.
#[derive(Clone, Copy)]
pub struct ConfigSource<'a> {
    pub settings: &'a Settings,
    pub server_info: &'a ServerInfo,
    pub kept: &'a KeptConfig,
    /// Settings that the file or the environment fixes.
    pub fixed: &'a [String],
    pub is_visible: Visible<'a>,
}

/// What a configuration that was sent changes.
#[derive(Debug, Clone)]
pub struct ConfigChange {
    pub settings: Settings,
    /// `None` where it stays as it is.
    pub kept: Option<KeptConfig>,
    /// Keys that were sent with another value, and that have no effect or stay as they are.
    pub without_effect: Vec<String>,
}

/// What becomes of a value that its setting cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// All is refused: somebody has chosen the value.
    Refused,
    /// The setting stays, and is named: a program sends all that another server has.
    Named,
}

/// The configuration as administrators read it, with secrets masked, and `null` for what the reader may not see.
pub fn admin_config(source: ConfigSource<'_>) -> Result<Value> {
    let mut config: Map<String, Value> = serde_json::from_str(TEMPLATE).map_err(internal)?;
    source.kept.show(&mut config);
    let mut config = Value::Object(config);
    let values = source.settings.values();
    for setting in Settings::SETTINGS {
        let value = setting.masked(values.get(setting.path).cloned().unwrap_or_default());
        for key in setting.config {
            let shown = if (source.is_visible)(setting) { to_wire(key.form, &value) } else { Value::Null };
            set_value(&mut config, key.section, key.name, shown);
        }
    }
    set_value(&mut config, "SqlSettings", "DriverName", source.server_info.database.into());
    Ok(config)
}

/// Keys that are left out, `null`, or as they are shown, keep their values. An error where there is nothing in it that could be changed, and
/// for a value of another type.
pub fn apply_admin_config(source: ConfigSource<'_>, sent: &Value, impossible: Impossible) -> Result<ConfigChange> {
    let current = admin_config(source)?;
    let mut change = ConfigChange { settings: source.settings.clone(), kept: None, without_effect: Vec::new() };
    let (mut kept, mut first_error) = (source.kept.clone(), None);
    let sections = sent.as_object().ok_or_else(|| invalid("body"))?;
    for (section, names) in sections.iter().filter(|(_, names)| !names.is_null()) {
        let names = names.as_object().ok_or_else(|| invalid(section))?;
        for (name, value) in names {
            let (full_name, shown) = (format!("{section}.{name}"), &current[section][name]);
            // Compared on the wire, where units may be coarser and secrets are masked.
            if value.is_null() || shown == value {
                continue;
            }
            match find_writable(section, name) {
                Some((setting, _)) if source.fixed.iter().any(|path| path == setting.path) => {
                    first_error.get_or_insert_with(|| codes::SETTING_FIXED.with("name", setting.path));
                    change.without_effect.push(full_name);
                }
                Some((setting, key)) => {
                    let possible = |value: &Value| impossible == Impossible::Refused || setting.rule.check(value).is_ok();
                    let applied = from_wire(key.form, value).filter(possible);
                    match applied.and_then(|value| change.settings.with_value(setting.path, value)) {
                        Some(settings) => change.settings = settings,
                        None if impossible == Impossible::Named && discriminant(shown) == discriminant(value) => {
                            first_error.get_or_insert_with(|| invalid(&full_name));
                            change.without_effect.push(full_name);
                        }
                        None => return Err(invalid(&full_name)),
                    }
                }
                None => match kept.keep(section, name, shown, value) {
                    Keeping::Kept => change.without_effect.push(full_name),
                    Keeping::Same => {}
                    Keeping::NotHere => {
                        first_error.get_or_insert_with(|| codes::SETTING_NOT_SUPPORTED.with("name", full_name.as_str()));
                        change.without_effect.push(full_name);
                    }
                },
            }
        }
    }
    change.kept = Some(kept).filter(|kept| kept != source.kept);
    match first_error {
        Some(error) if change.kept.is_none() && change.settings == *source.settings => Err(error),
        _ => Ok(change),
    }
}

/// The settings that the file or the environment fixes: the shape of the configuration, with `true` for each.
pub fn environment_config(fixed: &[String]) -> Value {
    let mut sections = Map::new();
    let settings = Settings::SETTINGS.iter().filter(|setting| fixed.iter().any(|path| path == setting.path));
    for key in settings.flat_map(Setting::writable_keys) {
        let names = sections.entry(key.section).or_insert_with(|| Value::Object(Map::new()));
        if let Some(names) = names.as_object_mut() {
            names.insert(key.name.to_owned(), Value::Bool(true));
        }
    }
    Value::Object(sections)
}

/// The setting that this key changes.
fn find_writable(section: &str, name: &str) -> Option<(&'static Setting, &'static ConfigKey)> {
    let mut keys = Settings::SETTINGS.iter().flat_map(|setting| setting.writable_keys().map(move |key| (setting, key)));
    keys.find(|(_, key)| key.section == section && key.name == name)
}

fn set_value(config: &mut Value, section: &str, name: &str, value: Value) {
    if let Some(slot) = config.get_mut(section).and_then(|section| section.get_mut(name)) {
        *slot = value;
    }
}

/// A setting's value as it is encoded on the wire.
pub fn to_wire(form: Form, ours: &Value) -> Value {
    let number = || ours.as_i64().unwrap_or_default();
    match form {
        Form::Same => ours.clone(),
        Form::Seconds => (number() / 1000).into(),
        Form::Days => (number() / 24).into(),
        Form::Words => split(ours.as_str().unwrap_or_default(), ',').join(" ").into(),
        Form::Digits => number().to_string().into(),
        Form::Not => (!ours.as_bool().unwrap_or_default()).into(),
        Form::Security => match ours.as_str().unwrap_or_default() {
            "none" => "".into(),
            security => security.to_uppercase().into(),
        },
        Form::Everybody => (ours == "everybody").into(),
        Form::Guests => (ours != "none").into(),
    }
}

/// `None` if the value has the wrong type or is out of range.
fn from_wire(form: Form, sent: &Value) -> Option<Value> {
    let times = |unit: i64| sent.as_i64().and_then(|number| number.checked_mul(unit)).map(Value::from);
    match form {
        Form::Same => Some(sent.clone()),
        Form::Seconds => times(1000),
        Form::Days => times(24),
        Form::Digits => sent.as_str()?.trim().parse::<i64>().ok().map(Value::from),
        Form::Not => sent.as_bool().map(|is| Value::from(!is)),
        Form::Security => match sent.as_str()? {
            "" => Some("none".into()),
            security => Some(security.to_lowercase().into()),
        },
        Form::Everybody => sent.as_bool().map(|is| Value::from(if is { "everybody" } else { "none" })),
        Form::Guests => sent.as_bool().map(|is| Value::from(if is { "guests" } else { "none" })),
        Form::Words => Some(split(&sent.as_str()?.replace(' ', ","), ',').join(",").into()),
    }
}

fn split(list: &str, separator: char) -> Vec<&str> {
    list.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn invalid(name: &str) -> Error {
    context::INVALID_PARAM.with("name", name)
}

fn internal(error: serde_json::Error) -> Error {
    context::INTERNAL.with_source(error)
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use serde_json::json;

    use super::*;

    fn server_info() -> ServerInfo {
        ServerInfo {
            server_id: "x".to_owned(),
            installed_at: Millis(5),
            has_accounts: true,
            database: "mysql",
            schema_version: 1,
            terms_of_service_id: None,
        }
    }

    fn source<'a>(settings: &'a Settings, server_info: &'a ServerInfo, is_visible: Visible<'a>) -> ConfigSource<'a> {
        static KEPT: std::sync::LazyLock<KeptConfig> = std::sync::LazyLock::new(KeptConfig::default);
        ConfigSource { settings, server_info, kept: &KEPT, fixed: &[], is_visible }
    }

    fn show(settings: &Settings) -> Value {
        admin_config(source(settings, &server_info(), &|_| true)).unwrap()
    }

    fn apply(settings: &Settings, sent: &Value) -> Result<Settings> {
        apply_admin_config(source(settings, &server_info(), &|_| true), sent, Impossible::Refused).map(|change| change.settings)
    }

    #[test]
    fn every_mapped_setting_is_in_both_forms() {
        let settings = Settings::default();
        let (shown, values) = (show(&settings), settings.values());
        for setting in Settings::SETTINGS {
            for key in setting.config {
                assert_eq!(shown[key.section][key.name], to_wire(key.form, &values[setting.path]), "{}.{}", key.section, key.name);
            }
        }
        assert_eq!(shown["SqlSettings"]["DriverName"], "mysql");
        assert_eq!(shown["ServiceSettings"]["OutgoingIntegrationRequestsTimeout"], 30);
    }

    #[test]
    fn an_unchanged_configuration_changes_nothing() {
        let mut settings = Settings::default();
        settings.integrations.timeout_ms = 1999;
        let shown = show(&settings);
        assert_eq!(apply(&settings, &shown).unwrap(), settings);
    }

    #[test]
    fn what_may_not_be_seen_is_null_and_is_not_changed_by_sending_it_back() {
        let mut settings = Settings::default();
        settings.site.name = "Club".to_owned();
        let is_visible = |setting: &Setting| setting.section != "site";
        let shown = admin_config(source(&settings, &server_info(), &is_visible)).unwrap();
        assert_eq!((&shown["TeamSettings"]["SiteName"], &shown["TeamSettings"]["MaxUsersPerTeam"]), (&Value::Null, &json!(50_000)));
        assert_eq!(
            apply_admin_config(source(&settings, &server_info(), &is_visible), &shown, Impossible::Refused).unwrap().settings,
            settings
        );
        let sent = json!({"TeamSettings": {"SiteName": "Other"}});
        assert_eq!(
            apply_admin_config(source(&settings, &server_info(), &is_visible), &sent, Impossible::Refused).unwrap().settings.site.name,
            "Other"
        );
    }

    #[test]
    fn a_partial_configuration_keeps_other_settings() {
        let settings = Settings::default();
        let sent = json!({"TeamSettings": {"SiteName": "Club"}, "ServiceSettings": {
            "OutgoingIntegrationRequestsTimeout": 5, "AllowedUntrustedInternalConnections": "10.0.0.0/8  localhost"}});
        let changed = apply(&settings, &sent).unwrap();
        assert_eq!((changed.site.name.as_str(), changed.integrations.timeout_ms), ("Club", 5000));
        assert_eq!(changed.integrations.allowed_addresses, "10.0.0.0/8,localhost");
        assert_eq!(changed.files, settings.files);
    }

    #[test]
    fn the_mail_server_has_the_names_of_mattermost() {
        let settings = Settings::default();
        let shown = show(&settings);
        let mail = &shown["EmailSettings"];
        assert_eq!((&mail["SMTPPort"], &mail["ConnectionSecurity"]), (&json!("587"), &json!("STARTTLS")));
        assert_eq!((&mail["SkipServerCertificateVerification"], &mail["SMTPServerTimeout"]), (&json!(false), &json!(30)));
        let sent = json!({"EmailSettings": {"SMTPPort": "25", "ConnectionSecurity": "", "SkipServerCertificateVerification": true}});
        let changed = apply(&settings, &sent).unwrap();
        assert_eq!((changed.mail.port, changed.mail.security.as_str(), changed.mail.verify_certificate), (25, "none", false));
        let sent = json!({"EmailSettings": {"SMTPPort": "x"}});
        assert!(apply(&settings, &sent).unwrap_err().is(context::INVALID_PARAM));
    }

    #[test]
    fn whom_a_second_factor_is_required_of_has_two_keys() {
        let settings = Settings::default();
        let required = |settings: &Settings, sent: Value| {
            let changed = apply(settings, &json!({"ServiceSettings": sent})).unwrap();
            let shown = show(&changed);
            let is_enforced = shown["ServiceSettings"]["EnforceMultifactorAuthentication"].clone();
            assert_eq!(shown["GuestAccountsSettings"]["EnforceMultifactorAuthentication"], is_enforced);
            (changed, is_enforced == true)
        };
        let (everybody, is_enforced) = required(&settings, json!({"EnforceMultifactorAuthentication": true}));
        assert!(everybody.second_factors.required == "everybody" && is_enforced);
        let (administrators, is_enforced) = required(&everybody, json!({"MultifactorAuthenticationRequiredOf": "administrators"}));
        assert!(administrators.second_factors.required == "administrators" && !is_enforced);
        // What Mattermost's console shows for it is not a change.
        let (same, _) = required(&administrators, json!({"EnforceMultifactorAuthentication": false}));
        assert_eq!(same, administrators);
        let (nobody, _) = required(&everybody, json!({"EnforceMultifactorAuthentication": false}));
        assert_eq!(nobody, settings);
    }

    #[test]
    fn who_may_log_in_by_a_link_has_two_keys() {
        let changed = |settings: &Settings, sent: Value| apply(settings, &sent).unwrap().log_in.by_link;
        let mut settings = Settings::default();
        assert_eq!(changed(&settings, json!({"GuestAccountsSettings": {"EnableGuestMagicLink": false}})), "none");
        assert_eq!(changed(&settings, json!({"ServiceSettings": {"LogInByLink": "everybody"}})), "everybody");
        settings.log_in.by_link = "everybody".to_owned();
        // What is shown for it is not a change.
        assert_eq!(changed(&settings, json!({"GuestAccountsSettings": {"EnableGuestMagicLink": true}})), "everybody");
        settings.log_in.by_link = "none".to_owned();
        assert_eq!(changed(&settings, json!({"GuestAccountsSettings": {"EnableGuestMagicLink": true}})), "guests");
    }

    #[test]
    fn what_no_setting_is_for_is_kept_and_named() {
        let (settings, info) = (Settings::default(), server_info());
        let from = source(&settings, &info, &|_| true);
        let sent = json!({"LdapSettings": {"Enable": true, "BindPassword": "x"}, "NewSettings": {"x": 1}, "EmailSettings": null,
            "TeamSettings": {"SiteName": "Club", "ExperimentalDefaultChannels": null}, "SqlSettings": {"DataSource": "elsewhere"}});
        let change = apply_admin_config(from, &sent, Impossible::Refused).unwrap();
        assert_eq!(change.settings.site.name, "Club");
        let mut named = change.without_effect.clone();
        named.sort_unstable();
        assert_eq!(named, ["LdapSettings.BindPassword", "LdapSettings.Enable", "NewSettings.x", "SqlSettings.DataSource"]);
        let kept = change.kept.unwrap();
        let shown = admin_config(ConfigSource { kept: &kept, ..from }).unwrap();
        assert_eq!((&shown["LdapSettings"]["Enable"], &shown["NewSettings"]["x"]), (&json!(true), &json!(1)));
        assert_ne!(shown["SqlSettings"]["DataSource"], "elsewhere");
        // As it is shown, it changes nothing.
        let again = apply_admin_config(ConfigSource { kept: &kept, ..from }, &shown, Impossible::Refused).unwrap();
        assert!(again.kept.is_none() && again.without_effect.is_empty() && again.settings == settings);
    }

    #[test]
    fn what_cannot_be_had_alone_is_an_error() {
        let settings = Settings::default();
        let error_of = |sent| apply(&settings, &sent).unwrap_err();
        assert!(error_of(json!({"SqlSettings": {"DataSource": "x"}})).is(codes::SETTING_NOT_SUPPORTED));
        assert!(error_of(json!({"TeamSettings": {"SiteName": 5}})).is(context::INVALID_PARAM));
        assert!(error_of(json!({"FileSettings": {"MaxFileSize": -0.5}})).is(context::INVALID_PARAM));
        assert!(error_of(json!({"TeamSettings": []})).is(context::INVALID_PARAM));
        assert!(error_of(json!([])).is(context::INVALID_PARAM));
        let (info, fixed) = (server_info(), ["site.name".to_owned()]);
        let from = ConfigSource { fixed: &fixed, ..source(&settings, &info, &|_| true) };
        let fixed_only = json!({"TeamSettings": {"SiteName": "Other"}});
        assert!(apply_admin_config(from, &fixed_only, Impossible::Refused).unwrap_err().is(codes::SETTING_FIXED));
        let with_another = json!({"TeamSettings": {"SiteName": "Other", "MaxUsersPerTeam": 7}});
        let change = apply_admin_config(from, &with_another, Impossible::Refused).unwrap();
        assert_eq!((change.settings.site.name, change.settings.teams.max_members), (settings.site.name.clone(), 7));
        assert_eq!(change.without_effect, ["TeamSettings.SiteName"]);
    }

    #[test]
    fn what_a_setting_cannot_have_is_named_where_programs_send_everything() {
        let (settings, info) = (Settings::default(), server_info());
        let from = source(&settings, &info, &|_| true);
        let change = |sent: Value| apply_admin_config(from, &sent, Impossible::Named);
        let all =
            change(json!({"TeamSettings": {"SiteName": "Club", "MaxUsersPerTeam": -5}, "ServiceSettings": {"SiteURL": "javascript:x"}}));
        let all = all.unwrap();
        assert_eq!((all.settings.site.name.as_str(), all.settings.teams.max_members), ("Club", settings.teams.max_members));
        let mut named = all.without_effect;
        named.sort_unstable();
        assert_eq!(named, ["ServiceSettings.SiteURL", "TeamSettings.MaxUsersPerTeam"]);
        for alone in
            [json!({"TeamSettings": {"MaxUsersPerTeam": -5}}), json!({"TeamSettings": {"SiteName": "Club", "MaxUsersPerTeam": "many"}})]
        {
            assert!(change(alone).unwrap_err().is(context::INVALID_PARAM));
        }
    }

    #[test]
    fn fixed_settings_are_named_in_their_sections() {
        let fixed = ["signup.open".to_owned(), "limits.trusted_proxies".to_owned()];
        assert_eq!(environment_config(&fixed), json!({"TeamSettings": {"EnableOpenServer": true}}));
    }
}
