//! The settings of the section `mcp`.

use serde::{Deserialize, Serialize};

use crate::mcp::Posting;
use crate::settings::Rule;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

section! {
    /// Programs with an AI, which work for a person by the Model Context Protocol: they search and read what the person may read.
    mcp: Mcp {
        /// Whether they are served, at `/mcp`.
        enabled: bool = false => {
            config: &[key("McpSettings", "Enable")],
        }
        /// Whether they post in the person's name: `never`, `after_approval` of each message by the person, or `always`.
        posting: String = "after_approval" => {
            rule: Rule::OneOf(Posting::NAMES), config: &[key("McpSettings", "Posting")],
        }
        /// How many calls a person's programs may make in a minute.
        calls_per_minute: u32 = 60 => {
            rule: between(1, 10_000), config: &[key("McpSettings", "CallsPerMinute")],
        }
    }
}
