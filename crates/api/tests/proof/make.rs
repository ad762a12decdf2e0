//! Objects that only some routes need, made by whoever may make them, when they are first asked for. Where the server
//! cannot make one (yet), a foreign id stands in.

use serde_json::{Value, json};

use super::fill::{fill, foreign_id};
use super::world::{Role, Scene, World};

/// (placeholder, part of the path it is in, who makes it, path, body, where in the answer the value is)
type Recipe = (&'static str, &'static str, Role, &'static str, &'static str, &'static str);

const RECIPES: &[Recipe] = &[
    ("upload_id", "", Role::Owner, "/uploads", r#"{"channel_id":"{channel_id}","filename":"part.txt","file_size":4}"#, "/id"),
    (
        "category_id",
        "",
        Role::Owner,
        "/users/{user_id}/teams/{team_id}/channels/categories",
        r#"{"user_id":"{user_id}","team_id":"{team_id}","display_name":"Mine","channel_ids":[]}"#,
        "/id",
    ),
    ("token_id", "", Role::Admin, "/users/{user_id}/tokens", r#"{"description":"for a script"}"#, "/id"),
    (
        "hook_id",
        "/hooks/incoming",
        Role::Owner,
        "/hooks/incoming",
        r#"{"channel_id":"{channel_id}","display_name":"in","description":"in"}"#,
        "/id",
    ),
    (
        "hook_id",
        "/hooks/{hook_id}",
        Role::Owner,
        "/hooks/incoming",
        r#"{"channel_id":"{channel_id}","display_name":"in","description":"in"}"#,
        "/id",
    ),
    (
        "hook_id",
        "/hooks/outgoing",
        Role::Owner,
        "/hooks/outgoing",
        r#"{"team_id":"{team_id}","channel_id":"","display_name":"out","trigger_words":["out"],"callback_urls":["http://example.com/out"]}"#,
        "/id",
    ),
    (
        "command_id",
        "",
        Role::Owner,
        "/commands",
        r#"{"team_id":"{team_id}","trigger":"tell","method":"P","url":"http://example.com/tell"}"#,
        "/id",
    ),
    ("bot_user_id", "", Role::Admin, "/bots", r#"{"username":"robot","display_name":"Robot"}"#, "/user_id"),
    (
        "app_id",
        "",
        Role::Admin,
        "/oauth/apps",
        r#"{"name":"app","description":"app","homepage":"http://example.com","callback_urls":["http://example.com/back"],"is_trusted":false}"#,
        "/id",
    ),
    ("job_id", "", Role::Admin, "/jobs", r#"{"type":"export_process"}"#, "/id"),
    ("scheme_id", "", Role::Admin, "/schemes", r#"{"name":"scheme","display_name":"Scheme","scope":"team"}"#, "/id"),
    (
        "group_id",
        "",
        Role::Admin,
        "/groups",
        r#"{"name":"circle","display_name":"Circle","source":"custom","allow_reference":true,"user_ids":["{user_id}"]}"#,
        "/id",
    ),
    (
        "scheduled_post_id",
        "",
        Role::Owner,
        "/posts/schedule",
        r#"{"user_id":"{user_id}","channel_id":"{channel_id}","message":"{message}","scheduled_at":1900000000000}"#,
        "/id",
    ),
    (
        "bookmark_id",
        "",
        Role::Owner,
        "/channels/{channel_id}/bookmarks",
        r#"{"display_name":"{message}","type":"link","link_url":"http://example.com"}"#,
        "/id",
    ),
    ("field_id", "", Role::Admin, "/custom_profile_attributes/fields", r#"{"name":"Department","type":"text"}"#, "/id"),
];

pub async fn made(world: &World, scene: Scene, name: &str, template: &str) -> String {
    let recipe = RECIPES.iter().position(|(made, part, ..)| *made == name && template.contains(part));
    // Names and triggers are taken once in a world: what is about no channel is made once, and not for each of them.
    let scene = if recipe.is_some_and(|recipe| is_about_a_channel(&RECIPES[recipe])) { scene } else { Scene::Private };
    let key = (scene, format!("{name} {recipe:?}"));
    if let Some(known) = world.made.lock().await.get(&key) {
        return known.clone();
    }
    let value = match (recipe, name) {
        (Some(recipe), _) => cooked(world, scene, &RECIPES[recipe]).await,
        (None, "emoji_id" | "emoji_name") => emoji(world, name).await,
        (None, "role_id") => found(world, "/roles/name/channel_user", "/id").await,
        (None, "session_id") => found(world, "/users/me/sessions", "/0/id").await,
        _ => None,
    };
    let value = value.unwrap_or_else(|| if name.ends_with("_id") { foreign_id() } else { "something".to_owned() });
    world.made.lock().await.insert(key, value.clone());
    value
}

fn is_about_a_channel((_, _, _, path, body, _): &Recipe) -> bool {
    [path, body].iter().any(|text| text.contains("{channel_id}") || text.contains("{message}"))
}

async fn cooked(world: &World, scene: Scene, (_, _, role, path, body, pointer): &Recipe) -> Option<String> {
    let (path, body) = (Box::pin(fill(world, scene, path)).await, Box::pin(fill(world, scene, body)).await);
    let body: Value = serde_json::from_str(&body).unwrap();
    let answer = world.person(*role).post(&path, body).await;
    if !(200..300).contains(&answer.status) {
        return None;
    }
    answer.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

async fn found(world: &World, path: &str, pointer: &str) -> Option<String> {
    let answer = world.person(Role::Owner).get(path).await;
    if answer.status == 200 { answer.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned) } else { None }
}

async fn emoji(world: &World, name: &str) -> Option<String> {
    let owner = world.person(Role::Owner);
    let described = json!({"name": "houseparrot", "creator_id": owner.id}).to_string();
    let made = owner.upload("/emoji", &[("emoji", None, described.as_bytes()), ("image", Some("houseparrot.png"), PNG)]).await;
    let id = if (200..300).contains(&made.status) {
        made.json()["id"].as_str().map(str::to_owned)
    } else {
        found(world, "/emoji/name/houseparrot", "/id").await
    };
    if name == "emoji_name" { Some("houseparrot".to_owned()) } else { id }
}

/// One grey point.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63,
    0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0xda, 0x45, 0x08, 0x3b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];
