//! The settings of the section `alerts`.

use serde::{Deserialize, Serialize};

use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;

section! {
    /// Where administrators are told of security alerts, and of what the checks of the server find.
    alerts: Alerts {
        /// The id of a public or private channel in which the server's bot tells it, as one message, instead of by direct messages to all
        /// administrators. Everybody who is in the channel reads it, and may be whom an alert is about; in a public channel that is
        /// everybody in the team. While the channel cannot be used, because it is archived for example, it is told by direct messages. Empty
        /// for always direct messages.
        channel_id: String = "" => {
            rule: Rule::Channel, config: &[key("AlertSettings", "ChannelId")],
        }
    }
}
