//! The settings of the section `doctor`.

use serde::{Deserialize, Serialize};

use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

section! {
    /// The checks of the machine, the disks and the database that the server makes by itself.
    doctor: Doctor {
        /// How often the checks are made, in minutes; 0 for only when an administrator asks for it. Those that take long are
        /// made once a day.
        interval_minutes: i64 = 5 => {
            rule: between(0, 1_440), config: &[key("DoctorSettings", "IntervalMinutes")],
        }
        /// Whether administrators are told when something is wrong, and when it is over: by a direct message, or in the channel of
        /// `alerts.channel_id`.
        alerts: bool = true => {
            config: &[key("DoctorSettings", "Alerts")],
        }
        /// The public addresses under which the server is reached and which are not the machine's own, such as that of its
        /// router: addresses or networks, separated by commas.
        public_addresses: String = "" => {
            rule: Rule::Networks, config: &[key("DoctorSettings", "PublicAddresses")],
        }
    }
}
