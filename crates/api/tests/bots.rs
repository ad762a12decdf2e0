//! Bots: accounts of programs.

use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

/// The server, its administrator, and a user.
async fn fixture() -> (TestServer, TestUser, TestUser) {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let bob = server.create_user("bob").await;
    (server, root, bob)
}

async fn bot(root: &TestUser, name: &str) -> Value {
    let answer = root.post("/bots", json!({"username": name, "display_name": "Bot", "description": "beeps"})).await;
    assert_eq!(answer.status, 201);
    answer.ok()
}

fn path(bot: &Value) -> String {
    format!("/bots/{}", bot["user_id"].as_str().unwrap())
}

async fn token(root: &TestUser, bot: &Value) -> TestUser {
    let made = root.post(&format!("/users/{}/tokens", bot["user_id"].as_str().unwrap()), json!({"description": "t"})).await.ok();
    root.with_token(made["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_bot_authenticates_by_its_access_token() {
    let (_server, root, bob) = fixture().await;
    let beeper = bot(&root, "Beeper").await;
    assert_eq!((&beeper["username"], &beeper["owner_id"], &beeper["delete_at"]), (&json!("beeper"), &json!(root.id), &json!(0)));
    let bot_client = token(&root, &beeper).await;
    let me = bot_client.get("/users/me").await.ok();
    assert_eq!((&me["is_bot"], &me["username"]), (&json!(true), &json!("beeper")));
    let team = root.create_team("builders").await;
    root.post(&format!("/teams/{}/members", team["id"].as_str().unwrap()), json!({"team_id": team["id"], "user_id": beeper["user_id"]}))
        .await
        .ok();
    let town = root.get(&format!("/teams/{}/channels/name/town-square", team["id"].as_str().unwrap())).await.ok();
    assert_eq!(bot_client.create_post(&town, "beep").await["props"]["from_bot"], "true");
    let others = bob.post(&format!("/users/{}/tokens", beeper["user_id"].as_str().unwrap()), json!({"description": "t"})).await;
    assert_eq!(others.status, 403);
    assert_eq!(bob.post("/users/login", json!({"login_id": "beeper", "password": PASSWORD})).await.status, 401);
    assert_eq!(bob.post("/users/login", json!({"login_id": "beeper", "password": ""})).await.error().0, 400);
    bot_client.post("/bots", json!({"username": "child"})).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn managing_bots_requires_permissions() {
    let (_server, root, bob) = fixture().await;
    let beeper = bot(&root, "beeper").await;
    bob.post("/bots", json!({"username": "nope"})).await.assert_error(403, FORBIDDEN);
    bob.get("/bots").await.assert_error(403, FORBIDDEN);
    bob.get(&path(&beeper)).await.assert_error(404, "store.sql_bot.get.missing.app_error");
    bob.put(&path(&beeper), json!({"description": "mine"})).await.assert_error(404, "store.sql_bot.get.missing.app_error");
    bob.post(&format!("{}/disable", path(&beeper)), json!({})).await.assert_error(404, "store.sql_bot.get.missing.app_error");
    bob.post(&format!("/users/{}/convert_to_bot", bob.id), json!({})).await.assert_error(403, FORBIDDEN);
    root.post("/bots", json!({"username": "beeper"})).await.assert_error(400, "app.user.save.username_exists.app_error");
    root.post("/bots", json!({"username": "not ok"})).await.assert_error(400, "model.bot.is_valid.username.app_error");
    root.post("/bots", json!({})).await.assert_error(400, "model.bot.is_valid.username.app_error");
    root.get(&format!("/bots/{}", bob.id)).await.assert_error(404, "store.sql_bot.get.missing.app_error");
}

#[tokio::test]
async fn names_owner_and_description_can_be_changed() {
    let (_server, root, bob) = fixture().await;
    let beeper = bot(&root, "beeper").await;
    let changed = root.put(&path(&beeper), json!({"username": "booper", "description": "boops"})).await.ok();
    assert_eq!(
        (&changed["username"], &changed["display_name"], &changed["description"]),
        (&json!("booper"), &json!("Bot"), &json!("boops"))
    );
    assert_eq!(root.put(&path(&beeper), json!({"description": "quiet"})).await.ok()["description"], "quiet");
    let assigned = root.post(&format!("{}/assign/{}", path(&beeper), bob.id), json!({})).await.ok();
    assert_eq!(assigned["owner_id"], json!(bob.id));
    let itself = root.post(&format!("{}/assign/{}", path(&beeper), beeper["user_id"].as_str().unwrap()), json!({})).await;
    itself.assert_error(400, "model.bot.is_valid.creator_id.app_error");
    assert_eq!(root.get(&path(&beeper)).await.ok(), assigned);
}

#[tokio::test]
async fn a_disabled_bot_cannot_authenticate_until_it_is_enabled() {
    let (_server, root, _) = fixture().await;
    let beeper = bot(&root, "beeper").await;
    let bot_client = token(&root, &beeper).await;
    bot_client.get("/users/me").await.ok();
    assert_ne!(root.post(&format!("{}/disable", path(&beeper)), json!({})).await.ok()["delete_at"], 0);
    bot_client.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    assert_eq!(root.get("/bots").await.ok(), json!([]));
    assert_eq!(root.get("/bots?include_deleted=true").await.ok().as_array().unwrap().len(), 1);
    root.get(&path(&beeper)).await.assert_error(404, "store.sql_bot.get.missing.app_error");
    assert_eq!(root.post(&format!("{}/enable", path(&beeper)), json!({})).await.ok()["delete_at"], 0);
    bot_client.get("/users/me").await.ok();
}

#[tokio::test]
async fn users_can_be_converted_to_bots_and_back() {
    let (_server, root, bob) = fixture().await;
    let converted = root.post(&format!("/users/{}/convert_to_bot", bob.id), json!({})).await.ok();
    assert_eq!(converted["username"], "bob");
    bob.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    assert_eq!(bob.post("/users/login", json!({"login_id": "bob", "password": PASSWORD})).await.status, 401);
    root.post(&format!("/users/{}/convert_to_bot", bob.id), json!({}))
        .await
        .assert_error(400, "api.user.convert_user_to_bot.is_bot.app_error");
    assert_eq!(root.post(&format!("/users/{}/convert_to_bot", root.id), json!({})).await.status, 400);
    assert_eq!(root.post(&format!("{}/convert_to_user", path(&converted)), json!({})).await.status, 400);
    let person =
        root.post(&format!("{}/convert_to_user", path(&converted)), json!({"password": PASSWORD, "email": "bob2@example.com"})).await.ok();
    assert_eq!(person["email"], "bob2@example.com");
    assert_ne!(person["is_bot"], true);
    let mut bob = bob.clone();
    bob.log_in().await;
    root.get(&path(&converted)).await.assert_error(404, "store.sql_bot.get.missing.app_error");
}

#[tokio::test]
async fn a_bot_has_an_icon() {
    const PNG: &[u8] = include_bytes!("support/dot.png");
    let (_server, root, bob) = fixture().await;
    let icon = format!("{}/icon", path(&bot(&root, "beeper").await));
    root.get(&icon).await.assert_error(404, "api.bot.get_bot_icon_image.read.app_error");
    assert_eq!(bob.upload(&icon, &[("image", Some("i.png"), PNG)]).await.status, 404);
    root.upload(&icon, &[("image", Some("i.png"), b"no picture")]).await.error();
    root.upload(&icon, &[("image", Some("i.png"), PNG)]).await.ok();
    assert_eq!(root.get(&icon).await.header("content-type"), "image/png");
    root.delete(&icon).await.ok();
    assert_eq!(root.get(&icon).await.status, 404);
}
