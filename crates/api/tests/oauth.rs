//! OAuth apps: creating, reading, changing and deleting them.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

fn app() -> Value {
    json!({"name": "app", "description": "d", "callback_urls": ["https://example.com/cb"], "homepage": "https://example.com", "is_trusted": true})
}

#[tokio::test]
async fn a_client_secret_is_returned_once() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let answer = root.post("/oauth/apps", app()).await;
    assert_eq!(answer.status, 201);
    let made = answer.ok();
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!((secret.len(), &made["is_trusted"], &made["creator_id"]), (26, &json!(true), &json!(root.id)));
    let path = format!("/oauth/apps/{}", made["id"].as_str().unwrap());
    for shown in [path.clone(), format!("{path}/info")] {
        assert_eq!(root.get(&shown).await.ok()["client_secret"], "");
    }
    assert_eq!(root.get("/oauth/apps").await.ok()[0]["client_secret"], "");
    let again = root.post(&format!("{path}/regen_secret"), json!({})).await.ok();
    assert_ne!(again["client_secret"], made["client_secret"]);
    assert_eq!(again["client_secret"].as_str().unwrap().len(), 26);

    let mut changed = made.clone();
    changed["name"] = json!("other");
    assert_eq!(root.put(&path, changed.clone()).await.ok()["name"], "other");
    changed["id"] = json!("x");
    root.put(&path, changed).await.assert_error(400, "api.context.invalid_body_param.app_error");
    root.delete(&path).await.ok();
    root.get(&path).await.assert_error(404, "app.oauth.get_app.find.app_error");
}

#[tokio::test]
async fn a_public_app_has_no_secret() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let mut public = app();
    public["is_public"] = json!(true);
    let made = root.post("/oauth/apps", public).await.ok();
    assert_eq!((&made["client_secret"], &made["is_public"]), (&json!(""), &json!(true)));
    let again = root.post(&format!("/oauth/apps/{}/regen_secret", made["id"].as_str().unwrap()), json!({})).await;
    again.assert_error(400, "api.oauth.regenerate_secret.public.app_error");
}

#[tokio::test]
async fn urls_and_names_are_validated() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let long = "x".repeat(65);
    for (field, wrong) in [
        ("name", json!("")),
        ("name", json!(long)),
        ("homepage", json!("example.com")),
        ("homepage", json!("javascript:alert(1)")),
        ("callback_urls", json!([])),
        ("callback_urls", json!(["/cb"])),
        ("callback_urls", json!(["ftp://example.com"])),
        ("callback_urls", json!(["https://example.com/#x"])),
        ("callback_urls", json!("https://example.com")),
        ("icon_url", json!("data:image/png;base64,x")),
    ] {
        let mut bad = app();
        bad[field] = wrong;
        assert_eq!(root.post("/oauth/apps", bad.clone()).await.error().0, 400, "{bad}");
    }
}

#[tokio::test]
async fn users_can_read_apps_but_not_change_them() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let bob = server.create_user("bob").await;
    let made = root.post("/oauth/apps", app()).await.ok();
    let path = format!("/oauth/apps/{}", made["id"].as_str().unwrap());
    bob.post("/oauth/apps", app()).await.assert_error(403, FORBIDDEN);
    bob.get("/oauth/apps").await.assert_error(403, FORBIDDEN);
    bob.get(&path).await.assert_error(403, FORBIDDEN);
    bob.put(&path, made.clone()).await.assert_error(403, FORBIDDEN);
    bob.delete(&path).await.assert_error(403, FORBIDDEN);
    bob.post(&format!("{path}/regen_secret"), json!({})).await.assert_error(403, FORBIDDEN);
    assert_eq!(bob.get(&format!("{path}/info")).await.ok()["name"], "app");
    assert_eq!(bob.get("/users/me/oauth/apps/authorized").await.ok(), json!([]));
    bob.get(&format!("/users/{}/oauth/apps/authorized", root.id)).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn a_disabled_provider_is_reported() {
    let server = TestServer::start_with_settings(|settings| settings.integrations.oauth_provider = false).await;
    let root = server.create_user("root").await;
    root.post("/oauth/apps", app()).await.assert_error(501, "api.oauth.register_oauth_app.turn_off.app_error");
}
