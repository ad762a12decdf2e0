//! Which class and activity of the schema each name of an audit record has, in one table.

/// A class of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    DetectionFinding,
    AccountChange,
    Authentication,
    EntityManagement,
    UserAccess,
    GroupManagement,
    ApiActivity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping {
    pub class: Class,
    /// The `activity_id` of the class.
    pub activity: u8,
    pub is_failure: bool,
}

impl Mapping {
    /// For a name that the table does not have.
    pub const UNKNOWN: Self = Self { class: Class::ApiActivity, activity: OTHER, is_failure: false };
}

const OTHER: u8 = 99;
const CREATE: u8 = 1;
const READ: u8 = 2;
const UPDATE: u8 = 3;
const DELETE: u8 = 4;

impl Class {
    pub const fn uid(self) -> u32 {
        match self {
            Self::DetectionFinding => 2004,
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::GroupManagement => 3006,
            Self::ApiActivity => 6003,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::DetectionFinding => "Detection Finding",
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::GroupManagement => "Group Management",
            Self::ApiActivity => "API Activity",
        }
    }

    pub const fn category_name(self) -> &'static str {
        match self {
            Self::DetectionFinding => "Findings",
            Self::ApiActivity => "Application Activity",
            _ => "Identity & Access Management",
        }
    }

    pub const fn activity_name(self, activity: u8) -> &'static str {
        match (self, activity) {
            (Self::DetectionFinding | Self::AccountChange | Self::EntityManagement | Self::ApiActivity, 1) => "Create",
            (Self::DetectionFinding, 2) => "Update",
            (Self::DetectionFinding, 3) => "Close",
            (Self::AccountChange, 2) => "Enable",
            (Self::AccountChange, 3) => "Password Change",
            (Self::AccountChange, 4) => "Password Reset",
            (Self::AccountChange, 5) => "Disable",
            (Self::AccountChange, 6) => "Delete",
            (Self::AccountChange, 10) => "MFA Factor Enable",
            (Self::AccountChange, 11) => "MFA Factor Disable",
            (Self::Authentication, 1) => "Logon",
            (Self::Authentication, 2) => "Logoff",
            (Self::EntityManagement | Self::ApiActivity, 2) => "Read",
            (Self::EntityManagement | Self::ApiActivity, 3) => "Update",
            (Self::EntityManagement | Self::ApiActivity, 4) => "Delete",
            (Self::UserAccess, 3) => "Assign Role",
            (Self::GroupManagement, 3) => "Add User",
            (Self::GroupManagement, 4) => "Remove User",
            _ => "Other",
        }
    }
}

/// Names whose class is not that of their noun.
const NAMES: &[(&str, Class, u8)] = &[
    ("access.denied", Class::ApiActivity, OTHER),
    ("access.denied_more", Class::ApiActivity, OTHER),
    ("audits.export", Class::ApiActivity, READ),
    ("channels.read", Class::ApiActivity, READ),
    ("sessions.login", Class::Authentication, 1),
    ("sessions.login_failed", Class::Authentication, 1),
    ("sessions.logout", Class::Authentication, 2),
    ("sessions.revoke", Class::Authentication, 2),
    ("sessions.revoke_all", Class::Authentication, 2),
    ("sessions.revoke_all_users", Class::Authentication, 2),
    ("sessions.revoke_others", Class::Authentication, 2),
    ("users.check_password_failed", Class::Authentication, 1),
    ("second_factors.use_recovery_code", Class::Authentication, 1),
    ("oauth.issue_tokens", Class::Authentication, 1),
    ("oauth.deauthorize", Class::Authentication, 2),
    ("oauth.end_reused", Class::Authentication, 2),
    ("oauth.register_app", Class::EntityManagement, CREATE),
    ("second_factors.activate", Class::AccountChange, 10),
    ("second_factors.remove", Class::AccountChange, 11),
    ("users.create", Class::AccountChange, 1),
    ("users.activate", Class::AccountChange, 2),
    ("users.change_password", Class::AccountChange, 3),
    ("users.reset_password", Class::AccountChange, 4),
    ("users.create_password_reset_link", Class::AccountChange, 4),
    ("users.request_password_reset", Class::AccountChange, 4),
    ("users.deactivate", Class::AccountChange, 5),
    ("users.end_guest_access", Class::AccountChange, 5),
    ("users.erase", Class::AccountChange, 6),
    ("users.offboard", Class::AccountChange, 5),
    ("bots.create", Class::AccountChange, 1),
    ("bots.enable", Class::AccountChange, 2),
    ("bots.disable", Class::AccountChange, 5),
    ("bots.disable_with_owner", Class::AccountChange, 5),
    ("users.update_roles", Class::UserAccess, 3),
    ("teams.update_member_roles", Class::UserAccess, 3),
    ("channels.update_member_roles", Class::UserAccess, 3),
    ("channels.add_member", Class::GroupManagement, 3),
    ("channels.remove_member", Class::GroupManagement, 4),
    ("groups.add_members", Class::GroupManagement, 3),
    ("groups.remove_members", Class::GroupManagement, 4),
    ("teams.add_member", Class::GroupManagement, 3),
    ("teams.remove_member", Class::GroupManagement, 4),
    ("security_alerts.raise", Class::DetectionFinding, 1),
    ("security_alerts.revoke_access", Class::DetectionFinding, 2),
    ("security_alerts.acknowledge", Class::DetectionFinding, 3),
    ("security_alerts.many_files", Class::ApiActivity, READ),
    ("security_alerts.many_messages", Class::ApiActivity, READ),
    ("security_alerts.token_in_networks", Class::ApiActivity, OTHER),
];

/// All other names of these nouns are changes of accounts without an activity of their own.
const ACCOUNTS: &[&str] = &["bots", "second_factors", "sessions", "users"];

/// All other names of these nouns say by their verb what was done with what the noun names.
const ENTITIES: &[&str] = &[
    "access_tokens",
    "audits",
    "backups",
    "brand",
    "categories",
    "channel_bookmarks",
    "channel_templates",
    "channels",
    "commands",
    "data_exports",
    "database",
    "emoji",
    "files",
    "findings",
    "groups",
    "invitations",
    "jobs",
    "limits",
    "mail",
    "mcp",
    "oauth",
    "posts",
    "preferences",
    "profile_attributes",
    "projects",
    "reactions",
    "roles",
    "schemes",
    "statuses",
    "storage",
    "system",
    "teams",
    "terms_of_service",
    "threads",
    "uploads",
    "webhooks",
];

const CREATING: &[&str] = &["add", "create", "upload", "start", "invite"];
const READING: &[&str] = &["download", "export", "read", "verify", "view"];
const DELETING: &[&str] = &["archive", "cancel", "delete", "remove", "revoke"];

/// `None` for a name that the table does not have.
pub fn mapping(action: &str) -> Option<Mapping> {
    let is_failure = action.ends_with("_failed") || action.starts_with("access.denied");
    if let Some((_, class, activity)) = NAMES.iter().find(|(name, ..)| *name == action) {
        return Some(Mapping { class: *class, activity: *activity, is_failure });
    }
    let (noun, verb) = action.split_once('.')?;
    if ACCOUNTS.contains(&noun) {
        return Some(Mapping { class: Class::AccountChange, activity: OTHER, is_failure });
    }
    let first_word = verb.split('_').next().unwrap_or(verb);
    let activity = match first_word {
        word if CREATING.contains(&word) => CREATE,
        word if READING.contains(&word) => READ,
        word if DELETING.contains(&word) => DELETE,
        _ => UPDATE,
    };
    ENTITIES.contains(&noun).then_some(Mapping { class: Class::EntityManagement, activity, is_failure })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_say_what_was_done() {
        let activity = |action| mapping(action).map(|mapping| (mapping.class.uid(), mapping.activity));
        assert_eq!(activity("channels.create"), Some((3004, CREATE)));
        assert_eq!(activity("channels.archive"), Some((3004, DELETE)));
        assert_eq!(activity("channels.view"), Some((3004, READ)));
        assert_eq!(activity("channels.patch"), Some((3004, UPDATE)));
        assert_eq!(activity("users.patch"), Some((3001, OTHER)));
        assert_eq!(activity("elsewhere.patch"), None);
        assert_eq!(activity("nothing"), None);
    }

    #[test]
    fn every_activity_of_the_table_has_a_name() {
        for (name, class, activity) in NAMES {
            assert!(*activity == OTHER || class.activity_name(*activity) != "Other", "{name}");
        }
        let mut names: Vec<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NAMES.len());
    }
}
