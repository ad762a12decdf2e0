//! The administrators' configuration: Mattermost's form over our settings. Sections of things that Guildhall does not
//! have are there with values that say so; changing those is refused rather than forgotten.

use guildhall_model::codes::{context, system as codes};
use guildhall_model::server::ServerInfo;
use guildhall_model::settings::Settings;
use guildhall_model::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Every section, with the values of what cannot be changed here.
static TEMPLATE: &str = include_str!("../../data/admin_config.json");

/// How a value is written on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Same,
    /// Seconds there, milliseconds here.
    Seconds,
    /// Separated by spaces there, by commas here.
    Words,
}
use Form::{Same, Seconds, Words};

/// Section and name on the wire, section and name of the setting.
const MAPPED: &[(&str, &str, &str, &str, Form)] = &[
    ("ServiceSettings", "SiteURL", "site", "url", Same),
    ("ServiceSettings", "MaximumLoginAttempts", "limits", "failed_logins", Same),
    ("ServiceSettings", "EnableOAuthServiceProvider", "integrations", "oauth_provider", Same),
    ("ServiceSettings", "EnableIncomingWebhooks", "integrations", "incoming_webhooks", Same),
    ("ServiceSettings", "EnableOutgoingWebhooks", "integrations", "outgoing_webhooks", Same),
    ("ServiceSettings", "EnableCommands", "integrations", "slash_commands", Same),
    ("ServiceSettings", "OutgoingIntegrationRequestsTimeout", "integrations", "timeout_ms", Seconds),
    ("ServiceSettings", "EnablePostUsernameOverride", "integrations", "username_override", Same),
    ("ServiceSettings", "EnablePostIconOverride", "integrations", "icon_override", Same),
    ("ServiceSettings", "AllowedUntrustedInternalConnections", "integrations", "allowed_addresses", Words),
    ("ServiceSettings", "EnableUserAccessTokens", "integrations", "access_tokens", Same),
    ("ServiceSettings", "EnableBotAccountCreation", "integrations", "bots", Same),
    ("ServiceSettings", "ExtendSessionLengthWithActivity", "sessions", "extend_with_activity", Same),
    ("ServiceSettings", "SessionLengthWebInHours", "sessions", "web_hours", Same),
    ("ServiceSettings", "SessionLengthMobileInHours", "sessions", "mobile_hours", Same),
    ("ServiceSettings", "EnableCustomEmoji", "posts", "custom_emoji", Same),
    ("ServiceSettings", "PostEditTimeLimit", "posts", "edit_time_limit_seconds", Same),
    ("TeamSettings", "SiteName", "site", "name", Same),
    ("TeamSettings", "CustomDescriptionText", "site", "description", Same),
    ("TeamSettings", "EnableOpenServer", "signup", "open", Same),
    ("TeamSettings", "RestrictCreationToDomains", "signup", "allowed_domains", Same),
    ("TeamSettings", "MaxUsersPerTeam", "teams", "max_members", Same),
    ("TeamSettings", "MaxChannelsPerTeam", "teams", "max_channels", Same),
    ("TeamSettings", "MaxNotificationsPerChannel", "teams", "max_notifications_per_channel", Same),
    ("PasswordSettings", "MinimumLength", "signup", "password_min_chars", Same),
    ("FileSettings", "EnableFileAttachments", "files", "enabled", Same),
    ("FileSettings", "MaxFileSize", "files", "max_size_bytes", Same),
    ("FileSettings", "EnablePublicLink", "files", "public_links", Same),
    ("RateLimitSettings", "Enable", "limits", "enabled", Same),
    ("RateLimitSettings", "PerSec", "limits", "requests_per_second", Same),
    ("RateLimitSettings", "MaxBurst", "limits", "requests_burst", Same),
    ("LocalizationSettings", "DefaultClientLocale", "site", "default_locale", Same),
];

/// What an administrator is shown.
pub fn admin(settings: &Settings, server_info: &ServerInfo) -> Result<Value> {
    let mut config: Value = serde_json::from_str(TEMPLATE).map_err(internal)?;
    let ours = serde_json::to_value(settings).map_err(internal)?;
    for (section, name, our_section, our_name, form) in MAPPED {
        put(&mut config, section, name, form.shown(&ours[our_section][our_name]));
    }
    let days = |hours: i64| Value::from(hours / 24);
    put(&mut config, "ServiceSettings", "SessionLengthWebInDays", days(settings.sessions.web_hours));
    put(&mut config, "ServiceSettings", "SessionLengthMobileInDays", days(settings.sessions.mobile_hours));
    put(&mut config, "LocalizationSettings", "DefaultServerLocale", settings.site.default_locale.clone().into());
    put(&mut config, "FileSettings", "EnableMobileUpload", settings.files.enabled.into());
    put(&mut config, "FileSettings", "EnableMobileDownload", settings.files.enabled.into());
    put(&mut config, "SqlSettings", "DriverName", server_info.database.into());
    Ok(config)
}

/// The settings as they would be after an administrator sent this; what was left out stays as it is.
pub fn changed(settings: &Settings, server_info: &ServerInfo, sent: &Value) -> Result<Settings> {
    let shown = admin(settings, server_info)?;
    let mut ours = serde_json::to_value(settings).map_err(internal)?;
    let sections = sent.as_object().ok_or_else(|| invalid("body"))?;
    for (section, names) in sections {
        let Some(known) = shown.get(section) else { continue };
        let names = names.as_object().ok_or_else(|| invalid(section))?;
        for (name, value) in names {
            let full_name = format!("{section}.{name}");
            match MAPPED.iter().find(|row| row.0 == section && row.1 == name) {
                Some((_, _, our_section, our_name, form)) => {
                    put(&mut ours, our_section, our_name, form.read(value).ok_or_else(|| invalid(&full_name))?);
                    check(&ours, &full_name)?;
                }
                None if known.get(name).is_none_or(|shown| same(shown, value)) => {}
                None => return Err(codes::SETTING_NOT_SUPPORTED.with("name", full_name)),
            }
        }
    }
    serde_json::from_value(ours).map_err(internal)
}

/// Which settings of the configuration are fixed from outside: the same shape, `true` at each of them.
pub fn environment(fixed: &[String]) -> Value {
    let mut sections = Map::new();
    for (section, name, our_section, our_name, _) in MAPPED {
        if fixed.iter().any(|path| path.split_once('.') == Some((our_section, our_name))) {
            let names = sections.entry(*section).or_insert_with(|| Value::Object(Map::new()));
            if let Some(names) = names.as_object_mut() {
                names.insert((*name).to_owned(), Value::Bool(true));
            }
        }
    }
    Value::Object(sections)
}

/// Clients write `null` for what they leave out, and empty things in different ways.
fn same(shown: &Value, sent: &Value) -> bool {
    shown == sent || sent.is_null() || is_empty(shown) && is_empty(sent)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

/// Whether a value has the type of its setting.
fn check(ours: &Value, name: &str) -> Result<()> {
    Settings::deserialize(ours).map(|_| ()).map_err(|error| invalid(name).with_source(error))
}

fn put(config: &mut Value, section: &str, name: &str, value: Value) {
    if let Some(slot) = config.get_mut(section).and_then(|section| section.get_mut(name)) {
        *slot = value;
    }
}

impl Form {
    fn shown(self, ours: &Value) -> Value {
        match (self, ours) {
            (Self::Seconds, Value::Number(ms)) => (ms.as_u64().unwrap_or_default() / 1000).into(),
            (Self::Words, Value::String(list)) => split(list, ',').join(" ").into(),
            _ => ours.clone(),
        }
    }

    fn read(self, sent: &Value) -> Option<Value> {
        match self {
            Self::Same => Some(sent.clone()),
            Self::Seconds => sent.as_u64().and_then(|seconds| seconds.checked_mul(1000)).map(Value::from),
            Self::Words => Some(split(&sent.as_str()?.replace(' ', ","), ',').join(",").into()),
        }
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
        ServerInfo { server_id: "x".to_owned(), installed_at: Millis(5), has_accounts: true, database: "mysql", schema_version: 1 }
    }

    #[test]
    fn every_mapped_setting_is_in_both_forms() {
        let settings = Settings::default();
        let (shown, ours) = (admin(&settings, &server_info()).unwrap(), serde_json::to_value(&settings).unwrap());
        for (section, name, our_section, our_name, form) in MAPPED {
            assert!(!ours[our_section][our_name].is_null(), "{our_section}.{our_name}");
            assert_eq!(shown[section][name], form.shown(&ours[our_section][our_name]), "{section}.{name}");
        }
        assert_eq!(shown["SqlSettings"]["DriverName"], "mysql");
        assert_eq!(shown["ServiceSettings"]["OutgoingIntegrationRequestsTimeout"], 30);
    }

    #[test]
    fn what_is_shown_can_be_sent_back() {
        let settings = Settings::default();
        let shown = admin(&settings, &server_info()).unwrap();
        assert_eq!(changed(&settings, &server_info(), &shown).unwrap(), settings);
    }

    #[test]
    fn a_part_changes_a_part() {
        let settings = Settings::default();
        let sent = json!({"TeamSettings": {"SiteName": "Club"}, "ServiceSettings": {
            "OutgoingIntegrationRequestsTimeout": 5, "AllowedUntrustedInternalConnections": "10.0.0.0/8  localhost"}});
        let changed = changed(&settings, &server_info(), &sent).unwrap();
        assert_eq!((changed.site.name.as_str(), changed.integrations.timeout_ms), ("Club", 5000));
        assert_eq!(changed.integrations.allowed_addresses, "10.0.0.0/8,localhost");
        assert_eq!(changed.files, settings.files);
    }

    #[test]
    fn what_does_not_exist_is_refused_and_what_nobody_knows_passed_over() {
        let settings = Settings::default();
        let refused = |sent| changed(&settings, &server_info(), &sent).unwrap_err();
        assert!(refused(json!({"LdapSettings": {"Enable": true}})).is(codes::SETTING_NOT_SUPPORTED));
        assert!(refused(json!({"TeamSettings": {"SiteName": 5}})).is(context::INVALID_PARAM));
        assert!(refused(json!({"FileSettings": {"MaxFileSize": -0.5}})).is(context::INVALID_PARAM));
        assert!(refused(json!({"TeamSettings": []})).is(context::INVALID_PARAM));
        assert!(refused(json!([])).is(context::INVALID_PARAM));
        let unknown = json!({"NewSettings": {"x": 1}, "TeamSettings": {"NewThing": true, "ExperimentalDefaultChannels": null}});
        assert_eq!(changed(&settings, &server_info(), &unknown).unwrap(), settings);
    }

    #[test]
    fn fixed_settings_are_named_in_their_sections() {
        let fixed = ["signup.open".to_owned(), "limits.trusted_proxies".to_owned()];
        assert_eq!(environment(&fixed), json!({"TeamSettings": {"EnableOpenServer": true}}));
    }
}
