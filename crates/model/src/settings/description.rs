//! The description of a setting, from which its checks, its names and its keys in Mattermost's configuration are derived.

use serde_json::Value;

use super::rule::Rule;

/// One setting. Entries of the tables in this folder name what differs from [`Setting::new`].
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub section: &'static str,
    pub name: &'static str,
    /// `section.name`.
    pub path: &'static str,
    pub kind: Kind,
    /// A sentence for administrators.
    pub description: &'static str,
    pub rule: Rule,
    pub writer: Writer,
    pub applies: Applies,
    pub secrecy: Secrecy,
    /// The setting's keys in Mattermost's configuration.
    pub config: &'static [ConfigKey],
    /// Its keys in the client configuration.
    pub client: &'static [&'static str],
    pub audience: Audience,
    /// The option of the command line that sets it.
    pub flag: Option<&'static str>,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Switch,
    Number,
    Text,
}

/// Where a setting can be changed besides the file, the environment and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// By an administrator, at run time.
    Administrator,
    /// Nowhere.
    StartOnly,
}

/// When a change takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    Live,
    NextStart,
}

/// Which part of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    Public,
    /// All but the password of a URL.
    PasswordInUrl,
    /// Only whether a value is set.
    Secret,
}

/// Which clients can read a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Clients with a session.
    LoggedIn,
    /// All clients, also without a session.
    Public,
}

/// A key of Mattermost's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigKey {
    pub section: &'static str,
    pub name: &'static str,
    pub form: Form,
    /// The key shows the setting and cannot change it.
    pub is_read_only: bool,
}

/// How a value is encoded in Mattermost's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Same,
    /// Seconds there, milliseconds here.
    Seconds,
    /// Days there, hours here.
    Days,
    /// Separated by spaces there, by commas here.
    Words,
    /// Digits in a text there, a number here.
    Digits,
    /// The opposite there.
    Not,
    /// `TLS`, `STARTTLS` or nothing there; `tls`, `starttls` or `none` here.
    Security,
    /// A switch there; `everybody`, or `none` and further words here.
    Everybody,
    /// A switch there; `none`, or `guests` and further words here.
    Guests,
}

/// A section of settings.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub name: &'static str,
    /// A sentence for administrators.
    pub description: &'static str,
}

/// Shown instead of a secret.
pub const SECRET_MASK: &str = "********************************";

impl Setting {
    /// A public setting that administrators change, whose changes apply at once, that may have every value of its type, and
    /// that has no key in Mattermost's configuration or the client configuration.
    pub(super) const fn new(names: [&'static str; 3], kind: Kind, description: &'static str) -> Self {
        let [section, name, path] = names;
        Self {
            section,
            name,
            path,
            kind,
            description: description.trim_ascii(),
            rule: Rule::Any,
            writer: Writer::Administrator,
            applies: Applies::Live,
            secrecy: Secrecy::Public,
            config: &[],
            client: &[],
            audience: Audience::LoggedIn,
            flag: None,
        }
    }

    /// The environment variable that sets it.
    pub fn environment_variable(&self) -> String {
        format!("GUILDHALL_{}_{}", self.section, self.name).to_uppercase()
    }

    /// The keys of Mattermost's configuration by which an administrator changes it. The first one can express every value.
    pub fn writable_keys(&self) -> impl Iterator<Item = &'static ConfigKey> {
        self.config.iter().filter(|key| !key.is_read_only)
    }

    /// The first of them.
    pub fn writable_key(&self) -> Option<&'static ConfigKey> {
        self.writable_keys().next()
    }

    /// The value as it may be shown.
    pub fn masked(&self, value: Value) -> Value {
        match (self.secrecy, value) {
            (Secrecy::PasswordInUrl, Value::String(url)) => mask_password(&url).into(),
            (Secrecy::Secret, Value::String(text)) if !text.is_empty() => SECRET_MASK.into(),
            (_, value) => value,
        }
    }
}

impl ConfigKey {
    /// A writable key with the setting's own encoding.
    pub(super) const fn new(section: &'static str, name: &'static str) -> Self {
        Self { section, name, form: Form::Same, is_read_only: false }
    }

    pub(super) const fn as_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    pub(super) const fn read_only(self) -> Self {
        Self { is_read_only: true, ..self }
    }
}

/// Replaces the password of a URL by `***`.
fn mask_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((userinfo, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = userinfo.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let setting = |secrecy| Setting { secrecy, ..Setting::new(["a", "b", "a.b"], Kind::Text, "A setting.") };
        for (secrecy, value, shown) in [
            (Secrecy::PasswordInUrl, "postgres://joe:s3c@ret@db/x", "postgres://joe:***@db/x"),
            (Secrecy::PasswordInUrl, "sqlite:data/guildhall.db", "sqlite:data/guildhall.db"),
            (Secrecy::Secret, "hunter2", SECRET_MASK),
            (Secrecy::Secret, "", ""),
            (Secrecy::Public, "hunter2", "hunter2"),
        ] {
            assert_eq!(setting(secrecy).masked(value.into()), shown, "{value}");
        }
    }
}
