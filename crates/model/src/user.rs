//! Users: accounts, their sessions, personal access tokens, preferences and statuses, and bots.

pub mod passkey;
pub mod password;
pub mod password_policy;
pub mod preference;
pub mod presence;
pub mod rules;
pub mod second_factor;

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::id::{AccessTokenId, ChannelId, SessionId, UserId};
use crate::time::Millis;

/// String properties by name, such as those of notifications and sessions.
pub type Props = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    /// When the account was deactivated; zero while it is active.
    pub delete_at: Millis,
    pub username: String,
    pub email: String,
    pub email_verified: bool,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    /// Names of system roles, space-separated.
    pub roles: String,
    pub notify_props: Props,
    pub props: Props,
    pub timezone: Props,
    pub locale: String,
    pub last_password_update: Millis,
    pub last_picture_update: Millis,
    pub failed_attempts: i64,
    pub is_bot: bool,
    /// Logging in takes a code besides the password.
    pub has_second_factor: bool,
}

impl User {
    pub fn is_active(&self) -> bool {
        self.delete_at.is_zero()
    }
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.split_ascii_whitespace().any(|name| name == role)
    }
    pub fn is_guest(&self) -> bool {
        self.has_role(crate::role::SYSTEM_GUEST)
    }
    /// First and last name; `None` where there is neither.
    pub fn full_name(&self) -> Option<String> {
        let name = format!("{} {}", self.first_name, self.last_name);
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

/// A login. The token itself is never stored, only its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub create_at: Millis,
    /// Zero for sessions that do not expire (access tokens).
    pub expires_at: Millis,
    pub last_activity_at: Millis,
    /// From which IP address, as far as it is known; else empty.
    pub last_address: String,
    pub device_id: String,
    /// The account's system roles, updated when those of the account change.
    pub roles: String,
    pub is_oauth: bool,
    pub expired_notify: bool,
    pub props: Props,
}

/// The authenticated caller of a use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// Names of system roles, space-separated.
    pub roles: String,
    pub is_bot: bool,
    pub is_guest: bool,
    pub auth_method: AuthMethod,
    /// The client's address, for the audit trail; `None` for jobs and the local socket.
    pub address: Option<IpAddr>,
}

/// How the caller was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    Session,
    AccessToken,
    /// An app that the person has authorized, by a token of the OAuth provider.
    OAuth,
    /// A webhook, a slash command's response or a job that acts for the user.
    Integration,
    /// The server's local socket: an administrator of the machine without an account.
    Local,
    /// The same administrator, who acts as this account.
    LocalAccount,
}

impl Actor {
    /// The caller of requests over the local socket. Its id is all zero and belongs to no user.
    pub fn local_administrator() -> Self {
        use crate::role::{SYSTEM_ADMIN, SYSTEM_USER};
        Self {
            user_id: UserId::from_bytes([0; 16]),
            session_id: SessionId::from_bytes([0; 16]),
            roles: format!("{SYSTEM_USER} {SYSTEM_ADMIN}"),
            is_bot: false,
            is_guest: false,
            auth_method: AuthMethod::Local,
            address: None,
        }
    }

    /// An app that the person has authorized.
    pub fn is_app(&self) -> bool {
        self.auth_method == AuthMethod::OAuth
    }

    pub fn has_account(&self) -> bool {
        self.auth_method != AuthMethod::Local
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub id: AccessTokenId,
    pub user_id: UserId,
    pub description: String,
    pub is_active: bool,
    pub create_at: Millis,
    /// From then on it is rejected; zero for a token that does not expire.
    pub expires_at: Millis,
}

impl AccessToken {
    /// Whether it is not valid any more at that time.
    pub fn ends_by(&self, time: Millis) -> bool {
        !self.expires_at.is_zero() && self.expires_at <= time
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    pub user_id: UserId,
    pub username: String,
    pub display_name: String,
    pub description: String,
    pub owner_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Preference {
    pub user_id: UserId,
    pub category: String,
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    Online,
    Away,
    DoNotDisturb,
    Offline,
}

impl Presence {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::DoNotDisturb => "dnd",
            Self::Offline => "offline",
        }
    }
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Online, Self::Away, Self::DoNotDisturb, Self::Offline].into_iter().find(|p| p.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub user_id: UserId,
    pub presence: Presence,
    /// Set by the user rather than derived from activity.
    pub manual: bool,
    pub last_activity_at: Millis,
    /// When "do not disturb" ends; zero for never.
    pub dnd_end_time: Millis,
    pub active_channel: Option<ChannelId>,
}
