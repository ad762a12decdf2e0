//! A valid body for each operation. Operations that are not listed get `{}`.

use super::make::PNG;

#[derive(Debug, Clone, Copy)]
pub enum Payload {
    /// JSON with `{placeholders}`.
    Json(&'static str),
    Bytes(&'static [u8]),
    /// Parts: name, file name, content (fields have `{placeholders}`).
    Form(&'static [(&'static str, Option<&'static str>, &'static [u8])]),
}

use Payload::{Bytes, Form, Json};

/// `None` for methods without a body: a DELETE has one only where it is listed.
pub fn payload_of(method: &str, operation: &str) -> Option<Payload> {
    let row = PAYLOADS.iter().find(|(operations, _)| operations.contains(&operation));
    let listed = row.map(|(_, payload)| *payload);
    match method {
        "GET" => None,
        "DELETE" => listed,
        _ => Some(listed.unwrap_or(Json("{}"))),
    }
}

pub const PASSWORD_CHANGE: &str = r#"{"current_password":"Passw0rd!longer","new_password":"An0ther!longer"}"#;
const CATEGORY: &str = r#"{"id":"{category_id}","user_id":"{user_id}","team_id":"{team_id}","display_name":"Mine","type":"custom","channel_ids":["{channel_id}"]}"#;
const PREFERENCES: &str = r#"[{"user_id":"{user_id}","category":"display_settings","name":"use_military_time","value":"true"}]"#;
const COMMAND: &str = r#"{"id":"{command_id}","team_id":"{team_id}","trigger":"say","method":"P","url":"http://example.com/say"}"#;
const IN_HOOK: &str = r#"{"id":"{hook_id}","channel_id":"{channel_id}","display_name":"in","description":"in"}"#;
const OUT_HOOK: &str = r#"{"id":"{hook_id}","team_id":"{team_id}","channel_id":"","display_name":"out","trigger_words":["also"],"callback_urls":["http://example.com/out"]}"#;
const OAUTH_APP: &str =
    r#"{"id":"{app_id}","name":"another","description":"app","homepage":"http://example.com","callback_urls":["http://example.com/back"]}"#;
const SCHEDULED: &str =
    r#"{"id":"{scheduled_post_id}","user_id":"{user_id}","channel_id":"{channel_id}","message":"later","scheduled_at":1900000000000}"#;
const CHANNEL_IDS: &str = r#"["{channel_id}"]"#;
const USER_IDS: &str = r#"["{user_id}"]"#;
const POST_IDS: &str = r#"["{post_id}"]"#;
const IMAGE: Payload = Form(&[("image", Some("point.png"), PNG)]);

const PAYLOADS: &[(&[&str], Payload)] = &[
    // Teams
    (&["create_team"], Json(r#"{"name":"another","display_name":"Another","type":"O"}"#)),
    (&["update_team"], Json(r#"{"id":"{team_id}","display_name":"Renamed"}"#)),
    (&["patch_team"], Json(r#"{"display_name":"Renamed"}"#)),
    (&["update_team_privacy"], Json(r#"{"privacy":"O"}"#)),
    (&["add_team_member"], Json(r#"{"team_id":"{team_id}","user_id":"{newcomer_id}"}"#)),
    (&["add_team_members"], Json(r#"[{"team_id":"{team_id}","user_id":"{newcomer_id}"}]"#)),
    (&["get_team_members_by_ids", "get_users_by_ids", "get_users_statuses_by_ids", "get_channel_members_by_ids"], Json(USER_IDS)),
    (&["update_team_member_roles"], Json(r#"{"roles":"team_user team_admin"}"#)),
    (&["update_channel_roles"], Json(r#"{"roles":"channel_user channel_admin"}"#)),
    (&["update_team_member_scheme_roles", "update_channel_member_scheme_roles"], Json(r#"{"scheme_user":true,"scheme_admin":true}"#)),
    (&["invite_users_to_team"], Json(r#"["somebody@example.com"]"#)),
    (&["invite_guests_to_team"], Json(r#"{"emails":["somebody@example.com"],"channels":["{channel_id}"],"message":"come"}"#)),
    (&["create_guest_link"], Json(r#"{"max_people":3,"password":"open sesame"}"#)),
    (&["get_guest_link_info", "accept_guest_link"], Json(r#"{"token":"ybndrfg8ejkmcpqxot1uwisza3"}"#)),
    (&["join_by_guest_link"], Json(r#"{"token":"ybndrfg8ejkmcpqxot1uwisza3","name":"Somebody Else","email":"somebody@example.org"}"#)),
    (
        &["create_channel_template", "update_channel_template"],
        Json(r#"{"name":"Another project","channels":[{"display_name":"{project}"}]}"#),
    ),
    (&["create_project"], Json(r#"{"project":"Lighthouse"}"#)),
    (&["update_guest_expiry"], Json(r#"{"expires_at":0}"#)),
    (&["set_team_icon", "set_profile_image", "set_bot_icon_image", "upload_brand_image"], IMAGE),
    (&["search_teams", "search_channels", "search_all_channels", "search_group_channels"], Json(r#"{"term":"{searched}"}"#)),
    // Channels
    (&["create_channel"], Json(r#"{"team_id":"{team_id}","name":"another","display_name":"Another","type":"O"}"#)),
    (&["create_direct_channel"], Json(r#"["{user_id}","{colleague_id}"]"#)),
    (&["create_group_channel"], Json(r#"["{user_id}","{colleague_id}","{member_id}"]"#)),
    (&["update_channel"], Json(r#"{"id":"{channel_id}","display_name":"Renamed"}"#)),
    (&["patch_channel"], Json(r#"{"header":"Changed"}"#)),
    (&["update_channel_privacy"], Json(r#"{"privacy":"P"}"#)),
    (&["move_channel"], Json(r#"{"team_id":"{team_id}"}"#)),
    (
        &["convert_group_message_to_private_channel"],
        Json(r#"{"channel_id":"{channel_id}","team_id":"{team_id}","name":"talk","display_name":"Talk"}"#),
    ),
    (
        &["get_public_channels_by_ids_for_team", "get_channels_member_count", "get_users_by_group_channel_ids", "read_multiple_channels"],
        Json(CHANNEL_IDS),
    ),
    (&["add_channel_member"], Json(r#"{"user_id":"{colleague_id}"}"#)),
    (&["update_channel_notify_props"], Json(r#"{"channel_id":"{channel_id}","user_id":"{user_id}","desktop":"none"}"#)),
    (&["view_channel"], Json(r#"{"channel_id":"{channel_id}"}"#)),
    (&["create_sidebar_category_for_team_for_user", "update_sidebar_category_for_team_for_user"], Json(CATEGORY)),
    (&["update_sidebar_categories_for_team_for_user"], Json("[]")),
    (&["update_sidebar_category_order_for_team_for_user"], Json(r#"["{category_id}"]"#)),
    (&["patch_channel_moderations"], Json(r#"[{"name":"create_post","roles":{"members":false}}]"#)),
    (&["update_channel_scheme", "update_team_scheme"], Json(r#"{"scheme_id":"{scheme_id}"}"#)),
    (&["create_channel_bookmark"], Json(r#"{"display_name":"Link","type":"link","link_url":"http://example.com"}"#)),
    (&["update_channel_bookmark"], Json(r#"{"display_name":"Renamed"}"#)),
    (&["update_channel_bookmark_sort_order"], Json("0")),
    // Posts
    (&["create_post"], Json(r#"{"channel_id":"{channel_id}","message":"hello"}"#)),
    (&["create_post_ephemeral"], Json(r#"{"user_id":"{user_id}","post":{"channel_id":"{channel_id}","message":"psst"}}"#)),
    (&["update_post"], Json(r#"{"id":"{post_id}","message":"changed"}"#)),
    (&["patch_post"], Json(r#"{"message":"changed"}"#)),
    (&["get_posts_by_ids", "get_bulk_reactions"], Json(POST_IDS)),
    (
        &["search_posts", "search_posts_in_all_teams", "search_files", "search_files_in_team"],
        Json(r#"{"terms":"{searched}*","is_or_search":false}"#),
    ),
    (&["set_post_reminder"], Json(r#"{"target_time":1900000000}"#)),
    (&["save_reaction"], Json(r#"{"user_id":"{user_id}","post_id":"{post_id}","emoji_name":"heart"}"#)),
    (&["create_scheduled_post", "update_scheduled_post"], Json(SCHEDULED)),
    (&["upsert_draft"], Json(r#"{"user_id":"{user_id}","channel_id":"{channel_id}","message":"unfinished"}"#)),
    (&["move_thread"], Json(r#"{"channel_id":"{lobby_id}"}"#)),
    (&["set_post_unread", "set_thread_unread_by_post_id"], Json(r#"{"collapsed_threads_supported":true}"#)),
    (
        &["acknowledge_notification"],
        Json(r#"{"id":"{post_id}","received_at":1800000000000,"platform":"android","type":"message","post_id":"{post_id}"}"#),
    ),
    (&["post_user_recent_custom_status_delete", "update_user_custom_status"], Json(r#"{"emoji":"calendar","text":"busy"}"#)),
    // Files and emoji
    (&["upload_file"], Form(&[("channel_id", None, b"{channel_id}"), ("files", Some("note.txt"), b"a note")])),
    (&["create_upload"], Json(r#"{"channel_id":"{channel_id}","filename":"part.txt","file_size":4}"#)),
    (&["upload_data"], Bytes(b"part")),
    (&["create_emoji"], Form(&[("emoji", None, br#"{"name":"square","creator_id":"{user_id}"}"#), ("image", Some("square.png"), PNG)])),
    (&["get_emojis_by_names"], Json(r#"["houseparrot"]"#)),
    (&["search_emoji"], Json(r#"{"term":"houseparrot"}"#)),
    (&["set_limits_of_scope"], Json(r#"{"storage_bytes":1000000,"posts_per_minute":600}"#)),
    (&["create_backup_target"], Json(r#"{"name":"usb","location":"/dev/null/backup","password":"correct horse battery"}"#)),
    // Users
    (&["create_user"], Json(r#"{"email":"new@example.com","username":"new","password":"Passw0rd!longer"}"#)),
    (&["login"], Json(r#"{"login_id":"owner","password":"Passw0rd!longer"}"#)),
    (&["login_with_magic_link", "get_magic_link_owner"], Json(r#"{"token":"ybndrfg8ejkmcpqxot1uwisza3"}"#)),
    (&["send_magic_link"], Json(r#"{"email":"owner@example.com"}"#)),
    (&["login_with_magic_link_code"], Json(r#"{"request_token":"ybndrfg8ejkmcpqxot1uwisza3","code":"123456"}"#)),
    (&["get_login_type", "check_user_mfa"], Json(r#"{"login_id":"owner"}"#)),
    (&["get_users_by_usernames"], Json(r#"["owner"]"#)),
    (&["search_users"], Json(r#"{"term":"owner"}"#)),
    (&["update_user"], Json(r#"{"id":"{user_id}","username":"owner","email":"owner@example.com","nickname":"Changed"}"#)),
    (&["patch_user"], Json(r#"{"nickname":"Changed"}"#)),
    (&["update_user_active"], Json(r#"{"active":false}"#)),
    (&["update_user_roles"], Json(r#"{"roles":"system_user system_admin"}"#)),
    (&["update_user_password"], Json(PASSWORD_CHANGE)),
    (&["update_user_mfa"], Json(r#"{"activate":false}"#)),
    (&["replace_recovery_codes"], Json(r#"{"password":"Passw0rd!longer"}"#)),
    (&["erase_user"], Json(r#"{"username":"{username}","messages":"keep"}"#)),
    (&["begin_passkey"], Json(r#"{"password":"Passw0rd!longer"}"#)),
    (&["add_passkey"], Json(r#"{"ceremony_id":"{user_id}","name":"Phone","credential":{}}"#)),
    (&["rename_passkey"], Json(r#"{"name":"Phone"}"#)),
    (&["login_with_passkey"], Json(r#"{"ceremony_id":"{user_id}","credential":{}}"#)),
    (&["update_user_auth"], Json(r#"{"auth_service":"ldap","auth_data":"owner"}"#)),
    (&["reset_password"], Json(r#"{"token":"ybndrfg8ejkmcpqxot1uwisza3","new_password":"An0ther!longer"}"#)),
    (&["verify_user_email"], Json(r#"{"token":"0123456789012345678901234567890123456789012345678901234567890123"}"#)),
    (&["send_verification_email", "send_password_reset_email"], Json(r#"{"email":"owner@example.com"}"#)),
    (&["revoke_session"], Json(r#"{"session_id":"{session_id}"}"#)),
    (&["attach_device_extra_props"], Json(r#"{"device_id":"android_rn-v2:somewhere"}"#)),
    (&["create_user_access_token"], Json(r#"{"description":"for a script"}"#)),
    (
        &["disable_user_access_token", "enable_user_access_token", "revoke_user_access_token", "rotate_user_access_token"],
        Json(r#"{"token_id":"{token_id}"}"#),
    ),
    (&["search_user_access_tokens"], Json(r#"{"term":"owner"}"#)),
    (&["publish_user_typing"], Json(r#"{"channel_id":"{channel_id}"}"#)),
    (&["update_user_status"], Json(r#"{"user_id":"{user_id}","status":"dnd"}"#)),
    (&["update_preferences", "delete_preferences"], Json(PREFERENCES)),
    (&["register_terms_of_service_action"], Json(r#"{"serviceTermsId":"{user_id}","accepted":true}"#)),
    // Roles
    (&["get_roles_by_names"], Json(r#"["channel_user"]"#)),
    (&["patch_role"], Json(r#"{"permissions":["create_post","read_channel"]}"#)),
    // Integrations
    (&["create_incoming_webhook", "update_incoming_webhook"], Json(IN_HOOK)),
    (&["create_outgoing_webhook", "update_outgoing_webhook"], Json(OUT_HOOK)),
    (&["create_command", "update_command"], Json(COMMAND)),
    (&["execute_command"], Json(r#"{"channel_id":"{channel_id}","team_id":"{team_id}","command":"/shrug"}"#)),
    (&["move_command"], Json(r#"{"team_id":"{team_id}"}"#)),
    (&["create_bot", "patch_bot"], Json(r#"{"username":"machine","display_name":"Machine"}"#)),
    (&["convert_bot_to_user"], Json(PASSWORD_CHANGE)),
    (
        &["authorize_oauth_app"],
        Json(r#"{"response_type":"code","client_id":"{app_id}","redirect_uri":"http://example.com/back","state":"s","scope":"user"}"#),
    ),
    (&["deauthorize_oauth_app"], Json(r#"{"client_id":"{app_id}"}"#)),
    (&["register_oauth_client"], Json(r#"{"redirect_uris":["https://example.com/back"],"client_name":"App"}"#)),
    (&["create_o_auth_app", "update_o_auth_app", "create_oauth_app", "update_oauth_app"], Json(OAUTH_APP)),
    (&["receive_incoming_webhook", "incoming_webhook"], Json(r#"{"text":"hello"}"#)),
    (
        &["submit_interactive_dialog", "lookup_interactive_dialog", "execute_dialog_action"],
        Json(r#"{"url":"http://example.com","channel_id":"{channel_id}","team_id":"{team_id}","submission":{}}"#),
    ),
    (&["open_interactive_dialog"], Json(r#"{"trigger_id":"none","url":"http://example.com","dialog":{"title":"Ask"}}"#)),
    // Groups, schemes, jobs and the system
    (&["set_database_mode"], Json(r#"{"mode":"copying","lease_ms":1000}"#)),
    (&["create_group"], Json(r#"{"name":"ring","display_name":"Ring","source":"custom","allow_reference":true,"user_ids":["{user_id}"]}"#)),
    (&["patch_group"], Json(r#"{"display_name":"Renamed"}"#)),
    (&["add_group_members"], Json(r#"{"user_ids":["{colleague_id}"]}"#)),
    (&["delete_group_members"], Json(r#"{"user_ids":["{user_id}"]}"#)),
    (
        &[
            "link_group_syncable_for_team",
            "link_group_syncable_for_channel",
            "patch_group_syncable_for_team",
            "patch_group_syncable_for_channel",
        ],
        Json(r#"{"auto_add":true}"#),
    ),
    (&["get_groups_by_names"], Json(r#"["circle"]"#)),
    (&["create_scheme"], Json(r#"{"name":"plan","display_name":"Plan","scope":"team"}"#)),
    (&["patch_scheme"], Json(r#"{"display_name":"Renamed"}"#)),
    (&["create_job"], Json(r#"{"type":"delivery_queue"}"#)),
    (&["update_job_status"], Json(r#"{"status":"cancel_requested"}"#)),
    (&["create_cpa_field"], Json(r#"{"name":"Place","type":"text"}"#)),
    (&["patch_cpa_field"], Json(r#"{"name":"Town"}"#)),
    (&["patch_cpa_values", "patch_cpa_values_for_user"], Json(r#"{"{field_id}":"here"}"#)),
    (&["create_terms_of_service"], Json(r#"{"text":"be kind"}"#)),
    (&["search_property_fields"], Json(r#"{"object_types":["system"],"target_type":"system","target_id":""}"#)),
    (&["mark_notices_viewed"], Json(r#"["notice"]"#)),
    (&["get_ancillary_permissions_post"], Json(r#"["create_post"]"#)),
    (&["post_log"], Json(r#"{"level":"ERROR","message":"from a client"}"#)),
    (&["patch_config"], Json(r#"{"TeamSettings":{"SiteName":"Here"}}"#)),
    (&["set_server_busy"], Json("{}")),
];
