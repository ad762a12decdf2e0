//! `/open`: the same as `/join`.

use super::{BuiltIn, join};

pub const COMMAND: BuiltIn = BuiltIn { trigger: "open", display_name: "open", ..join::COMMAND };
