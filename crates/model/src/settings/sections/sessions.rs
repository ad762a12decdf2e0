//! The settings of the section `sessions`.

use serde::{Deserialize, Serialize};

use crate::settings::Form;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

/// Ten years.
const SESSION_HOURS_MAX: i64 = 87_600;

section! {
    /// How long people stay logged in.
    sessions: Sessions {
        /// How long a session of a browser or of the desktop app lasts, in hours.
        web_hours: i64 = 720 => {
            rule: between(1, SESSION_HOURS_MAX),
            config: &[
                key("ServiceSettings", "SessionLengthWebInHours"),
                key("ServiceSettings", "SessionLengthWebInDays").as_form(Form::Days).read_only(),
            ],
        }
        /// How long a session of the mobile app lasts, in hours.
        mobile_hours: i64 = 720 => {
            rule: between(1, SESSION_HOURS_MAX),
            config: &[
                key("ServiceSettings", "SessionLengthMobileInHours"),
                key("ServiceSettings", "SessionLengthMobileInDays").as_form(Form::Days).read_only(),
            ],
        }
        /// How long the access token of an app that somebody has authorized lasts, in hours. The app gets the next one with its refresh
        /// token.
        oauth_hours: i64 = 24 => {
            rule: between(1, SESSION_HOURS_MAX),
            config: &[
                key("ServiceSettings", "SessionLengthSSOInHours"),
                key("ServiceSettings", "SessionLengthSSOInDays").as_form(Form::Days).read_only(),
            ],
        }
        /// Whether activity moves the end of a session.
        extend_with_activity: bool = true => {
            config: &[key("ServiceSettings", "ExtendSessionLengthWithActivity")],
            client: &["ExtendSessionLengthWithActivity"],
        }
    }
}
