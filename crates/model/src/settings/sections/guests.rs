//! The settings of the section `guests`.

use serde::{Deserialize, Serialize};

use crate::settings::Audience;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::chars;

section! {
    /// Guests: people from elsewhere, who see nothing but the channels to which they were added.
    guests: Guests {
        /// Whether people can be invited as guests, and members made guests. Guests who are there already keep their access.
        enabled: bool = true => {
            config: &[key("GuestAccountsSettings", "Enable")], client: &["EnableGuestAccounts"], audience: Audience::Public,
        }
        /// The email domains that guests may have, separated by commas; empty for any. `signup.allowed_domains` and the domains of a
        /// team are not for guests.
        allowed_domains: String = "" => {
            rule: chars(0, 4096),
            config: &[key("GuestAccountsSettings", "RestrictCreationToDomains")],
        }
        /// Whether the access of guests ends when a project is archived and they are in no other channel: their accounts are
        /// deactivated. Otherwise whoever archives the project is told who they are.
        end_with_project: bool = false => {
            config: &[key("GuestAccountsSettings", "EndWithProject")],
        }
    }
}
