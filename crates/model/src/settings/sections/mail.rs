//! The settings of the section `mail`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::{between, chars};
use crate::settings::{Form, Rule, Secrecy};

section! {
    /// Mail that the server sends: links for new passwords, notices about accounts, and messages that people were not there to read.
    mail: Mail {
        /// Whether the server sends mail. It also takes `mail.server`, `mail.from_address` and `site.url`, to which the links in
        /// the mails lead.
        enabled: bool = true => {
            config: &[key("EmailSettings", "SendEmailNotifications")],
        }
        /// The name or address of the mail server (SMTP) that takes the mails, such as `smtp.example.com`; empty for no mail.
        server: String = "" => {
            rule: Rule::Host, config: &[key("EmailSettings", "SMTPServer")],
        }
        /// The port of the mail server: 587 with `starttls`, 465 with `tls`, 25 in one's own network.
        port: u32 = 587 => {
            rule: between(1, 65_535), config: &[key("EmailSettings", "SMTPPort").as_form(Form::Digits)],
        }
        /// How the connection to the mail server is encrypted: `starttls` (it begins unencrypted, and no mail is sent if it
        /// cannot be encrypted), `tls` (from the beginning) or `none`.
        security: String = "starttls" => {
            rule: Rule::OneOf(&["none", "starttls", "tls"]),
            config: &[key("EmailSettings", "ConnectionSecurity").as_form(Form::Security)],
        }
        /// Whether the certificate of the mail server is verified. Without it, whoever is between the two servers can read the mails
        /// and the password.
        verify_certificate: bool = true => {
            config: &[key("EmailSettings", "SkipServerCertificateVerification").as_form(Form::Not)],
        }
        /// Whether the server logs in to the mail server, if `mail.user` is set.
        authentication: bool = true => {
            config: &[key("EmailSettings", "EnableSMTPAuth")],
        }
        /// The name with which the server logs in to the mail server; empty for a mail server that takes mail without it.
        user: String = "" => {
            rule: chars(0, 256), config: &[key("EmailSettings", "SMTPUsername")],
        }
        /// The password for it.
        password: String = "" => {
            rule: chars(0, 1024), secrecy: Secrecy::Secret, config: &[key("EmailSettings", "SMTPPassword")],
        }
        /// The address from which the mails come, such as `chat@example.com`. The mail server must be allowed to send for it.
        from_address: String = "" => {
            rule: Rule::MailAddress, config: &[key("EmailSettings", "FeedbackEmail")],
        }
        /// The name from which the mails come; empty for the name of the site.
        from_name: String = "" => {
            rule: chars(0, 64), config: &[key("EmailSettings", "FeedbackName")],
        }
        /// The address to which answers go; empty for the one from which the mails come.
        reply_to: String = "" => {
            rule: Rule::MailAddress, config: &[key("EmailSettings", "ReplyToAddress")],
        }
        /// How long the mail server may take for each step (to be reached, to be encrypted, to take a mail), in milliseconds.
        timeout_ms: u64 = 30_000 => {
            rule: between(1_000, 300_000), config: &[key("EmailSettings", "SMTPServerTimeout").as_form(Form::Seconds)],
        }
        /// Whether people can choose that mails about messages come together: every 15 minutes, every hour, once a day or once a
        /// week. Otherwise each mail is sent after `mail.notification_delay_ms`.
        batching: bool = true => {
            config: &[key("EmailSettings", "EnableEmailBatching")], client: &["EnableEmailBatching"],
        }
        /// How long a message waits at least before a mail about it is sent, in milliseconds. What is read within this time is not
        /// mailed.
        notification_delay_ms: u64 = 30_000 => {
            rule: between(1_000, 3_600_000), config: &[key("EmailSettings", "EmailBatchingInterval").as_form(Form::Seconds)],
        }
        /// What mails about messages contain: `full` for the texts, or `generic` for the names of the senders, the times and the links
        /// alone, where messages must not leave the server.
        notification_contents: String = "full" => {
            rule: Rule::OneOf(&["full", "generic"]), config: &[key("EmailSettings", "EmailNotificationContentsType")],
            client: &["EmailNotificationContentsType"],
        }
    }
}
