//! The settings of the section `privacy`.

use serde::{Deserialize, Serialize};

use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::between;

section! {
    /// Privacy: what people can do with what is stored about them.
    privacy: Privacy {
        /// Whether people can export what is stored about them. Administrators can do it for them in any case.
        own_exports: bool = true => {
            config: &[key("PrivacySettings", "EnableDataExports")], client: &["EnableDataExports"],
        }
        /// After how many days an export is deleted.
        export_days: i64 = 7 => {
            rule: between(1, 90), config: &[key("PrivacySettings", "DataExportDays")],
        }
        /// Whether administrators of the system can erase people by Mattermost's operation `DELETE /users/{user_id}?permanent=true`, which asks for no
        /// confirmation. Our own operation is there in any case.
        permanent_deletion: bool = false => {
            config: &[key("ServiceSettings", "EnableAPIUserDeletion")],
        }
    }
}
