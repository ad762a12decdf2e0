//! The plan as it is written in its file: what a server should have. Every field that is left out stays as it is on the
//! server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The only version of the format.
const VERSION: u32 = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    version: u32,
    /// The username of the administrator who makes teams, channels and integrations; the first administrator among `users`
    /// if it is left out.
    pub owner: Option<String>,
    /// By section and name, as in the configuration file.
    #[serde(default)]
    pub settings: BTreeMap<String, BTreeMap<String, Value>>,
    #[serde(default)]
    pub users: Vec<User>,
    #[serde(default)]
    pub teams: Vec<Team>,
    #[serde(default)]
    pub bots: Vec<Bot>,
    #[serde(default)]
    pub incoming_webhooks: Vec<IncomingWebhook>,
    #[serde(default)]
    pub outgoing_webhooks: Vec<OutgoingWebhook>,
    #[serde(default)]
    pub commands: Vec<Command>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub username: String,
    pub email: String,
    /// An existing account keeps its role if it is left out; a new one is a member.
    pub role: Option<Role>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub nickname: Option<String>,
    pub position: Option<String>,
    pub locale: Option<String>,
    pub active: Option<bool>,
    /// The environment variable with the password of a new account.
    pub password_env: Option<String>,
    /// The file with it, whose first line counts.
    pub password_file: Option<PathBuf>,
    /// What the two contain.
    #[serde(skip)]
    pub password: Option<String>,
}

impl User {
    /// The error is one sentence.
    fn read_password(&self) -> Result<Option<String>, String> {
        let username = &self.username;
        if let Some(name) = &self.password_env {
            let password = std::env::var(name);
            return password
                .map(Some)
                .map_err(|_| format!("The environment variable {name}, with the password of {username}, is not set."));
        }
        let Some(file) = &self.password_file else { return Ok(None) };
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|error| format!("The password of {username} cannot be read from {}: {error}.", file.display()))?;
        Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    Member,
    Guest,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub name: String,
    pub display_name: String,
    pub description: Option<String>,
    /// Email domains that members must have, separated by commas.
    pub allowed_domains: Option<String>,
    /// Whether everybody on the server may join.
    pub open: Option<bool>,
    pub archived: Option<bool>,
    /// Usernames; others who are members stay.
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default)]
    pub admins: Vec<String>,
    #[serde(default)]
    pub channels: Vec<Channel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub name: String,
    pub display_name: String,
    pub private: Option<bool>,
    pub header: Option<String>,
    pub purpose: Option<String>,
    pub archived: Option<bool>,
    /// Usernames, who become members of the team as well; others who are members stay.
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default)]
    pub admins: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    pub username: String,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub active: Option<bool>,
}

/// Known by its display name within the team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncomingWebhook {
    pub team: String,
    pub channel: String,
    pub display_name: String,
    pub description: Option<String>,
    pub username: Option<String>,
    pub icon_url: Option<String>,
    pub channel_locked: Option<bool>,
}

/// Known by its display name within the team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutgoingWebhook {
    pub team: String,
    /// All public channels of the team if it is left out.
    pub channel: Option<String>,
    pub display_name: String,
    pub description: Option<String>,
    #[serde(default)]
    pub trigger_words: Vec<String>,
    pub callback_urls: Vec<String>,
    pub content_type: Option<String>,
}

/// Known by its trigger within the team.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    pub team: String,
    pub trigger: String,
    pub url: String,
    pub method: Option<Method>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub auto_complete: Option<bool>,
    pub auto_complete_desc: Option<String>,
    pub auto_complete_hint: Option<String>,
}

/// How a slash command is called.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Method {
    #[serde(rename = "POST")]
    Post,
    #[serde(rename = "GET")]
    Get,
}

impl Method {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Post => "P",
            Self::Get => "G",
        }
    }
}

impl Plan {
    /// The error is one sentence that names the file and, where it is known, the line.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = if file == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
        let text = text.map_err(|error| format!("The plan {} cannot be read: {error}.", file.display()))?;
        let mut plan = Self::parse(&text).map_err(|reason| format!("The plan {} is not valid: {reason}.", file.display()))?;
        for user in &mut plan.users {
            user.password = user.read_password()?;
        }
        Ok(plan)
    }

    /// The error is the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plan: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let message = error.message().replace('\n', " ");
            line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
        })?;
        if plan.version != VERSION {
            return Err(format!("version {} is not known; this server reads version {VERSION}", plan.version));
        }
        Ok(plan)
    }

    /// The username of the account that makes teams, channels and integrations; `None` if the plan names none.
    pub fn owner(&self) -> Option<&str> {
        let first_admin = || self.users.iter().find(|user| user.role == Some(Role::Admin)).map(|user| user.username.as_str());
        self.owner.as_deref().or_else(first_admin)
    }

    /// Whether it has anything that an account has to make.
    pub fn needs_owner(&self) -> bool {
        let integrations = [self.bots.len(), self.incoming_webhooks.len(), self.outgoing_webhooks.len(), self.commands.len()];
        !self.teams.is_empty() || integrations.iter().any(|count| *count > 0)
    }
}
