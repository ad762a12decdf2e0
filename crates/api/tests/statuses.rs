//! Presence, custom statuses and preferences, and access to those of others.

use guildhall_model::user::rules;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const BAD_PARAM: &str = "api.context.invalid_body_param.app_error";
const MINUTE_MS: i64 = 60 * 1_000;

async fn two() -> (TestServer, TestUser, TestUser) {
    let server = TestServer::start().await;
    let (bob, eve) = (server.create_user("bob").await, server.create_user("eve").await);
    // Bob is the system administrator.
    (server, bob, eve)
}

async fn presence_of(asking: &TestUser, user: &TestUser) -> String {
    asking.get(&format!("/users/{}/status", user.id)).await.ok()["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn presence_follows_connections_in_any_order_of_notifications() {
    let (server, bob, eve) = two().await;
    let services = &server.app().services;
    assert_eq!(presence_of(&bob, &eve).await, "offline");
    services.statuses().user_connected(eve.id).await;
    assert_eq!(presence_of(&bob, &eve).await, "online");
    services.statuses().user_disconnected(eve.id).await;
    assert_eq!(presence_of(&bob, &eve).await, "offline");
    services.statuses().user_disconnected(eve.id).await;
    services.statuses().user_connected(eve.id).await;
    assert_eq!(presence_of(&bob, &eve).await, "offline");
}

#[tokio::test]
async fn idle_users_become_away_and_disconnected_users_offline() {
    let (server, bob, eve) = two().await;
    let services = &server.app().services;
    services.statuses().user_connected(eve.id).await;
    let mut events = eve.subscribe().await;
    eve.put("/users/me/status", json!({"user_id": eve.id, "status": "away"})).await.ok();
    assert_eq!(events.wait_for("status_change").await["data"]["status"], "away");
    eve.put("/users/me/status", json!({"user_id": eve.id, "status": "online"})).await.ok();
    assert_eq!(events.wait_for("status_change").await["data"]["status"], "online");
    server.clock.advance_ms(6 * MINUTE_MS);
    services.statuses().sweep_statuses().await.unwrap();
    let received = events.wait_for("status_change").await;
    assert_eq!(
        (received["data"]["status"].as_str(), received["data"]["user_id"].as_str()),
        (Some("away"), Some(eve.id.to_string().as_str()))
    );
    services.statuses().set_active(eve.id, true).await.unwrap();
    assert_eq!(presence_of(&bob, &eve).await, "online");
    services.statuses().set_active(eve.id, false).await.unwrap();
    assert_eq!(presence_of(&bob, &eve).await, "online", "only just active");
    // Bob is active without a connection.
    services.statuses().set_active(bob.id, true).await.unwrap();
    assert_eq!(presence_of(&eve, &bob).await, "online");
    server.clock.advance_ms(6 * MINUTE_MS);
    services.statuses().sweep_statuses().await.unwrap();
    assert_eq!(presence_of(&eve, &bob).await, "offline");
    let known = services
        .statuses()
        .online_statuses(&services.sessions().authenticate(bob.token.as_deref().unwrap(), None).await.unwrap().actor, 10)
        .await
        .unwrap();
    assert!(known.iter().all(|status| status.user_id == eve.id));
}

#[tokio::test]
async fn a_manual_status_is_kept_until_it_is_set_to_online() {
    let (server, bob, eve) = two().await;
    let services = &server.app().services;
    services.statuses().user_connected(eve.id).await;
    let path = format!("/users/{}/status", eve.id);
    let chosen = eve.put(&path, json!({"user_id": eve.id, "status": "dnd"})).await.ok();
    assert_eq!(
        (chosen["status"].as_str(), chosen["manual"].as_bool(), chosen["dnd_end_time"].as_i64()),
        (Some("dnd"), Some(true), Some(0))
    );
    services.statuses().user_disconnected(eve.id).await;
    services.statuses().sweep_statuses().await.unwrap();
    assert_eq!(presence_of(&bob, &eve).await, "dnd");
    services.statuses().user_connected(eve.id).await;
    assert_eq!(presence_of(&bob, &eve).await, "dnd");
    eve.put(&path, json!({"user_id": eve.id, "status": "online"})).await.ok();
    services.statuses().user_disconnected(eve.id).await;
    assert_eq!(presence_of(&bob, &eve).await, "offline");
}

#[tokio::test]
async fn do_not_disturb_ends_at_its_end_time() {
    let (server, bob, eve) = two().await;
    let services = &server.app().services;
    let end_s = 1_800_000_000 + 3_600;
    for connected in [true, false] {
        if connected {
            services.statuses().user_connected(eve.id).await;
        }
        let choice = json!({"user_id": eve.id, "status": "dnd", "dnd_end_time": end_s});
        assert_eq!(eve.put("/users/me/status", choice).await.ok()["dnd_end_time"], end_s);
        services.statuses().sweep_statuses().await.unwrap();
        assert_eq!(presence_of(&bob, &eve).await, "dnd");
        if connected {
            services.statuses().user_disconnected(eve.id).await;
        }
    }
    server.clock.advance_ms(2 * 60 * MINUTE_MS);
    services.statuses().sweep_statuses().await.unwrap();
    assert_eq!(presence_of(&bob, &eve).await, "offline");
}

#[tokio::test]
async fn statuses_are_read_in_bulk_and_changed_only_with_permission() {
    let (_server, bob, eve) = two().await;
    let both = eve.post("/users/status/ids", json!([bob.id, eve.id])).await.ok();
    assert_eq!(both.as_array().unwrap().iter().map(|one| &one["user_id"]).collect::<Vec<_>>(), [&json!(bob.id), &json!(eve.id)]);
    let of_bob = json!({"user_id": bob.id, "status": "away"});
    eve.put(&format!("/users/{}/status", bob.id), of_bob.clone()).await.assert_error(403, PERMISSIONS);
    eve.put("/users/me/status", of_bob).await.assert_error(400, BAD_PARAM);
    eve.put("/users/me/status", json!({"user_id": eve.id, "status": "asleep"})).await.assert_error(400, BAD_PARAM);
    bob.put(&format!("/users/{}/status", eve.id), json!({"user_id": eve.id, "status": "away"})).await.ok();
    assert_eq!(presence_of(&bob, &eve).await, "away");
}

#[tokio::test]
async fn end_times_of_do_not_disturb_are_validated() {
    let server = TestServer::start().await;
    let eve = server.create_user("eve").await;
    let choice = |end: i64| json!({"user_id": eve.id, "status": "dnd", "dnd_end_time": end});
    for end in [-1, i64::MIN, i64::MAX, 253_402_300_800] {
        eve.put("/users/me/status", choice(end)).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    assert_eq!(eve.put("/users/me/status", choice(253_402_300_799)).await.ok()["dnd_end_time"], 253_402_300_799_i64);
}

#[tokio::test]
async fn a_custom_status_in_the_props_of_a_user_is_validated() {
    let server = TestServer::start().await;
    let eve = server.create_user("eve").await;
    for bad in ["tea", "null", r#"{"emoji":5}"#, r#"["tea"]"#, r#"{"expires_at":"soon"}"#] {
        let props = json!({"customStatus": bad});
        eve.put("/users/me/patch", json!({ "props": props }))
            .await
            .assert_error(400, "api.custom_status.set_custom_statuses.invalid.app_error");
        let account = json!({"username": "bob", "email": "bob@example.com", "password": guildhall_testkit::PASSWORD, "props": props});
        let refused = server.anonymous().post("/users", account).await;
        refused.assert_error(400, "api.custom_status.set_custom_statuses.invalid.app_error");
    }
    let kept = json!({"customStatus": r#"{"emoji":"tea","text":"Back soon"}"#, "mine": "x"});
    assert_eq!(eve.put("/users/me/patch", json!({ "props": kept })).await.ok()["props"], kept);
    eve.put("/users/me/patch", json!({"props": {"customStatus": ""}})).await.ok();
}

#[tokio::test]
async fn a_custom_status_is_stored_and_listed_as_recent() {
    let (_server, bob, eve) = two().await;
    let mut events = eve.subscribe().await;
    let meeting = json!({"emoji": "calendar", "text": "In a meeting"});
    eve.put("/users/me/status/custom", meeting.clone()).await.ok();
    let updated = events.wait_for("preferences_changed").await;
    assert!(updated["data"]["preferences"].as_str().unwrap().contains("recent_custom_statuses"));
    let props = |user: &Value| serde_json::from_str::<Value>(user["props"]["customStatus"].as_str().unwrap_or("null")).unwrap();
    let shown = props(&bob.get("/users/username/eve").await.ok());
    assert_eq!(shown, json!({"emoji": "calendar", "text": "In a meeting", "duration": "", "expires_at": "0001-01-01T00:00:00Z"}));
    for n in 0..6 {
        eve.put("/users/me/status/custom", json!({"emoji": "palm_tree", "text": format!("away {n}")})).await.ok();
    }
    eve.put("/users/me/status/custom", json!({"emoji": "palm_tree", "text": "away 5"})).await.ok();
    let recent = async || {
        let saved = eve.get("/users/me/preferences/custom_status/name/recent_custom_statuses").await.ok();
        serde_json::from_str::<Vec<Value>>(saved["value"].as_str().unwrap()).unwrap()
    };
    let texts: Vec<_> = recent().await.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["away 5", "away 4", "away 3", "away 2", "away 1"]);
    let gone = json!({"emoji": "palm_tree", "text": "away 4"});
    eve.post("/users/me/status/custom/recent/delete", gone.clone()).await.ok();
    assert_eq!(recent().await.len(), 4);
    eve.post("/users/me/status/custom/recent/delete", gone)
        .await
        .assert_error(400, "api.custom_status.recent_custom_statuses.delete.app_error");
    eve.delete("/users/me/status/custom").await.ok();
    assert_eq!(props(&bob.get("/users/username/eve").await.ok()), Value::Null);
    let invalid = "api.custom_status.set_custom_statuses.invalid.app_error";
    for bad in [
        json!({}),
        json!({"emoji": "palm_tree", "text": "x".repeat(101)}),
        json!({"emoji": "palm_tree", "duration": "today", "expires_at": "2020-01-01T00:00:00Z"}),
        json!({"emoji": "<b>", "text": "x"}),
    ] {
        eve.put("/users/me/status/custom", bad).await.assert_error(400, invalid);
    }
    eve.put(&format!("/users/{}/status/custom", bob.id), meeting).await.assert_error(403, PERMISSIONS);
}

fn preference(user: &TestUser, category: &str, name: &str, value: &str) -> Value {
    json!({"user_id": user.id, "category": category, "name": name, "value": value})
}

#[tokio::test]
async fn preferences_are_saved_read_and_deleted() {
    let (_server, bob, eve) = two().await;
    assert_eq!(eve.get("/users/me/preferences").await.ok().as_array().unwrap().len(), rules::default_preferences(eve.id).len());
    let mut events = eve.subscribe().await;
    let time = preference(&eve, "display_settings", "use_military_time", "true");
    eve.put("/users/me/preferences", json!([time])).await.ok();
    let received = events.wait_for("preferences_changed").await;
    assert_eq!(serde_json::from_str::<Value>(received["data"]["preferences"].as_str().unwrap()).unwrap(), json!([time]));
    assert_eq!(eve.get("/users/me/preferences/display_settings").await.ok(), json!([time]));
    assert_eq!(eve.get("/users/me/preferences/display_settings/name/use_military_time").await.ok(), time);
    let absent = "api.preference.preferences_category.get.app_error";
    eve.get("/users/me/preferences/absent").await.assert_error(404, absent);
    assert_eq!(eve.get("/users/me/preferences/display_settings/name/absent").await.status, 404);
    eve.get(&format!("/users/{}/preferences", bob.id)).await.assert_error(403, PERMISSIONS);
    eve.put(&format!("/users/{}/preferences", bob.id), json!([time])).await.assert_error(403, PERMISSIONS);
    let of_bob = preference(&bob, "display_settings", "x", "y");
    eve.put("/users/me/preferences", json!([of_bob])).await.assert_error(403, "api.preference.update_preferences.set.app_error");
    eve.post("/users/me/preferences/delete", json!([of_bob])).await.assert_error(403, "api.preference.delete_preferences.delete.app_error");
    eve.post("/users/me/preferences/delete", json!([time])).await.ok();
    events.wait_for("preferences_deleted").await;
    eve.get("/users/me/preferences/display_settings").await.assert_error(404, absent);
}

#[tokio::test]
async fn preferences_are_limited() {
    let (_server, _, eve) = two().await;
    let many: Vec<_> = (0..101).map(|n| preference(&eve, "c", &n.to_string(), "v")).collect();
    for (body, id) in [
        (json!([]), BAD_PARAM),
        (json!(many), BAD_PARAM),
        (json!({"not": "a list"}), BAD_PARAM),
        (json!([{"user_id": "me", "category": "c", "name": "n", "value": "v"}]), BAD_PARAM),
        (json!([preference(&eve, "", "n", "v")]), "model.preference.is_valid.category.app_error"),
        (json!([preference(&eve, &"c".repeat(33), "n", "v")]), "model.preference.is_valid.category.app_error"),
        (json!([preference(&eve, "c", &"n".repeat(65), "v")]), "model.preference.is_valid.name.app_error"),
        (json!([preference(&eve, "c", "n", &"v".repeat(20_001))]), "model.preference.is_valid.value.app_error"),
        (json!([preference(&eve, "theme", "", "blue")]), "model.preference.is_valid.theme.app_error"),
    ] {
        eve.put("/users/me/preferences", body).await.assert_error(400, id);
    }
}

#[tokio::test]
async fn only_readable_posts_can_be_saved() {
    let (_server, bob, eve) = two().await;
    let team = bob.create_team("builders").await;
    let secret = bob.create_channel(&team, "secret", "P").await;
    let post = bob.create_post(&secret, "for us").await;
    let flag = |who: &TestUser, post: &str| json!([preference(who, "flagged_post", post, "true")]);
    let id = post["id"].as_str().unwrap();
    bob.put("/users/me/preferences", flag(&bob, id)).await.ok();
    eve.put("/users/me/preferences", flag(&eve, id)).await.assert_error(403, PERMISSIONS);
    eve.put("/users/me/preferences", flag(&eve, &"y".repeat(26))).await.assert_error(403, PERMISSIONS);
    eve.put("/users/me/preferences", flag(&eve, "nonsense")).await.assert_error(400, BAD_PARAM);
}
