//! `{placeholders}` by name: the ids and names of a world's real objects.

use guildhall_model::id::UserId;

use super::make;
use super::world::{Role, SEARCHED, Scene, World};

/// Well formed, and nothing has it.
pub fn foreign_id() -> String {
    UserId::from_bytes([7; 16]).to_string()
}

/// Replaces every `{name}` of a path, query or body.
pub async fn fill(world: &World, scene: Scene, template: &str) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, after)) => {
                filled.push_str(&value(world, scene, name, template).await);
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

async fn value(world: &World, scene: Scene, name: &str, template: &str) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    match name {
        "user_id" => world.person(Role::Owner).id.to_string(),
        "username" => world.person(Role::Owner).username.clone(),
        "email" => "owner@example.com".to_owned(),
        "admin_id" => world.person(Role::Admin).id.to_string(),
        "guest_id" => world.person(Role::Guest).id.to_string(),
        "member_id" => world.person(Role::Member).id.to_string(),
        "colleague_id" | "other_user_id" | "content_reviewer_id" => world.colleague.id.to_string(),
        "newcomer_id" => world.newcomer.id.to_string(),
        "team_id" | "teamId" => text(&world.team["id"]),
        "team_name" => text(&world.team["name"]),
        "name" if template.contains("/teams/name/") => text(&world.team["name"]),
        "invite_id" => text(&world.person(Role::Owner).get(&format!("/teams/{}", text(&world.team["id"]))).await.ok()["invite_id"]),
        "lobby_id" => text(&world.lobby["id"]),
        "channel_id" => text(&world.channel(scene)["id"]),
        "channel_name" => text(&world.channel(scene)["name"]),
        "post_id" | "thread_id" => text(&world.post(scene)["id"]),
        "message" => text(&world.post(scene)["message"]),
        "file_id" => world.file(scene).to_owned(),
        "role_name" => "channel_user".to_owned(),
        "searched" => SEARCHED.to_owned(),
        "category" => "display_settings".to_owned(),
        "preference_name" => "use_military_time".to_owned(),
        "timestamp" => "1800000000000".to_owned(),
        "emoji_name" if template.contains("/reactions/") => "smile".to_owned(),
        "type" => "data_retention".to_owned(),
        "plugin_id" => "com.example.plugin".to_owned(),
        "export_name" | "import_name" | "filename" => "export.zip".to_owned(),
        _ => make::made(world, scene, name, template).await,
    }
}
