//! Fills `{placeholders}` with ids and names of the fixture's objects.

use guildhall_model::id::UserId;
use serde_json::json;

use super::fixture::{Fixture, Role, SEARCHED, Target};
use super::make;

/// A well-formed id of no object.
pub fn unknown_id() -> String {
    UserId::from_bytes([7; 16]).to_string()
}

/// Replaces every `{name}` of a path, query or body.
pub async fn fill(fixture: &Fixture, target: Target, template: &str) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, after)) => {
                filled.push_str(&value(fixture, target, name, template).await);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

async fn value(fixture: &Fixture, target: Target, name: &str, template: &str) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    match name {
        "user_id" => fixture.person(Role::Owner).id.to_string(),
        "username" => fixture.person(Role::Owner).username.clone(),
        "email" => "owner@example.com".to_owned(),
        "admin_id" => fixture.person(Role::Admin).id.to_string(),
        "guest_id" => fixture.person(Role::Guest).id.to_string(),
        "member_id" => fixture.person(Role::Member).id.to_string(),
        "colleague_id" | "other_user_id" | "content_reviewer_id" => fixture.colleague.id.to_string(),
        "newcomer_id" => fixture.newcomer.id.to_string(),
        "team_id" | "teamId" => text(&fixture.team["id"]),
        "team_name" => text(&fixture.team["name"]),
        "name" if template.contains("/teams/name/") => text(&fixture.team["name"]),
        "invite_id" => text(&fixture.person(Role::Owner).get(&format!("/teams/{}", text(&fixture.team["id"]))).await.ok()["invite_id"]),
        "lobby_id" => text(&fixture.lobby["id"]),
        "channel_id" => text(&fixture.channel(target)["id"]),
        "channel_name" => text(&fixture.channel(target)["name"]),
        "post_id" | "thread_id" => text(&fixture.post(target)["id"]),
        "message" => text(&fixture.post(target)["message"]),
        "file_id" => fixture.file(target).to_owned(),
        // A repository takes long to make; the tests of backups have some.
        // An authenticator takes a ceremony; the tests of passkeys have some.
        "target_id" | "passkey_id" | "alert_id" | "export_id" => unknown_id(),
        "scope" => "channels".to_owned(),
        "scope_id" => {
            let channel = text(&fixture.channel(target)["id"]);
            // So that there is something to remove; a direct channel has no limits.
            fixture.person(Role::Admin).put(&format!("/limits/channels/{channel}"), json!({"storage_files": 1_000_000})).await;
            channel
        }
        "group_name" => "access_control".to_owned(),
        "object_type" => "system".to_owned(),
        "role_name" => "channel_user".to_owned(),
        "searched" => SEARCHED.to_owned(),
        "category" => "display_settings".to_owned(),
        "preference_name" => "use_military_time".to_owned(),
        "timestamp" => "1800000000000".to_owned(),
        // In the texts of channel templates, it stands for the name of the project.
        "project" => "{project}".to_owned(),
        "seal_number" => "1".to_owned(),
        "emoji_name" if template.contains("/reactions/") => "smile".to_owned(),
        "type" => "data_retention".to_owned(),
        "finding_id" => "disks.raid_none".to_owned(),
        "plugin_id" => "com.example.plugin".to_owned(),
        "export_name" | "import_name" | "filename" => "export.zip".to_owned(),
        _ => make::get_or_create(fixture, target, name, template).await,
    }
}
