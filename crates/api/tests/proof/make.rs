//! Creates objects that only some routes need, on first use and as a user with the permission. An unknown id is used
//! where the server cannot create one.

use serde_json::{Value, json};

use super::fill::{fill, unknown_id};
use super::fixture::{Fixture, Role, Target};

/// (placeholder, part of the path that contains it, creating role, path, body, JSON pointer into the response)
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
    ("guest_link_id", "", Role::Owner, "/channels/{channel_id}/guest_links", "{}", "/id"),
    ("template_id", "", Role::Owner, "/teams/{team_id}/channel_templates", TEMPLATE, "/id"),
    ("project_id", "", Role::Owner, "/channel_templates/{template_id}/channels", r#"{"project":"Harbour"}"#, "/project/id"),
    ("invitation_id", "", Role::Owner, "/teams/{team_id}/invitations", "{}", "/id"),
    ("job_id", "", Role::Admin, "/jobs", r#"{"type":"delivery_queue"}"#, "/id"),
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

const TEMPLATE: &str = r#"{"name":"Client project","channels":[{"display_name":"{project}"}]}"#;

pub async fn get_or_create(fixture: &Fixture, target: Target, name: &str, template: &str) -> String {
    let recipe = RECIPES.iter().position(|(placeholder, part, ..)| *placeholder == name && template.contains(part));
    // Names and triggers are unique, so objects that refer to no channel are created once for all targets.
    let target = if recipe.is_some_and(|recipe| refers_to_channel(&RECIPES[recipe])) { target } else { Target::Private };
    let key = (target, format!("{name} {recipe:?}"));
    if let Some(value) = fixture.created.lock().await.get(&key) {
        return value.clone();
    }
    let value = match (recipe, name) {
        (Some(recipe), _) => create_by_recipe(fixture, target, &RECIPES[recipe]).await,
        (None, "emoji_id" | "emoji_name") => create_emoji(fixture, name).await,
        (None, "role_id") => read_value(fixture, "/roles/name/channel_user", "/id").await,
        (None, "session_id") => read_value(fixture, "/users/me/sessions", "/0/id").await,
        _ => None,
    };
    let value = value.unwrap_or_else(|| if name.ends_with("_id") { unknown_id() } else { "something".to_owned() });
    fixture.created.lock().await.insert(key, value.clone());
    value
}

fn refers_to_channel((_, _, _, path, body, _): &Recipe) -> bool {
    [path, body].iter().any(|text| text.contains("{channel_id}") || text.contains("{message}"))
}

async fn create_by_recipe(fixture: &Fixture, target: Target, (_, _, role, path, body, pointer): &Recipe) -> Option<String> {
    let (path, body) = (Box::pin(fill(fixture, target, path)).await, Box::pin(fill(fixture, target, body)).await);
    let body: Value = serde_json::from_str(&body).unwrap();
    let answer = fixture.person(*role).post(&path, body).await;
    if !(200..300).contains(&answer.status) {
        return None;
    }
    answer.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

async fn read_value(fixture: &Fixture, path: &str, pointer: &str) -> Option<String> {
    let answer = fixture.person(Role::Owner).get(path).await;
    if answer.status == 200 { answer.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned) } else { None }
}

async fn create_emoji(fixture: &Fixture, name: &str) -> Option<String> {
    let owner = fixture.person(Role::Owner);
    let description = json!({"name": "houseparrot", "creator_id": owner.id}).to_string();
    let created = owner.upload("/emoji", &[("emoji", None, description.as_bytes()), ("image", Some("houseparrot.png"), PNG)]).await;
    let id = if (200..300).contains(&created.status) {
        created.json()["id"].as_str().map(str::to_owned)
    } else {
        read_value(fixture, "/emoji/name/houseparrot", "/id").await
    };
    if name == "emoji_name" { Some("houseparrot".to_owned()) } else { id }
}

/// A grey PNG of 1 by 1 pixel.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63,
    0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0xda, 0x45, 0x08, 0x3b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];
