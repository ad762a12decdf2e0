//! What an administrator can set, with defaults under which a fresh server is ready to use.
//! Each value is also `GUILDHALL_<SECTION>_<NAME>` in the environment.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub site: Site,
    pub signup: Signup,
    pub sessions: Sessions,
    pub limits: Limits,
    pub teams: Teams,
    pub posts: Posts,
    pub files: Files,
    pub integrations: Integrations,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The address people type; empty until it is known.
    pub url: String,
    pub name: String,
    pub description: String,
    pub default_locale: String,
}

impl Default for Site {
    fn default() -> Self {
        Self { url: String::new(), name: "Guildhall".to_owned(), description: String::new(), default_locale: "en".to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signup {
    /// Anyone may create an account without an invitation.
    pub open: bool,
    /// Email domains that new accounts may have, comma-separated; empty for any.
    pub allowed_domains: String,
    pub password_min_chars: usize,
}

impl Default for Signup {
    fn default() -> Self {
        Self { open: false, allowed_domains: String::new(), password_min_chars: 8 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    pub web_hours: i64,
    pub mobile_hours: i64,
    /// Activity moves a session's end.
    pub extend_with_activity: bool,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { web_hours: 720, mobile_hours: 720, extend_with_activity: true }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Off only for load tests.
    pub enabled: bool,
    /// Failed log-ins of one account within ten minutes before it has to wait; an address, which may be a whole
    /// office, has five times as many.
    pub failed_logins: u32,
    /// Requests of one session or address per second, and how many may come at once.
    pub requests_per_second: u32,
    pub requests_burst: u32,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, comma-separated.
    pub trusted_proxies: String,
}

impl Default for Limits {
    fn default() -> Self {
        Self { enabled: true, failed_logins: 10, requests_per_second: 100, requests_burst: 400, trusted_proxies: String::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Teams {
    pub max_members: i64,
    pub max_channels: i64,
    /// Posts with `@all`, `@channel` or `@here` notify in channels of at most this many members.
    pub max_notifications_per_channel: i64,
}

impl Default for Teams {
    fn default() -> Self {
        Self { max_members: 50_000, max_channels: 50_000, max_notifications_per_channel: 1_000 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Posts {
    /// How long people may edit their posts, in seconds; -1 for ever.
    pub edit_time_limit_seconds: i64,
    pub custom_emoji: bool,
}

impl Default for Posts {
    fn default() -> Self {
        Self { edit_time_limit_seconds: -1, custom_emoji: true }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    pub enabled: bool,
    /// Largest single file. Large by default: people send video here.
    pub max_size_bytes: i64,
    pub public_links: bool,
}

impl Default for Files {
    fn default() -> Self {
        Self { enabled: true, max_size_bytes: 100 * 1024 * 1024 * 1024, public_links: false }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Integrations {
    pub incoming_webhooks: bool,
    pub outgoing_webhooks: bool,
    pub slash_commands: bool,
    pub bots: bool,
    pub access_tokens: bool,
    pub oauth_provider: bool,
    /// Integrations may name the sender and icon of their posts.
    pub username_override: bool,
    pub icon_override: bool,
    /// Private addresses, networks or host names that outgoing calls may reach, comma-separated.
    pub allowed_addresses: String,
    pub timeout_ms: u64,
}

impl Default for Integrations {
    fn default() -> Self {
        Self {
            incoming_webhooks: true,
            outgoing_webhooks: true,
            slash_commands: true,
            bots: true,
            access_tokens: true,
            oauth_provider: true,
            username_override: true,
            icon_override: true,
            allowed_addresses: String::new(),
            timeout_ms: 30_000,
        }
    }
}

impl Settings {
    /// Whether every value makes sense: the first that does not, as `section.name`, and why.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let rules = [
            (is_web_address(&self.site.url), "site.url", "it must be empty or begin with http:// or https://"),
            ((1..=64).contains(&self.site.name.chars().count()), "site.name", "it must have 1 to 64 characters"),
            (self.site.description.chars().count() <= 1024, "site.description", "it can have 1024 characters at most"),
            ((2..=16).contains(&self.site.default_locale.len()), "site.default_locale", "it must be a language such as en"),
            (self.signup.allowed_domains.len() <= 4096, "signup.allowed_domains", "it is too long"),
            ((5..=72).contains(&self.signup.password_min_chars), "signup.password_min_chars", "it must be 5 to 72"),
            ((1..=87_600).contains(&self.sessions.web_hours), "sessions.web_hours", "it must be 1 to 87600"),
            ((1..=87_600).contains(&self.sessions.mobile_hours), "sessions.mobile_hours", "it must be 1 to 87600"),
            (self.limits.failed_logins > 0, "limits.failed_logins", "it must be more than zero"),
            (self.limits.requests_per_second > 0, "limits.requests_per_second", "it must be more than zero"),
            (self.limits.requests_burst > 0, "limits.requests_burst", "it must be more than zero"),
            (self.teams.max_members > 0, "teams.max_members", "it must be more than zero"),
            (self.teams.max_channels > 0, "teams.max_channels", "it must be more than zero"),
            (self.teams.max_notifications_per_channel > 0, "teams.max_notifications_per_channel", "it must be more than zero"),
            (self.posts.edit_time_limit_seconds >= -1, "posts.edit_time_limit_seconds", "it must be -1 or more"),
            (self.files.max_size_bytes > 0, "files.max_size_bytes", "it must be more than zero"),
            (self.integrations.allowed_addresses.len() <= 4096, "integrations.allowed_addresses", "it is too long"),
            ((1..=600_000).contains(&self.integrations.timeout_ms), "integrations.timeout_ms", "it must be 1 to 600000"),
        ];
        match rules.iter().find(|(holds, ..)| !holds) {
            Some((_, name, reason)) => Err((name, reason)),
            None => Ok(()),
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let plain = text.len() <= 1024 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    text.is_empty() || plain && ["http://", "https://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_make_sense_and_nonsense_is_named() {
        assert_eq!(Settings::default().check(), Ok(()));
        let mut settings = Settings::default();
        settings.site.url = "javascript:alert(1)".to_owned();
        assert_eq!(settings.check().unwrap_err().0, "site.url");
        settings.site.url = "https://chat.example.com/sub".to_owned();
        settings.files.max_size_bytes = 0;
        assert_eq!(settings.check().unwrap_err().0, "files.max_size_bytes");
    }
}
