//! The settings of the section `groups`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;

section! {
    /// Groups of people that can be mentioned.
    groups: Groups {
        /// Whether people may make groups and mention them by `@name`. Groups that exist already stay, but are not
        /// shown, and mentions of them notify nobody.
        enabled: bool = true => {
            config: &[key("ServiceSettings", "EnableCustomGroups")], client: &["EnableCustomGroups"],
        }
    }
}
