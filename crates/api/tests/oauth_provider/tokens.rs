//! Codes and tokens: each is used once, by its app.

use axum::body::Body;
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::json;

use super::{DAY_MS, EXPIRED, MINUTE_MS, World};
use crate::support::oauth::{CALLBACK, OAuthClient, VERIFIER, assert_rfc_error, encode, location, param, tokens_of};

#[tokio::test]
async fn a_code_is_used_once_by_its_app_and_soon() {
    let World { bob, app, server, root } = World::new(json!({})).await;
    let other = OAuthClient::create(&server, &root, json!({})).await;
    let code = app.code(&bob).await;
    assert_rfc_error(&other.exchange(&code).await, 400, "invalid_grant");
    let with = async |changes: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", app.id.as_str()),
            ("client_secret", app.secret.as_str()),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            fields.retain(|(other, _)| other != name);
            fields.push((name, value));
        }
        app.token_request(&fields).await
    };
    let verifier = "x".repeat(43);
    for (changes, status, error) in [
        ([("code_verifier", verifier.as_str())], 400, "invalid_grant"),
        ([("code_verifier", "")], 400, "invalid_grant"),
        ([("redirect_uri", "http://127.0.0.1/back")], 400, "invalid_grant"),
        ([("redirect_uri", "")], 400, "invalid_request"),
        ([("code", "")], 400, "invalid_request"),
        ([("code", "ybndrfg8ejkmcpqxot1uwisza3")], 400, "invalid_grant"),
        ([("client_secret", "")], 401, "invalid_client"),
        ([("client_secret", "wrong")], 401, "invalid_client"),
        ([("client_id", "ybndrfg8ejkmcpqxot1uwisza3")], 401, "invalid_client"),
        ([("client_id", "")], 401, "invalid_client"),
        ([("grant_type", "password")], 400, "unsupported_grant_type"),
        ([("grant_type", "client_credentials")], 400, "unsupported_grant_type"),
        ([("resource", "https://elsewhere.example")], 400, "invalid_target"),
    ] {
        assert_rfc_error(&with(&changes).await, status, error);
    }
    let tokens = tokens_of(&with(&[]).await);
    let acting = bob.with_token(&tokens.access);
    let mut socket = acting.subscribe().await;
    acting.get("/users/me").await.ok();
    // Whoever has the code a second time may have had the tokens first.
    assert_rfc_error(&with(&[]).await, 400, "invalid_grant");
    acting.get("/users/me").await.assert_error(401, EXPIRED);
    assert!(socket.is_closed());
    assert_rfc_error(&app.refresh(&tokens.refresh).await, 400, "invalid_grant");
    let audits = root.get("/audits?per_page=200").await.ok();
    assert!(audits.as_array().unwrap().iter().any(|record| record["action"] == "oauth.end_reused"), "{audits}");

    let late = app.code(&bob).await;
    server.clock.advance_ms(6 * MINUTE_MS);
    assert_rfc_error(&app.exchange(&late).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_used_once() {
    let World { bob, app, server, .. } = World::new(json!({})).await;
    let first = app.tokens(&bob).await;
    let second = tokens_of(&app.refresh(&first.refresh).await);
    bob.with_token(&first.access).get("/users/me").await.assert_error(401, EXPIRED);
    bob.with_token(&second.access).get("/users/me").await.ok();
    let other = app.tokens(&bob).await;
    // Somebody has the first one, too: all that came of it ends, and nothing else.
    assert_rfc_error(&app.refresh(&first.refresh).await, 400, "invalid_grant");
    bob.with_token(&second.access).get("/users/me").await.assert_error(401, EXPIRED);
    assert_rfc_error(&app.refresh(&second.refresh).await, 400, "invalid_grant");
    bob.with_token(&other.access).get("/users/me").await.ok();
    for wrong in ["x", "x.y", &format!("{}x", other.refresh.split('.').next().unwrap())] {
        assert_rfc_error(&app.refresh(wrong).await, 400, "invalid_grant");
    }
    bob.with_token(&other.access).get("/users/me").await.ok();

    // The access token ends by itself, whatever it is used for; the refresh token lives as long as it is used.
    server.clock.advance_ms(23 * 60 * MINUTE_MS);
    bob.with_token(&other.access).get("/users/me").await.ok();
    server.clock.advance_ms(61 * MINUTE_MS);
    bob.with_token(&other.access).get("/users/me").await.assert_error(401, EXPIRED);
    let mut current = tokens_of(&app.refresh(&other.refresh).await);
    for _ in 0..3 {
        server.clock.advance_ms(60 * DAY_MS);
        current = tokens_of(&app.refresh(&current.refresh).await);
    }
    server.clock.advance_ms(91 * DAY_MS);
    assert_rfc_error(&app.refresh(&current.refresh).await, 400, "invalid_grant");
}

#[tokio::test]
async fn fifty_at_once_get_one_pair_of_tokens() {
    let World { bob, app, server, .. } = World::new(json!({})).await;
    let code = app.code(&bob).await;
    let answers = futures::future::join_all((0..50).map(|_| app.exchange(&code))).await;
    assert!(answers.iter().filter(|answer| answer.status == 200).count() <= 1);
    assert_eq!(server.count("SELECT COUNT(*) FROM oauth_grants").await, 0, "the code was shown more than once");
    assert_eq!(server.count("SELECT COUNT(*) FROM sessions WHERE is_oauth = 1").await, 0);
    let tokens = app.tokens(&bob).await;
    let answers = futures::future::join_all((0..50).map(|_| app.refresh(&tokens.refresh))).await;
    assert!(answers.iter().filter(|answer| answer.status == 200).count() <= 1);
    assert_eq!(server.count("SELECT COUNT(*) FROM sessions WHERE is_oauth = 1").await, 0);
}

#[tokio::test]
async fn a_public_app_needs_a_proof_key_and_a_native_one_chooses_its_port() {
    let World { bob, server, root, .. } = World::new(json!({})).await;
    let app = OAuthClient::create(&server, &root, json!({"is_public": true})).await;
    let answer = app.open(&bob, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(param(location(&answer), "error").unwrap(), "invalid_request");
    let mut request = app.request();
    request["code_challenge"] = json!("");
    request["code_challenge_method"] = json!("");
    bob.post("//oauth/authorize", request).await.assert_error(400, "api.oauth.allow_oauth.pkce_required_public_client.app_error");
    let tokens = app.tokens(&bob).await;
    let tokens = tokens_of(&app.refresh(&tokens.refresh).await);
    bob.with_token(&tokens.access).get("/users/me").await.ok();
    let claiming = OAuthClient { secret: "x".to_owned(), ..app.clone() };
    assert_rfc_error(&claiming.exchange(&app.code(&bob).await).await, 401, "invalid_client");

    let mut native = app.request();
    native["redirect_uri"] = json!("http://127.0.0.1:51004/back");
    let redirect = bob.post("//oauth/authorize", native).await.ok()["redirect"].as_str().unwrap().to_owned();
    assert!(redirect.starts_with("http://127.0.0.1:51004/back?code="), "{redirect}");
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", app.id.as_str()),
        ("code", &param(&redirect, "code").unwrap()),
        ("redirect_uri", "http://127.0.0.1:51004/back"),
        ("code_verifier", VERIFIER),
    ];
    tokens_of(&app.token_request(&fields).await);
}

#[tokio::test]
async fn apps_authenticate_by_the_header_as_well() {
    use base64::Engine as _;
    let World { bob, app, server: _server, .. } = World::new(json!({})).await;
    let code = app.code(&bob).await;
    let send = async |secret: &str, extra: &[(&str, &str)], kind: &str| {
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{secret}", app.id));
        let mut fields =
            vec![("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
        fields.extend(extra);
        let request = Request::post("/oauth/access_token").header("authorization", format!("Basic {basic}")).header(CONTENT_TYPE, kind);
        app.anonymous.send(request.body(Body::from(encode(&fields))).unwrap()).await
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    let wrong = send("wrong", &[], FORM).await;
    assert_rfc_error(&wrong, 401, "invalid_client");
    assert!(wrong.header("www-authenticate").starts_with("Basic"), "{:?}", wrong.headers);
    assert_rfc_error(&send(&app.secret, &[("client_secret", &app.secret)], FORM).await, 400, "invalid_request");
    assert_rfc_error(&send(&app.secret, &[("client_id", "ybndrfg8ejkmcpqxot1uwisza3")], FORM).await, 400, "invalid_request");
    assert_rfc_error(&send(&app.secret, &[("code", "x")], FORM).await, 400, "invalid_request");
    assert_rfc_error(&send(&app.secret, &[], "application/json").await, 400, "invalid_request");
    tokens_of(&send(&app.secret, &[("client_id", &app.id)], FORM).await);
}

#[tokio::test]
async fn a_resource_is_kept_with_the_tokens() {
    let World { bob, app, server: _server, .. } = World::new(json!({})).await;
    let mut request = app.request();
    request["resource"] = json!("https://chat.example.com/mcp");
    let redirect = bob.post("//oauth/authorize", request).await.ok()["redirect"].as_str().unwrap().to_owned();
    let tokens = tokens_of(&app.exchange(&param(&redirect, "code").unwrap()).await);
    tokens_of(&app.refresh(&tokens.refresh).await);
    let sessions = bob.get("/users/me/sessions").await.ok();
    let session = sessions.as_array().unwrap().iter().find(|session| session["is_oauth"] == true).unwrap();
    assert_eq!(session["props"]["oauth_resource"], "https://chat.example.com/mcp");
}
