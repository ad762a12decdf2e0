//! Mail: what is sent, by which server, why it failed, and which mails an account gets.

use serde::{Deserialize, Serialize};

use crate::id::{AccessTokenId, MagicLinkCodeId, SecurityAlertId};
use crate::ports::Secret;
use crate::time::Millis;

/// A name, which may be empty, and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    pub address: String,
}

/// A mail as plain text and as HTML. Its texts may have any characters: what implements `Mailer` encodes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// `left@domain`, without angle brackets; the same in each attempt, so that mail systems recognize a repetition.
    pub message_id: String,
    pub date: Millis,
    pub from: Mailbox,
    /// Where answers go, if not to `from`.
    pub reply_to: Option<Mailbox>,
    pub to: Mailbox,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where the reader turns such mails off without a log-in, by one request (RFC 8058). `None` for what everybody must get.
    pub unsubscribe_url: Option<String>,
}

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    None,
    /// It begins unencrypted; without encryption nothing is sent.
    StartTls,
    Tls,
}

impl MailSecurity {
    /// Of the setting `mail.security`. An unknown name encrypts.
    pub fn from_name(name: &str) -> Self {
        match name {
            "none" => Self::None,
            "tls" => Self::Tls,
            _ => Self::StartTls,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCredentials {
    pub user: String,
    pub password: Secret,
}

/// A mail server (SMTP), and how to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// A name or an IP address.
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub verifies_certificate: bool,
    /// `None` for a server that takes mail without a log-in.
    pub credentials: Option<MailCredentials>,
    /// How we introduce ourselves.
    pub client_name: String,
    /// For each step: to connect, to log in, to take a mail.
    pub timeout_ms: u64,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailError {
    /// Another attempt would fail, too: the server rejected the mail.
    pub is_permanent: bool,
    /// What happened, with the server's own words, as one sentence for administrators.
    pub reason: String,
}

/// A mail about an account, as it waits to be sent: ids instead of texts, and never a secret. Its texts are made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum AccountMail {
    /// A link for a new password, whose token is made when the mail is sent.
    PasswordReset,
    /// A link that verifies the address of the account.
    Verification,
    /// A link to log in without a password, and a code where a page waits for one.
    MagicLink {
        code_id: Option<MagicLinkCodeId>,
    },
    /// Somebody has logged in by a link, and what others may have known of the account has ended.
    AddressProven,
    PasswordChanged,
    /// Somebody has logged in where the account has not been used before.
    NewPlace {
        /// The browser or the app, and its system; empty if it does not say.
        device: String,
        /// The network address; empty if it is not known.
        address: String,
        at: Millis,
    },
    /// The code that a log-in at such a place takes.
    NewPlaceCode {
        code_id: MagicLinkCodeId,
        device: String,
        address: String,
    },
    /// To the address that the account had.
    EmailChanged {
        old_email: String,
    },
    Deactivated,
    BecameAdministrator,
    AccessTokenCreated {
        token_id: AccessTokenId,
    },
    /// It has a new secret.
    AccessTokenRotated {
        token_id: AccessTokenId,
    },
    /// It ends within days.
    AccessTokenExpiring {
        token_id: AccessTokenId,
    },
    SecondFactorAdded,
    SecondFactorRemoved,
    PasskeyAdded {
        name: String,
    },
    PasskeyRemoved {
        name: String,
    },
    /// What somebody has asked for can be downloaded.
    DataExportReady,
    /// To administrators.
    SecurityAlert {
        alert_id: SecurityAlertId,
    },
}

impl AccountMail {
    /// The kind of link in it.
    pub const fn link(&self) -> Option<AccountTokenKind> {
        match self {
            Self::PasswordReset => Some(AccountTokenKind::PasswordReset),
            Self::Verification => Some(AccountTokenKind::Verification),
            Self::MagicLink { .. } => Some(AccountTokenKind::MagicLink),
            _ => None,
        }
    }

    /// Of the audit trail.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Verification => "verification",
            Self::MagicLink { .. } => "magic_link",
            Self::AddressProven => "address_proven",
            Self::PasswordChanged => "password_changed",
            Self::NewPlace { .. } => "new_place",
            Self::NewPlaceCode { .. } => "new_place_code",
            Self::EmailChanged { .. } => "email_changed",
            Self::Deactivated => "deactivated",
            Self::BecameAdministrator => "became_administrator",
            Self::AccessTokenCreated { .. } => "access_token_created",
            Self::AccessTokenRotated { .. } => "access_token_rotated",
            Self::AccessTokenExpiring { .. } => "access_token_expiring",
            Self::SecondFactorAdded => "second_factor_added",
            Self::SecondFactorRemoved => "second_factor_removed",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::DataExportReady => "data_export_ready",
            Self::SecurityAlert { .. } => "security_alert",
        }
    }
}

/// What the token of a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountTokenKind {
    /// Setting a new password.
    PasswordReset,
    /// Verifying the address of the account.
    Verification,
    /// Logging in.
    MagicLink,
}

impl AccountTokenKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Verification => "verification",
            Self::MagicLink => "magic_link",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_stored_by_its_name() {
        let mails = [
            AccountMail::PasswordReset,
            AccountMail::Verification,
            AccountMail::MagicLink { code_id: Some(MagicLinkCodeId::from_bytes([1; 16])) },
            AccountMail::MagicLink { code_id: None },
            AccountMail::AddressProven,
            AccountMail::PasswordChanged,
            AccountMail::NewPlace { device: "Firefox/128.0".to_owned(), address: "203.0.113.7".to_owned(), at: Millis(5) },
            AccountMail::NewPlaceCode {
                code_id: MagicLinkCodeId::from_bytes([1; 16]),
                device: "Firefox/128.0".to_owned(),
                address: "203.0.113.7".to_owned(),
            },
            AccountMail::EmailChanged { old_email: "ada@example.com".to_owned() },
            AccountMail::Deactivated,
            AccountMail::BecameAdministrator,
            AccountMail::AccessTokenCreated { token_id: AccessTokenId::from_bytes([1; 16]) },
            AccountMail::AccessTokenRotated { token_id: AccessTokenId::from_bytes([1; 16]) },
            AccountMail::AccessTokenExpiring { token_id: AccessTokenId::from_bytes([1; 16]) },
            AccountMail::SecondFactorAdded,
            AccountMail::SecondFactorRemoved,
            AccountMail::PasskeyAdded { name: "Phone".to_owned() },
            AccountMail::PasskeyRemoved { name: "Phone".to_owned() },
            AccountMail::DataExportReady,
            AccountMail::SecurityAlert { alert_id: SecurityAlertId::from_bytes([2; 16]) },
        ];
        for mail in mails {
            let json = serde_json::to_value(&mail).unwrap();
            assert_eq!(json["mail"], mail.name());
            assert_eq!(serde_json::from_value::<AccountMail>(json).unwrap(), mail);
        }
    }

    #[test]
    fn an_unknown_security_encrypts() {
        assert_eq!(MailSecurity::from_name("none"), MailSecurity::None);
        assert_eq!(MailSecurity::from_name("tls"), MailSecurity::Tls);
        assert_eq!(["starttls", ""].map(MailSecurity::from_name), [MailSecurity::StartTls; 2]);
    }
}
