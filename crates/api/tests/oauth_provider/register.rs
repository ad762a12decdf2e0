//! Apps that register themselves, and the description of the provider.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

use super::World;
use crate::support::oauth::{CALLBACK, OAuthClient, assert_rfc_error};

#[tokio::test]
async fn apps_register_themselves_where_they_may() {
    let World { bob, server, root, .. } = World::new(json!({})).await;
    let (nobody, path) = (server.anonymous(), "/oauth/apps/register");
    let valid =
        json!({"redirect_uris": ["http://127.0.0.1/back", CALLBACK], "client_name": "Helper", "client_uri": "https://helper.example"});
    nobody.post(path, valid.clone()).await.assert_error(501, "api.oauth.register_client.disabled.app_error");
    root.put("/config/patch", json!({"ServiceSettings": {"EnableDynamicClientRegistration": true}})).await.ok();
    let metadata = nobody.get("//.well-known/oauth-authorization-server").await.ok();
    assert_eq!(metadata["registration_endpoint"], "https://chat.example.com/api/v4/oauth/apps/register");
    let answer = nobody.post(path, valid.clone()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"));
    let made = answer.ok();
    assert_eq!((&made["token_endpoint_auth_method"], &made["client_secret_expires_at"]), (&json!("client_secret_basic"), &json!(0)));
    assert_eq!((&made["client_name"], &made["redirect_uris"]), (&json!("Helper"), &valid["redirect_uris"]));
    let app = OAuthClient {
        anonymous: nobody.clone(),
        id: made["client_id"].as_str().unwrap().to_owned(),
        secret: made["client_secret"].as_str().unwrap().to_owned(),
    };
    bob.with_token(&app.tokens(&bob).await.access).get("/users/me").await.ok();
    let shown = root.get(&format!("/oauth/apps/{}", app.id)).await.ok();
    assert_eq!(
        (&shown["is_dynamically_registered"], &shown["creator_id"], &shown["is_trusted"]),
        (&json!(true), &json!(""), &json!(false))
    );

    let mut public = valid.clone();
    public["token_endpoint_auth_method"] = json!("none");
    public["client_name"] = Value::Null;
    let made = nobody.post(path, public).await.ok();
    assert_eq!((made.get("client_secret"), made.get("client_secret_expires_at")), (None, None));
    assert_eq!(root.get(&format!("/oauth/apps/{}", made["client_id"].as_str().unwrap())).await.ok()["is_public"], true);

    for (field, wrong, error) in [
        ("redirect_uris", json!([]), "invalid_redirect_uri"),
        ("redirect_uris", json!(["http://app.example.com/back"]), "invalid_redirect_uri"),
        ("redirect_uris", json!(["javascript:alert(1)"]), "invalid_redirect_uri"),
        ("redirect_uris", json!(vec![CALLBACK; 21]), "invalid_redirect_uri"),
        ("client_name", json!("x".repeat(65)), "invalid_client_metadata"),
        ("client_uri", json!("javascript:alert(1)"), "invalid_client_metadata"),
        ("grant_types", json!(["implicit"]), "invalid_client_metadata"),
        ("response_types", json!(["token"]), "invalid_client_metadata"),
        ("token_endpoint_auth_method", json!("private_key_jwt"), "invalid_client_metadata"),
    ] {
        let mut request = valid.clone();
        request[field] = wrong;
        assert_rfc_error(&nobody.post(path, request).await, 400, error);
    }
}

#[tokio::test]
async fn registrations_are_limited() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.integrations.oauth_registration = true;
    })
    .await;
    let nobody = server.anonymous().connected_from("203.0.113.7");
    let register = async || nobody.post("/oauth/apps/register", json!({"redirect_uris": [CALLBACK]})).await;
    for _ in 0..20 {
        register().await.ok();
    }
    assert_rfc_error(&register().await, 429, "slow_down");
}

#[tokio::test]
async fn the_provider_describes_itself() {
    let World { server, .. } = World::new(json!({})).await;
    let metadata = server.anonymous().get("//.well-known/oauth-authorization-server").await.ok();
    let expected = json!({
        "issuer": "https://chat.example.com",
        "authorization_endpoint": "https://chat.example.com/oauth/authorize",
        "token_endpoint": "https://chat.example.com/oauth/access_token",
        "scopes_supported": ["user"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    assert_eq!(metadata, expected);
}
