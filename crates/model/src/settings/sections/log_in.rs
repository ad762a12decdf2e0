//! The settings of the section `log_in`.

use serde::{Deserialize, Serialize};

use crate::settings::Audience;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::{Form, Rule};

section! {
    /// Ways to log in.
    log_in: LogIn {
        /// Who may log in by a link that comes by mail, without a password: `none` (nobody), `guests` or `everybody`. A second
        /// factor is asked for as always. It takes a server that sends mail.
        by_link: String = "guests" => {
            rule: Rule::OneOf(&["none", "guests", "everybody"]),
            config: &[
                key("ServiceSettings", "LogInByLink"),
                key("GuestAccountsSettings", "EnableGuestMagicLink").as_form(Form::Guests),
            ],
            client: &["LogInByLink"], audience: Audience::Public,
        }
        /// Whether people get a mail about a log-in to their account with a password, in a browser or from a network where it has not
        /// been used in the last 90 days.
        new_place_mails: bool = true => {
            config: &[key("EmailSettings", "SendNewPlaceMails")],
        }
        /// Whether a log-in with a password at such a place takes a code that is sent by mail. Accounts with a second factor, and
        /// those whose address is not verified, are not asked. It takes a server that sends mail: while its mail server fails, nobody can log in at a new place.
        new_place_codes: bool = false => {
            config: &[key("EmailSettings", "RequireNewPlaceCodes")],
        }
    }
}

impl LogIn {
    /// Whether an account may log in by a link. An unknown value admits nobody.
    pub fn is_by_link(&self, is_guest: bool) -> bool {
        match self.by_link.as_str() {
            "everybody" => true,
            "guests" => is_guest,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_admits_nobody() {
        let admitted = |by_link: &str| {
            let log_in = LogIn { by_link: by_link.to_owned(), ..LogIn::default() };
            [log_in.is_by_link(true), log_in.is_by_link(false)]
        };
        assert_eq!(["everybody", "guests", "none", "x"].map(admitted), [[true, true], [true, false], [false, false], [false, false]]);
    }
}
