//! The settings of the section `signup`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::{between, chars};
use crate::settings::{Applies, Audience, Writer};

section! {
    /// New accounts.
    signup: Signup {
        /// Whether anybody may create an account without an invitation.
        open: bool = false => {
            config: &[key("TeamSettings", "EnableOpenServer")],
            client: &["EnableOpenServer"], audience: Audience::Public,
        }
        /// Whether the first account takes the set-up code from this machine itself, too. The packages set it: behind a proxy on
        /// the same machine, everybody may seem to be there.
        setup_code_always: bool = false => { writer: Writer::StartOnly, applies: Applies::NextStart }
        /// The email domains that accounts may have, separated by commas; empty for any.
        allowed_domains: String = "" => {
            rule: chars(0, 4096),
            config: &[key("TeamSettings", "RestrictCreationToDomains")],
        }
        /// Whether only people with a verified email address may log in, apart from administrators. It has no effect while the
        /// server sends no mail.
        require_verified_email: bool = false => {
            config: &[key("EmailSettings", "RequireEmailVerification")], client: &["RequireEmailVerification"],
        }
        /// Whether people can be invited by mail, if the server sends mail.
        email_invitations: bool = true => {
            config: &[key("ServiceSettings", "EnableEmailInvitations")], client: &["EnableEmailInvitations"],
        }
        /// The fewest characters that a password may have.
        password_min_chars: usize = 8 => {
            rule: between(5, 72),
            config: &[key("PasswordSettings", "MinimumLength")],
            client: &["PasswordMinimumLength"], audience: Audience::Public,
        }
        /// Whether a password must have a lower-case letter. A longer password is safer than one with more kinds of characters.
        password_lowercase: bool = false => {
            config: &[key("PasswordSettings", "Lowercase")],
            client: &["PasswordRequireLowercase"], audience: Audience::Public,
        }
        /// Whether a password must have an upper-case letter.
        password_uppercase: bool = false => {
            config: &[key("PasswordSettings", "Uppercase")],
            client: &["PasswordRequireUppercase"], audience: Audience::Public,
        }
        /// Whether a password must have a digit.
        password_number: bool = false => {
            config: &[key("PasswordSettings", "Number")],
            client: &["PasswordRequireNumber"], audience: Audience::Public,
        }
        /// Whether a password must have a character that is neither a letter nor a digit; a space is one.
        password_symbol: bool = false => {
            config: &[key("PasswordSettings", "Symbol")],
            client: &["PasswordRequireSymbol"], audience: Audience::Public,
        }
        /// Whether new passwords are rejected that attackers try first: those that many people use, and those of the list in
        /// `signup.breached_passwords_file`. It is checked on this machine.
        password_reject_breached: bool = true => {
            config: &[key("PasswordSettings", "RejectBreached")],
        }
        /// A file with more breached passwords than the built-in ones, made by `guildhall passwords build-filter`; empty for none.
        breached_passwords_file: String = "" => {
            rule: chars(0, 4096), writer: Writer::StartOnly, applies: Applies::NextStart,
        }
        /// Whether new passwords are rejected that are names of the person or of this site.
        password_reject_names: bool = true => {
            config: &[key("PasswordSettings", "RejectNames")],
        }
    }
}
