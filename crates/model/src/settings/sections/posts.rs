//! The settings of the section `posts`.

use serde::{Deserialize, Serialize};

use crate::settings::Audience;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::message_size::{MESSAGE_BYTES_MAX, MESSAGE_BYTES_MIN};
use crate::settings::rule::{at_least, between};

section! {
    /// Messages.
    posts: Posts {
        /// The largest message, in bytes. Messages are measured in characters, of which each has four bytes at most: a
        /// quarter of this. Messages that are longer already stay.
        max_message_bytes: usize = 65_535 => {
            rule: between(MESSAGE_BYTES_MIN, MESSAGE_BYTES_MAX),
            config: &[key("ServiceSettings", "MaxMessageBytes")],
        }
        /// How long people may edit their posts, in seconds; -1 for ever.
        edit_time_limit_seconds: i64 = -1 => {
            rule: at_least(-1),
            config: &[key("ServiceSettings", "PostEditTimeLimit")], client: &["PostEditTimeLimit"],
        }
        /// Whether people may add emoji of their own.
        custom_emoji: bool = true => {
            config: &[key("ServiceSettings", "EnableCustomEmoji")],
            client: &["EnableCustomEmoji"], audience: Audience::Public,
        }
    }
}
