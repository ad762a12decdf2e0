//! OAuth apps: their records.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

const REFUSED: &str = "api.context.permissions.app_error";

fn app() -> Value {
    json!({"name": "app", "description": "d", "callback_urls": ["https://example.com/cb"], "homepage": "https://example.com", "is_trusted": true})
}

#[tokio::test]
async fn a_secret_is_shown_once() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
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
    root.put(&path, changed).await.refused(400, "api.context.invalid_body_param.app_error");
    root.delete(&path).await.ok();
    root.get(&path).await.refused(404, "app.oauth.get_app.find.app_error");
}

#[tokio::test]
async fn a_public_app_has_no_secret() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    let mut public = app();
    public["is_public"] = json!(true);
    let made = root.post("/oauth/apps", public).await.ok();
    assert_eq!((&made["client_secret"], &made["is_public"]), (&json!(""), &json!(true)));
    let again = root.post(&format!("/oauth/apps/{}/regen_secret", made["id"].as_str().unwrap()), json!({})).await;
    again.refused(400, "api.oauth.regenerate_secret.public.app_error");
}

#[tokio::test]
async fn addresses_are_whole_and_names_are_there() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
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
async fn people_see_apps_and_change_none() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    let bob = server.person("bob").await;
    let made = root.post("/oauth/apps", app()).await.ok();
    let path = format!("/oauth/apps/{}", made["id"].as_str().unwrap());
    bob.post("/oauth/apps", app()).await.refused(403, REFUSED);
    bob.get("/oauth/apps").await.refused(403, REFUSED);
    bob.get(&path).await.refused(403, REFUSED);
    bob.put(&path, made.clone()).await.refused(403, REFUSED);
    bob.delete(&path).await.refused(403, REFUSED);
    bob.post(&format!("{path}/regen_secret"), json!({})).await.refused(403, REFUSED);
    assert_eq!(bob.get(&format!("{path}/info")).await.ok()["name"], "app");
    assert_eq!(bob.get("/users/me/oauth/apps/authorized").await.ok(), json!([]));
    bob.get(&format!("/users/{}/oauth/apps/authorized", root.id)).await.refused(403, REFUSED);
}

#[tokio::test]
async fn what_is_switched_off_says_so() {
    let server = TestServer::start_with(|settings| settings.integrations.oauth_provider = false).await;
    let root = server.person("root").await;
    root.post("/oauth/apps", app()).await.refused(501, "api.oauth.register_oauth_app.turn_off.app_error");
}
