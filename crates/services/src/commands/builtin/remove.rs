//! `/remove`: the same as `/kick`.

use super::{BuiltIn, kick};

pub const COMMAND: BuiltIn = BuiltIn { trigger: "remove", display_name: "remove", ..kick::COMMAND };
