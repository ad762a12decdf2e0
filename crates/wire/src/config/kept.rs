//! The parts of Mattermost's configuration that no setting is for. What administrators send is kept and shown again, so that programs that write
//! a whole configuration find it as they wrote it. It has no effect.

use guildhall_model::Result;
use guildhall_model::codes::system as codes;
use guildhall_model::settings::SECRET_MASK;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// As text; a whole configuration of Mattermost has about 20,000.
const BYTES_MAX: usize = 48 * 1024;

/// What belongs to the machine or the program: of no other server's configuration.
const OWN_SECTIONS: [&str; 3] = ["SqlSettings", "FeatureFlags", "ClientRequirements"];
const OWN_NAMES: [&str; 9] =
    ["Directory", "Path", "File", "Files", "Location", "ListenAddress", "BindAddress", "AdvertiseAddress", "DataSource"];

const SECRET_NAMES: [&str; 6] = ["Password", "Secret", "Salt", "PrivateKey", "Token", "AccessKey"];

/// Values by section and name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptConfig(Map<String, Value>);

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    Kept,
    /// It is as it was.
    Same,
    /// It belongs to this server, and stays.
    NotHere,
}

impl KeptConfig {
    /// From what is stored; nothing where that cannot be read.
    pub fn parse(stored: Option<&str>) -> Self {
        stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// To be stored.
    pub fn to_text(&self) -> Result<String> {
        let text = Value::Object(self.0.clone()).to_string();
        if text.len() > BYTES_MAX { Err(codes::CONFIG_TOO_LARGE.with("max", BYTES_MAX)) } else { Ok(text) }
    }

    /// Puts the values into the configuration, with secrets masked.
    pub(super) fn show(&self, config: &mut Map<String, Value>) {
        for (section, names) in self.0.iter().filter_map(|(section, names)| names.as_object().map(|names| (section, names))) {
            let shown = config.entry(section.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Some(shown) = shown.as_object_mut() {
                shown.extend(names.iter().map(|(name, value)| (name.clone(), masked(name, value))));
            }
        }
    }

    /// `shown` is the value as it was before, `null` for none.
    pub(super) fn keep(&mut self, section: &str, name: &str, shown: &Value, sent: &Value) -> Keeping {
        if is_same(name, shown, sent) {
            return Keeping::Same;
        }
        if OWN_SECTIONS.contains(&section) || OWN_NAMES.iter().any(|own| name.ends_with(own)) {
            return Keeping::NotHere;
        }
        let names = self.0.entry(section.to_owned()).or_insert_with(|| Value::Object(Map::new()));
        let Some(names) = names.as_object_mut() else { return Keeping::NotHere };
        let value = unmasked(name, sent, names.get(name).unwrap_or(&Value::Null));
        names.insert(name.to_owned(), value);
        Keeping::Kept
    }
}

/// Clients send `null` for what they leave out, empty values in different forms, and masks for secrets.
fn is_same(name: &str, shown: &Value, sent: &Value) -> bool {
    shown == sent || sent.is_null() || is_empty(shown) && is_empty(sent) || is_mask(name, sent)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.iter().any(|secret| name.ends_with(secret))
}

fn is_mask(name: &str, value: &Value) -> bool {
    is_secret(name) && value == SECRET_MASK
}

fn masked(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if is_secret(name) && !text.is_empty() => SECRET_MASK.into(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), masked(name, value))).collect(),
        Value::Array(items) => items.iter().map(|item| masked(name, item)).collect(),
        other => other.clone(),
    }
}

/// With what is kept in the place of masks, which never overwrite a secret.
fn unmasked(name: &str, sent: &Value, kept: &Value) -> Value {
    match sent {
        _ if is_mask(name, sent) => kept.clone(),
        Value::Object(fields) => {
            let value = |(name, value): (&String, &Value)| (name.clone(), unmasked(name, value, kept.get(name).unwrap_or(&Value::Null)));
            fields.iter().map(value).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(kept: &KeptConfig) -> Value {
        let mut config = Map::new();
        kept.show(&mut config);
        Value::Object(config)
    }

    #[test]
    fn what_is_kept_is_shown_with_secrets_masked_and_masks_overwrite_nothing() {
        let mut kept = KeptConfig::default();
        let ldap = json!({"BindPassword": "open sesame", "Server": "ldap.example.com"});
        assert_eq!(kept.keep("LdapSettings", "Server", &json!(""), &ldap["Server"]), Keeping::Kept);
        assert_eq!(kept.keep("LdapSettings", "BindPassword", &json!(""), &ldap["BindPassword"]), Keeping::Kept);
        let relay = json!({"Server": "x", "SMTPPassword": "secret"});
        assert_eq!(kept.keep("MessageExportSettings", "GlobalRelaySettings", &Value::Null, &relay), Keeping::Kept);
        let mask = json!(SECRET_MASK);
        assert_eq!(
            shown(&kept),
            json!({"LdapSettings": {"BindPassword": mask, "Server": "ldap.example.com"},
                "MessageExportSettings": {"GlobalRelaySettings": {"Server": "x", "SMTPPassword": mask}}})
        );
        assert_eq!(kept.keep("LdapSettings", "BindPassword", &mask, &mask), Keeping::Same);
        let changed = json!({"Server": "y", "SMTPPassword": mask});
        kept.keep("MessageExportSettings", "GlobalRelaySettings", &relay, &changed);
        let text = kept.to_text().unwrap();
        assert!(text.contains("open sesame") && text.contains(r#""SMTPPassword":"secret","Server":"y""#), "{text}");
        assert_eq!(KeptConfig::parse(Some(&text)), kept);
        assert_eq!(KeptConfig::parse(Some("nonsense")), KeptConfig::default());
    }

    #[test]
    fn what_belongs_to_the_server_is_not_kept() {
        let mut kept = KeptConfig::default();
        for (section, name) in [
            ("SqlSettings", "DataSource"),
            ("SqlSettings", "MaxIdleConns"),
            ("ServiceSettings", "ListenAddress"),
            ("PluginSettings", "ClientDirectory"),
            ("ComplianceSettings", "Directory"),
            ("SamlSettings", "PrivateKeyFile"),
        ] {
            assert_eq!(kept.keep(section, name, &json!("a"), &json!("b")), Keeping::NotHere, "{section}.{name}");
        }
        assert_eq!(kept, KeptConfig::default());
    }

    #[test]
    fn it_is_bounded() {
        let mut kept = KeptConfig::default();
        kept.keep("PluginSettings", "Plugins", &Value::Null, &json!({"x": "a".repeat(BYTES_MAX)}));
        assert!(kept.to_text().unwrap_err().is(codes::CONFIG_TOO_LARGE));
    }
}
