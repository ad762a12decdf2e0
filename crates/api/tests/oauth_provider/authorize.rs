//! Authorizing apps: who is asked, who is sent where, and who may allow it.

use axum::body::Body;
use guildhall_testkit::PASSWORD;
use http::Request;
use serde_json::json;

use super::{EXPIRED, World};
use crate::support::oauth::{CALLBACK, OAuthClient, location, param, tokens_of};

#[tokio::test]
async fn an_app_acts_for_whoever_allows_it() {
    let World { server, bob, app, root } = World::new(json!({})).await;
    let redirect = app.authorize(&bob).await.ok()["redirect"].as_str().unwrap().to_owned();
    assert!(redirect.starts_with(&format!("{CALLBACK}?code=")), "{redirect}");
    assert_eq!((param(&redirect, "state"), param(&redirect, "iss")), (Some("a b".to_owned()), Some("https://chat.example.com".to_owned())));
    let answer = app.exchange(&param(&redirect, "code").unwrap()).await;
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let tokens = tokens_of(&answer);
    let rest = |name: &str| tokens.answer[name].clone();
    assert_eq!((rest("token_type"), rest("scope"), rest("expires_in")), (json!("bearer"), json!("user"), json!(24 * 60 * 60)));

    let acting = bob.with_token(&tokens.access);
    assert_eq!(acting.get("/users/me").await.ok()["username"], "bob");
    let team = bob.create_team("builders").await;
    let channel = bob.create_channel(&team, "news", "O").await;
    let post = acting.create_post(&channel, "from the calendar").await;
    assert_eq!(post["props"]["from_oauth_app"], "true");
    let forged = json!({"channel_id": channel["id"], "message": "x", "props": {"from_oauth_app": "true"}});
    assert_eq!(bob.post("/posts", forged).await.ok()["props"].get("from_oauth_app"), None);

    let sessions = bob.get("/users/me/sessions").await.ok();
    let session = sessions.as_array().unwrap().iter().find(|session| session["is_oauth"] == true).unwrap();
    assert_eq!((&session["props"]["platform"], &session["props"]["oauth_app_id"]), (&json!("Calendar"), &json!(app.id)));
    let authorized = bob.get("/users/me/oauth/apps/authorized").await.ok();
    assert_eq!(
        (authorized.as_array().unwrap().len(), &authorized[0]["id"], &authorized[0]["client_secret"]),
        (1, &json!(app.id), &json!(""))
    );
    assert_eq!(root.get("/users/me/oauth/apps/authorized").await.ok(), json!([]));
    let stored = server.columns_containing_text(&tokens.access).await;
    assert!(stored.is_empty() && server.columns_containing_text(&tokens.refresh).await.is_empty(), "{stored:?}");

    let audits = root.get("/audits?per_page=200").await.ok();
    for action in ["oauth.authorize", "oauth.issue_tokens"] {
        let record = audits.as_array().unwrap().iter().find(|record| record["action"] == action).unwrap_or_else(|| panic!("no {action}"));
        assert!(record["user_id"] == json!(bob.id) && record["extra_info"].as_str().unwrap().contains(&app.id), "{record}");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_apps() {
    let World { bob, app, server, .. } = World::new(json!({"is_trusted": true})).await;
    for person in [&bob, &server.anonymous()] {
        for wrong in [
            ("redirect_uri", "https://evil.example/back"),
            ("redirect_uri", "https://app.example.com/back/"),
            ("redirect_uri", "https://app.example.com/back?x=1"),
            ("redirect_uri", ""),
            ("client_id", "ybndrfg8ejkmcpqxot1uwisza3"),
            ("client_id", "x"),
            ("client_id", ""),
        ] {
            let page = app.open(person, &[wrong]).await;
            assert_eq!((page.status, page.header("location")), (400, ""), "{wrong:?}");
            assert!(page.header("content-type").starts_with("text/html"), "{wrong:?}");
        }
    }
    let mut request = app.request();
    request["redirect_uri"] = json!("https://evil.example/back");
    bob.post("//oauth/authorize", request.clone()).await.assert_error(400, "api.oauth.allow_oauth.redirect_callback.app_error");
    request["deny"] = json!(true);
    bob.post("//oauth/authorize", request.clone()).await.assert_error(400, "api.oauth.allow_oauth.redirect_callback.app_error");
    request["client_id"] = json!("x");
    bob.post("//oauth/authorize", request).await.assert_error(400, "api.oauth.allow_oauth.bad_client.app_error");
}

#[tokio::test]
async fn the_app_is_told_what_is_wrong_with_its_request() {
    let World { bob, app, server, .. } = World::new(json!({})).await;
    for (changes, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("response_type", "")], "unsupported_response_type"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("resource", "not an address")], "invalid_target"),
        (&[("resource", "https://chat.example.com/mcp#x")], "invalid_target"),
    ] {
        for person in [&bob, &server.anonymous()] {
            let answer = app.open(person, changes).await;
            let address = location(&answer);
            assert!(address.starts_with(CALLBACK), "{address}");
            let found = (param(address, "error"), param(address, "state"), param(address, "code"));
            assert_eq!(found, (Some(error.to_owned()), Some("a b".to_owned()), None), "{changes:?}");
        }
    }
    let mut request = app.request();
    request["response_type"] = json!("token");
    bob.post("//oauth/authorize", request).await.assert_error(400, "api.oauth.allow_oauth.bad_response_type.app_error");
    let mut denied = app.request();
    denied["deny"] = json!(true);
    let redirect = bob.post("//oauth/authorize", denied).await.ok()["redirect"].as_str().unwrap().to_owned();
    assert_eq!(param(&redirect, "error").unwrap(), "access_denied");
    assert_eq!((param(&redirect, "code"), param(&redirect, "state")), (None, Some("a b".to_owned())));
}

#[tokio::test]
async fn who_is_known_is_not_asked_again() {
    let World { bob, app, server, root } = World::new(json!({})).await;
    let asks = |answer: &guildhall_testkit::TestResponse| {
        assert_eq!(answer.header("location"), "");
        answer.status != 302 && answer.header("x-frame-options") == "DENY"
    };
    assert!(asks(&app.open(&server.anonymous(), &[]).await));
    assert!(asks(&app.open(&bob, &[]).await));
    app.tokens(&bob).await;
    let answer = app.open(&bob, &[]).await;
    let code = param(location(&answer), "code").unwrap();
    assert_eq!(answer.header("cache-control"), "no-store");
    app.exchange(&code).await.ok();
    assert!(asks(&app.open(&root, &[]).await), "somebody else");
    bob.post("//oauth/deauthorize", json!({"client_id": app.id})).await.ok();
    assert!(asks(&app.open(&bob, &[]).await));

    let trusted = OAuthClient::create(&server, &root, json!({"is_trusted": true})).await;
    assert!(param(location(&trusted.open(&bob, &[]).await), "code").is_some());
    assert!(asks(&trusted.open(&server.anonymous(), &[]).await));
    // Any program can say that it is a public app.
    let public = OAuthClient::create(&server, &root, json!({"is_public": true})).await;
    public.tokens(&bob).await;
    assert!(asks(&public.open(&bob, &[]).await));
    let local = OAuthClient::create(&server, &root, json!({"is_public": true, "is_trusted": true})).await;
    assert!(asks(&local.open(&bob, &[("redirect_uri", "http://127.0.0.1:50000/back")]).await));
    assert!(param(location(&local.open(&bob, &[]).await), "code").is_some());
}

#[tokio::test]
async fn only_people_who_have_logged_in_authorize_apps() {
    let World { bob, app, server, root } = World::new(json!({"is_trusted": true})).await;
    let tokens = app.tokens(&bob).await;
    let role = json!({"roles": "system_user system_user_access_token"});
    root.put(&format!("/users/{}/roles", bob.id), role).await.ok();
    let made = bob.post(&format!("/users/{}/tokens", bob.id), json!({"description": "t"})).await.ok();
    let programs = [bob.with_token(made["token"].as_str().unwrap()), bob.with_token(&tokens.access)];
    for program in &programs {
        assert_eq!(app.authorize(program).await.error().0, 403);
        assert_eq!(app.open(program, &[]).await.header("location"), "");
    }
    app.authorize(&server.anonymous()).await.assert_error(401, EXPIRED);
    app.authorize(&server.local_administrator()).await.assert_error(403, "api.context.account_required.app_error");

    // The page of another site can send the cookie, but not the header.
    let login = json!({"login_id": "bob", "password": PASSWORD}).to_string();
    let login = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").body(Body::from(login)).unwrap();
    let login = server.anonymous().send(login).await;
    let cookie = format!("MMAUTHTOKEN={}", login.header("token"));
    let csrf = login.headers.get_all("set-cookie").iter().find_map(|value| value.to_str().unwrap().strip_prefix("MMCSRF=")).unwrap();
    let csrf = csrf.split(';').next().unwrap().to_owned();
    let send = async |csrf: Option<&str>| {
        let mut request = Request::post("/oauth/authorize").header("cookie", &cookie);
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        server.anonymous().send(request.body(Body::from(app.request().to_string())).unwrap()).await.status
    };
    assert_eq!((send(None).await, send(Some("wrong")).await, send(Some(&csrf)).await), (401, 401, 200));
}

#[tokio::test]
async fn who_must_set_up_a_second_factor_authorizes_nothing() {
    let World { bob, app, root, server: _server, .. } = World::new(json!({"is_trusted": true})).await;
    let tokens = app.tokens(&bob).await;
    root.put(
        "/config/patch",
        json!({"ServiceSettings": {"EnforceMultifactorAuthentication": true, "MultifactorAuthenticationGraceDays": 0}}),
    )
    .await
    .ok();
    assert_eq!(app.authorize(&bob).await.status, 403);
    assert_eq!(app.open(&bob, &[]).await.header("location"), "");
    assert_eq!(bob.with_token(&tokens.access).get("/users/me/teams").await.status, 403);
}
