//! Preferences.

use guildhall_model::id::UserId;
use guildhall_model::user;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preference {
    pub user_id: UserId,
    pub category: String,
    pub name: String,
    #[serde(default)]
    pub value: String,
}

impl From<&user::Preference> for Preference {
    fn from(preference: &user::Preference) -> Self {
        Self {
            user_id: preference.user_id,
            category: preference.category.clone(),
            name: preference.name.clone(),
            value: preference.value.clone(),
        }
    }
}

impl From<Preference> for user::Preference {
    fn from(preference: Preference) -> Self {
        Self { user_id: preference.user_id, category: preference.category, name: preference.name, value: preference.value }
    }
}
