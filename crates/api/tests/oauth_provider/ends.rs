//! What an app may not do, and how its access ends.

use guildhall_testkit::{PASSWORD, TestServer};
use serde_json::json;

use super::{DAY_MS, EXPIRED, MINUTE_MS, PERMISSIONS, World};
use crate::support::oauth::{CALLBACK, OAuthClient, assert_rfc_error};

#[tokio::test]
async fn an_app_gets_no_hold_on_the_account() {
    let World { bob, app, root, server: _server } = World::new(json!({})).await;
    let acting = bob.with_token(&app.tokens(&bob).await.access);
    let administrating = root.with_token(&app.tokens(&root).await.access);
    let me = format!("/users/{}", bob.id);
    for (method, path, body) in [
        ("PUT", format!("{me}/password"), json!({"current_password": PASSWORD, "new_password": "An0ther!longer"})),
        ("PUT", format!("{me}/patch"), json!({"email": "else@example.com", "password": PASSWORD})),
        ("POST", format!("{me}/mfa/generate"), json!({})),
        ("PUT", format!("{me}/mfa"), json!({"activate": false, "code": ""})),
        ("GET", format!("{me}/sessions"), json!({})),
        ("POST", format!("{me}/sessions/revoke/all"), json!({})),
        ("POST", format!("{me}/sessions/revoke/others"), json!({})),
        ("POST", format!("{me}/tokens"), json!({"description": "t"})),
        ("GET", format!("{me}/tokens"), json!({})),
        ("POST", "/users/me/passkeys/options".to_owned(), json!({"password": PASSWORD})),
        ("POST", "//oauth/deauthorize".to_owned(), json!({"client_id": app.id})),
        ("POST", "/oauth/apps".to_owned(), json!({"name": "x"})),
        ("DELETE", format!("/oauth/apps/{}", app.id), json!({})),
        ("POST", format!("/oauth/apps/{}/regen_secret", app.id), json!({})),
        ("POST", "/users/sessions/revoke/all".to_owned(), json!({})),
    ] {
        for person in [&acting, &administrating] {
            let answer = person.call(method.parse().unwrap(), &path, Some(body.clone())).await;
            answer.assert_error(403, PERMISSIONS);
        }
    }
    // Everything else is as for the person.
    acting.put(&format!("{me}/patch"), json!({"nickname": "Bobby"})).await.ok();
    administrating.get("/config").await.ok();
    acting.get("/config").await.assert_error(403, PERMISSIONS);
    // An app that logs out ends its own grant, and no session of the person.
    acting.post("/users/logout", json!({})).await.ok();
    acting.get("/users/me").await.assert_error(401, EXPIRED);
    bob.get("/users/me").await.ok();
}

/// A name that no handler has would refuse nothing.
#[tokio::test]
async fn what_apps_must_not_do_is_named_as_it_is() {
    let server = TestServer::start().await;
    let operations: Vec<&str> = server.routes().iter().map(|route| route.operation).collect();
    let unknown: Vec<_> = guildhall_api::NOT_FOR_APPS.iter().filter(|name| !operations.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(guildhall_api::NOT_FOR_APPS.is_sorted());
}

#[tokio::test]
async fn access_ends_with_the_app_and_with_what_was_given_to_it() {
    let World { bob, app, root, server } = World::new(json!({})).await;
    let other = OAuthClient::create(&server, &root, json!({})).await;
    let kept = other.tokens(&bob).await;
    let tokens = app.tokens(&bob).await;
    let waiting = app.code(&bob).await;
    bob.post("//oauth/deauthorize", json!({"client_id": app.id})).await.ok();
    bob.with_token(&tokens.access).get("/users/me").await.assert_error(401, EXPIRED);
    assert_rfc_error(&app.refresh(&tokens.refresh).await, 400, "invalid_grant");
    assert_rfc_error(&app.exchange(&waiting).await, 400, "invalid_grant");
    bob.with_token(&kept.access).get("/users/me").await.ok();
    bob.post("//oauth/deauthorize", json!({"client_id": app.id})).await.ok();
    bob.post("//oauth/deauthorize", json!({"client_id": "x"})).await.assert_error(404, "app.oauth.get_app.find.app_error");

    let (tokens, of_root) = (app.tokens(&bob).await, app.tokens(&root).await);
    root.delete(&format!("/oauth/apps/{}", app.id)).await.ok();
    for (person, tokens) in [(&bob, &tokens), (&root, &of_root)] {
        person.with_token(&tokens.access).get("/users/me").await.assert_error(401, EXPIRED);
    }
    assert_rfc_error(&app.refresh(&tokens.refresh).await, 401, "invalid_client");
    assert_eq!(bob.get("/users/me/oauth/apps/authorized").await.ok().as_array().unwrap().len(), 1);

    // While the provider is switched off its tokens are not accepted.
    root.put("/config/patch", json!({"ServiceSettings": {"EnableOAuthServiceProvider": false}})).await.ok();
    bob.with_token(&kept.access).get("/users/me").await.assert_error(401, EXPIRED);
    assert_eq!(other.refresh(&kept.refresh).await.status, 501);
    assert_eq!(other.open(&bob, &[]).await.status, 501);
    assert_eq!(server.anonymous().get("//.well-known/oauth-authorization-server").await.status, 501);
    root.put("/config/patch", json!({"ServiceSettings": {"EnableOAuthServiceProvider": true}})).await.ok();
    bob.with_token(&kept.access).get("/users/me").await.ok();
}

#[tokio::test]
async fn what_has_expired_is_deleted() {
    let world = World::new(json!({})).await;
    let World { bob, app, server, root } = &world;
    root.put("/config/patch", json!({"ServiceSettings": {"EnableDynamicClientRegistration": true}})).await.ok();
    let register = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"});
    server.anonymous().post("/oauth/apps/register", register.clone()).await.ok();
    let used = server.anonymous().post("/oauth/apps/register", register).await.ok();
    let used = OAuthClient { anonymous: server.anonymous(), id: used["client_id"].as_str().unwrap().to_owned(), secret: String::new() };
    used.tokens(bob).await;
    app.tokens(bob).await;
    app.code(bob).await;
    let counts = async || {
        let mut counts = Vec::new();
        for sql in [
            "SELECT COUNT(*) FROM oauth_codes",
            "SELECT COUNT(*) FROM oauth_grants",
            "SELECT COUNT(*) FROM oauth_authorizations",
            "SELECT COUNT(*) FROM oauth_apps WHERE is_dynamic = 1",
        ] {
            counts.push(server.count(sql).await);
        }
        counts
    };
    assert_eq!(counts().await, [1, 2, 2, 2]);
    world.sweep().await;
    assert_eq!(counts().await, [1, 2, 2, 2]);
    server.clock.advance_ms(25 * 60 * MINUTE_MS);
    world.sweep().await;
    assert_eq!(counts().await, [0, 2, 2, 1]);
    server.execute("DELETE FROM oauth_apps WHERE is_dynamic = 1").await;
    world.sweep().await;
    assert_eq!(counts().await, [0, 1, 1, 0]);
    server.clock.advance_ms(91 * DAY_MS);
    world.sweep().await;
    assert_eq!(counts().await, [0, 0, 1, 0]);
}

#[tokio::test]
async fn grants_and_codes_of_one_person_are_bounded() {
    let World { bob, app, server, .. } = World::new(json!({})).await;
    let first = app.tokens(&bob).await;
    for _ in 0..20 {
        app.tokens(&bob).await;
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM oauth_grants").await, 20);
    assert_eq!(server.count("SELECT COUNT(*) FROM sessions WHERE is_oauth = 1").await, 20);
    bob.with_token(&first.access).get("/users/me").await.assert_error(401, EXPIRED);
    for _ in 0..100 {
        app.authorize(&bob).await.ok();
    }
    app.authorize(&bob).await.assert_error(429, "api.oauth.allow_oauth.too_many.app_error");
}
