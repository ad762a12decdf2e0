//! What is about the account: profile, settings, log-ins, limits, memberships.

use super::{BY_ID, ExportFile, FILE};
use crate::personal_data::column::{flag, id, json, number, text, time};

pub(super) const FILES: &[ExportFile] = &[
    ExportFile {
        name: "account",
        description: "Your account: names, address, settings of notifications, roles.",
        table: "users",
        condition: "t.id = ?",
        columns: &[
            id("id"),
            text("username"),
            text("email"),
            flag("email_verified"),
            text("nickname"),
            text("first_name"),
            text("last_name"),
            text("position"),
            text("roles"),
            json("notify_props"),
            json("props"),
            json("timezone"),
            text("locale"),
            time("create_at"),
            time("update_at"),
            time("delete_at"),
            time("last_password_update"),
            time("last_picture_update"),
            number("failed_attempts"),
            time("last_failed_at"),
            flag("has_second_factor"),
            flag("is_bot"),
        ],
        withheld: &["password_hash", "picture_key", "link_epoch"],
        ..FILE
    },
    ExportFile {
        name: "profile",
        description: "What you have entered into the fields of your profile.",
        table: "profile_values",
        joins: "JOIN profile_fields f ON f.id = t.field_id",
        columns: &[id("field_id"), text("field").from("f.name"), json("value"), time("update_at")],
        key: &[id("field_id")],
        ..FILE
    },
    ExportFile {
        name: "status",
        description: "Your status, and when you were active last.",
        table: "statuses",
        columns: &[text("presence"), flag("manual"), time("last_activity_at"), time("dnd_end_time")],
        ..FILE
    },
    ExportFile {
        name: "preferences",
        description: "Your settings in the clients, and the messages that you have saved.",
        table: "preferences",
        columns: &[text("category"), text("name"), text("value")],
        shared_condition: "t.category NOT IN ('direct_channel_show', 'group_channel_show')",
        key: &[text("category"), text("name")],
        ..FILE
    },
    ExportFile {
        name: "sessions",
        description: "Where you are logged in.",
        table: "sessions",
        columns: &[
            id("id"),
            time("create_at"),
            time("expires_at"),
            time("last_activity_at"),
            text("last_address"),
            json("props"),
            text("roles"),
            flag("is_oauth"),
        ],
        withheld: &["token_hash", "user_id", "device_id", "expired_notify"],
        key: BY_ID,
        ..FILE
    },
    ExportFile {
        name: "known_places",
        description: "When you have last logged in where you have logged in before. The places themselves are stored as digests.",
        table: "known_places",
        columns: &[time("last_login_at")],
        withheld: &["user_id", "place_hash"],
        key: &[time("last_login_at"), id("place").from("place_hash")],
        ..FILE
    },
    ExportFile {
        name: "access_tokens",
        description: "Your personal access tokens, without what gives access.",
        table: "access_tokens",
        columns: &[id("id"), text("description"), flag("is_active"), time("create_at"), time("expires_at")],
        withheld: &["user_id", "token_hash", "expiry_warned_days"],
        key: BY_ID,
        ..FILE
    },
    ExportFile {
        name: "authorized_apps",
        description: "The apps that you have allowed to act for you.",
        table: "oauth_authorizations",
        joins: "LEFT JOIN oauth_apps a ON a.id = t.app_id",
        columns: &[id("app_id"), text("name").from("a.name"), time("create_at")],
        withheld: &["user_id"],
        key: &[id("app_id")],
        ..FILE
    },
    ExportFile {
        name: "second_factors",
        description: "Your second factors, without what gives access.",
        table: "second_factors",
        columns: &[text("kind"), time("activated_at")],
        withheld: &["user_id", "secret", "last_step"],
        key: &[text("kind")],
        ..FILE
    },
    ExportFile {
        name: "passkeys",
        description: "Your passkeys, without what gives access.",
        table: "passkeys",
        columns: &[id("id"), text("name"), text("domain"), time("create_at"), time("last_used_at")],
        withheld: &["user_id", "credential_hash", "credential"],
        key: BY_ID,
        ..FILE
    },
    ExportFile {
        name: "terms_of_service",
        description: "The terms of service to which you have agreed.",
        table: "user_terms_of_service",
        columns: &[id("terms_of_service_id"), time("accepted_at")],
        ..FILE
    },
    ExportFile {
        name: "guest_expiry",
        description: "When your access as a guest ends.",
        table: "guest_expiries",
        columns: &[time("expires_at")],
        ..FILE
    },
    ExportFile {
        name: "storage",
        description: "How much you have stored.",
        table: "storage_usage",
        condition: "t.scope = 1 AND t.id = ?",
        columns: &[number("bytes"), number("files")],
        withheld: &["scope", "id"],
        ..FILE
    },
    ExportFile {
        name: "limits",
        description: "Limits that were set for you.",
        table: "own_limits",
        condition: "t.scope = 1 AND t.id = ?",
        columns: &[number("file_bytes"), number("storage_bytes"), number("storage_files"), number("posts_per_minute")],
        withheld: &["scope", "id"],
        ..FILE
    },
    ExportFile {
        name: "teams",
        description: "The teams in which you are or were.",
        table: "team_members",
        joins: "LEFT JOIN teams m ON m.id = t.team_id",
        columns: &[
            id("team_id"),
            text("team_name").from("m.name"),
            text("team").from("m.display_name"),
            flag("is_guest").from("scheme_guest"),
            flag("is_member").from("scheme_user"),
            flag("is_admin").from("scheme_admin"),
            text("roles").from("explicit_roles"),
            time("create_at"),
            time("delete_at"),
        ],
        withheld: &["user_id", "removed_invite_id"],
        key: &[id("team_id")],
        ..FILE
    },
    ExportFile {
        name: "channels",
        description: "The channels in which you are, and what you have read there.",
        table: "channel_members",
        columns: &[
            flag("is_guest").from("scheme_guest"),
            flag("is_member").from("scheme_user"),
            flag("is_admin").from("scheme_admin"),
            text("roles").from("explicit_roles"),
            time("last_viewed_at"),
            time("marked_unread_at"),
            json("notify_props"),
            time("last_update_at"),
        ],
        withheld: &["user_id", "msg_count", "msg_count_root", "mention_count", "mention_count_root", "urgent_mention_count"],
        channel: Some("t.channel_id"),
        key: &[id("channel_id")],
        ..FILE
    },
    ExportFile {
        name: "sidebar_categories",
        description: "The categories of your sidebar.",
        table: "sidebar_categories",
        columns: &[
            id("id"),
            id("team_id"),
            text("kind"),
            text("display_name"),
            text("sorting"),
            number("sort_order"),
            flag("muted"),
            flag("collapsed"),
        ],
        key: BY_ID,
        ..FILE
    },
    ExportFile {
        name: "sidebar_channels",
        description: "Which channels you have put into which category.",
        table: "sidebar_channels",
        columns: &[id("category_id"), number("sort_order")],
        channel: Some("t.channel_id"),
        key: &[id("category_id"), id("channel_id")],
        ..FILE
    },
];
