//! The settings of the section `second_factors`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;
use crate::settings::{Audience, Form, Rule};

section! {
    /// Second factors: the code of an authenticator app besides the password. Everybody may set one up.
    second_factors: SecondFactors {
        /// Who must have a second factor: `none` (nobody), `administrators` or `everybody`. Whoever must and has none can only set
        /// one up; their personal access tokens do not work until then. Bots need none.
        required: String = "none" => {
            rule: Rule::OneOf(&["none", "administrators", "everybody"]),
            config: &[
                key("ServiceSettings", "MultifactorAuthenticationRequiredOf"),
                key("ServiceSettings", "EnforceMultifactorAuthentication").as_form(Form::Everybody),
                key("GuestAccountsSettings", "EnforceMultifactorAuthentication").as_form(Form::Everybody).read_only(),
            ],
        }
        /// How many days people have to set up a second factor after it became required, if they had their account already.
        grace_days: i64 = 7 => {
            rule: between(0, 365), config: &[key("ServiceSettings", "MultifactorAuthenticationGraceDays")],
        }
        /// Whether people can log in with a passkey (fingerprint, face, PIN of a device, or a security key) instead of a password. Passkeys
        /// are bound to the domain of the site address.
        passkeys: bool = true => {
            config: &[key("ServiceSettings", "EnablePasskeys")], client: &["EnablePasskeys"], audience: Audience::Public,
        }
    }
}
