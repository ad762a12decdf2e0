//! A share between nothing and all, as a type of settings.

use serde::{Deserialize, Serialize};

/// A share, 0 to 1; the setting's rule checks the limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ratio(pub f64);

/// Settings are compared as a whole. What is not a number is rejected by the rule.
impl Eq for Ratio {}
