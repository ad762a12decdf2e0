//! The settings of the section `teams`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::at_least;

section! {
    /// The size of teams.
    teams: Teams {
        /// Members that a team may have.
        max_members: i64 = 50_000 => {
            rule: at_least(1),
            config: &[key("TeamSettings", "MaxUsersPerTeam")],
        }
        /// Channels that a team may have.
        max_channels: i64 = 50_000 => {
            rule: at_least(1),
            config: &[key("TeamSettings", "MaxChannelsPerTeam")],
        }
        /// Posts with `@all`, `@channel` or `@here` notify in channels of at most this many members.
        max_notifications_per_channel: i64 = 1_000 => {
            rule: at_least(1),
            config: &[key("TeamSettings", "MaxNotificationsPerChannel")],
            client: &["MaxNotificationsPerChannel"],
        }
    }
}
