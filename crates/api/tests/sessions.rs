//! Logging in and out, sessions, access tokens, and their audit trail.

use axum::body::Body;
use guildhall_services::sessions::LoginRequest;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const EXPIRED: &str = "api.context.session_expired.app_error";
const INVALID: &str = "api.user.login.invalid_credentials_email_username";
const TOO_MANY: &str = "api.user.check_user_login_attempts.too_many.app_error";
const HOUR_MS: i64 = 60 * 60 * 1_000;

async fn three() -> (TestServer, TestUser, TestUser, TestUser) {
    let server = TestServer::start().await;
    let (ada, bob, eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    (server, ada, bob, eve)
}

async fn log_in(server: &TestServer, login: Value) -> TestResponse {
    server.anonymous().post("/users/login", login).await
}

fn cookies(answer: &TestResponse) -> Vec<String> {
    answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn users_log_in_by_username_email_or_id() {
    let (server, _, bob, _) = three().await;
    for login in [
        json!({"login_id": "bob", "password": PASSWORD}),
        json!({"login_id": " BOB ", "password": PASSWORD}),
        json!({"login_id": "Bob@Example.com", "password": PASSWORD}),
        json!({"id": bob.id, "password": PASSWORD}),
        json!({"login_id": "bob", "password": PASSWORD, "device_id": null, "token": ""}),
    ] {
        let answer = log_in(&server, login.clone()).await;
        assert_eq!(answer.ok()["username"], "bob", "{login}");
        assert_eq!(answer.header("token").len(), 26);
        assert!(cookies(&answer).is_empty(), "{login}");
        assert_eq!(bob.with_token(answer.header("token")).get("/users/me").await.status, 200);
    }
}

#[tokio::test]
async fn scripts_of_the_web_client_get_cookies() {
    let (server, _, bob, _) = three().await;
    let body = json!({"login_id": "bob", "password": PASSWORD}).to_string();
    let request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").body(Body::from(body)).unwrap();
    let answer = server.anonymous().send(request).await;
    let set = cookies(&answer);
    let one = |name: &str| set.iter().find(|cookie| cookie.starts_with(name)).unwrap_or_else(|| panic!("{name} in {set:?}")).clone();
    assert!(one("MMAUTHTOKEN=").contains(answer.header("token")) && one("MMAUTHTOKEN=").contains("HttpOnly"));
    assert!(one("MMUSERID=").contains(&bob.id.to_string()) && !one("MMCSRF=").contains("HttpOnly"));
    let csrf = one("MMCSRF=").split(['=', ';']).nth(1).unwrap().to_owned();
    let send = async |request: http::request::Builder, csrf: Option<&str>| {
        let mut request = request.header("cookie", format!("MMAUTHTOKEN={}", answer.header("token")));
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        server.anonymous().send(request.body(Body::from("{}")).unwrap()).await
    };
    let write = async |csrf: Option<&str>| send(Request::put("/api/v4/users/me/patch"), csrf).await.status;
    assert_eq!((write(None).await, write(Some("wrong")).await, write(Some(&csrf)).await), (401, 401, 200));

    // A request without the CSRF token neither ends the session nor clears the cookies; one with it ends the session.
    let log_out = async |csrf: Option<&str>| send(Request::post("/api/v4/users/logout"), csrf).await;
    let foreign = log_out(None).await;
    assert_eq!((foreign.status, cookies(&foreign)), (401, Vec::new()));
    assert_eq!(write(Some(&csrf)).await, 200);
    assert_eq!(log_out(Some(&csrf)).await.status, 200);
    let over = send(Request::put("/api/v4/users/me/patch"), Some(&csrf)).await;
    assert_eq!(over.status, 401);
    assert!(cookies(&over).iter().any(|cookie| cookie.starts_with("MMAUTHTOKEN=;")), "{:?}", cookies(&over));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_get_the_same_error() {
    let (server, ..) = three().await;
    let wrong = log_in(&server, json!({"login_id": "bob", "password": "wrong"})).await;
    let unknown = log_in(&server, json!({"login_id": "nobody-here", "password": PASSWORD})).await;
    wrong.assert_error(401, INVALID);
    assert_eq!(wrong.json()["message"], unknown.json()["message"]);
    unknown.assert_error(401, INVALID);
    log_in(&server, json!({"id": "y".repeat(26), "password": PASSWORD})).await.assert_error(401, INVALID);
    log_in(&server, json!({"login_id": "b".repeat(100_000), "password": PASSWORD})).await.assert_error(401, INVALID);
    for blank in ["{not json", "[]", "{}", "{\"login_id\": \"bob\"}", "{\"login_id\": 7, \"password\": \"x\"}"] {
        let request = Request::post("/api/v4/users/login").body(Body::from(blank)).unwrap();
        server.anonymous().send(request).await.assert_error(400, "api.user.login.blank_pwd.app_error");
    }
    let device = json!({"login_id": "bob", "password": PASSWORD, "device_id": "d".repeat(600)});
    log_in(&server, device).await.assert_error(400, "api.context.invalid_body_param.app_error");
    for login in [json!({"login_id": "bob"}), json!({"login_id": "nobody-here"})] {
        assert_eq!(server.anonymous().post("/users/login/type", login).await.ok(), json!({"auth_service": ""}));
    }
}

#[tokio::test]
async fn too_many_failures_block_an_account_whether_or_not_it_exists() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 3;
    })
    .await;
    let ada = server.create_user("ada").await;
    server.create_user("bob").await;
    for name in ["bob", "nobody-here"] {
        for _ in 0..3 {
            log_in(&server, json!({"login_id": name, "password": "wrong"})).await.assert_error(401, INVALID);
        }
        log_in(&server, json!({"login_id": name, "password": PASSWORD})).await.assert_error(429, TOO_MANY);
    }
    let by_address = json!({"login_id": "bob@example.com", "password": PASSWORD});
    log_in(&server, by_address.clone()).await.assert_error(429, TOO_MANY);
    server.clock.advance_ms(HOUR_MS);
    assert_eq!(log_in(&server, by_address).await.status, 200);
    for _ in 0..3 {
        log_in(&server, json!({"login_id": "bob", "password": "wrong"})).await.assert_error(401, INVALID);
    }
    let bob = ada.get("/users/username/bob").await.ok();
    assert_eq!(bob["failed_attempts"], 3);
    let path = format!("/users/{}/reset_failed_attempts", bob["id"].as_str().unwrap());
    ada.post(&path, json!({})).await.ok();
    assert_eq!(log_in(&server, json!({"login_id": "bob", "password": PASSWORD})).await.status, 200);
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_blocked() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 2;
    })
    .await;
    server.create_user("ada").await;
    let services = &server.app().services;
    let attempt = async |name: String, password: &str, address: &str| {
        let address = Some(address.parse().unwrap());
        services.sessions().log_in(LoginRequest { login_id: name, password: password.to_owned(), address, ..LoginRequest::default() }).await
    };
    let mut refused = 0;
    for n in 0..12 {
        refused += i32::from(attempt(format!("name{n}"), "wrong", "10.0.0.1").await.unwrap_err().code.id == TOO_MANY);
    }
    assert_eq!(refused, 2);
    assert!(attempt("ada".to_owned(), PASSWORD, "10.0.0.1").await.is_err());
    assert!(attempt("ada".to_owned(), PASSWORD, "10.0.0.2").await.is_ok());
}

#[tokio::test]
async fn logging_out_ends_the_session_and_its_connections() {
    let (_server, _, bob, eve) = three().await;
    let mut events = bob.subscribe().await;
    let out = bob.post("/users/logout", json!({})).await;
    assert!(out.status == 200 && cookies(&out).iter().any(|cookie| cookie.starts_with("MMAUTHTOKEN=;")));
    events.wait_until_closed().await;
    bob.get("/users/me").await.assert_error(401, EXPIRED);
    assert_eq!(bob.post("/users/logout", json!({})).await.status, 200);
    assert_eq!(eve.get("/users/me").await.status, 200);
}

#[tokio::test]
async fn sessions_are_listed_and_revoked_by_their_owner() {
    let (_server, ada, bob, eve) = three().await;
    let mut second = bob.clone();
    second.log_in().await;
    bob.create_team("builders").await;
    let listed = bob.get("/users/me/sessions").await.ok();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2);
    for session in listed {
        assert_eq!((session["token"].as_str(), session["props"]["csrf"].as_str()), (Some(""), Some("")));
        assert_eq!(session["team_members"].as_array().unwrap().len(), 1);
    }
    eve.get(&format!("/users/{}/sessions", bob.id)).await.assert_error(403, PERMISSIONS);
    let mut events = second.subscribe().await;
    // Sorted by last use: `second` connected last.
    let id = &ada.get(&format!("/users/{}/sessions", bob.id)).await.ok()[0]["id"];
    eve.post(&format!("/users/{}/sessions/revoke", bob.id), json!({"session_id": id})).await.assert_error(403, PERMISSIONS);
    eve.post("/users/me/sessions/revoke", json!({"session_id": id})).await.assert_error(404, "app.session.get.app_error");
    bob.post("/users/me/sessions/revoke", json!({"session_id": "x"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    bob.post("/users/me/sessions/revoke", json!({"session_id": id})).await.ok();
    events.wait_until_closed().await;
    assert_eq!((second.get("/users/me").await.status, bob.get("/users/me").await.status), (401, 200));
    bob.post("/users/me/sessions/revoke/all", json!({})).await.ok();
    assert_eq!(bob.get("/users/me").await.status, 401);
    eve.post("/users/sessions/revoke/all", json!({})).await.assert_error(403, PERMISSIONS);
    ada.post("/users/sessions/revoke/all", json!({})).await.ok();
    assert_eq!((ada.get("/users/me").await.status, eve.get("/users/me").await.status), (401, 401));
}

#[tokio::test]
async fn sessions_say_where_they_were_used_and_all_others_are_revoked() {
    let (server, _, bob, eve) = three().await;
    let body = json!({"login_id": "bob", "password": PASSWORD});
    let at_home = server.anonymous().connected_from("2001:db8::7").post("/users/login", body).await.header("token").to_owned();
    let at_home = bob.with_token(&at_home);
    let last_addresses = async || {
        let sessions = bob.get("/users/me/sessions").await.ok();
        let mut addresses: Vec<String> =
            sessions.as_array().unwrap().iter().map(|session| session["last_address"].as_str().unwrap().to_owned()).collect();
        addresses.sort();
        addresses
    };
    assert_eq!(last_addresses().await, ["", "2001:db8::7"]);
    server.clock.advance_ms(HOUR_MS);
    at_home.connected_from("10.0.0.7").get("/users/me").await.ok();
    assert_eq!(last_addresses().await, ["", "10.0.0.7"]);
    eve.post(&format!("/users/{}/sessions/revoke/others", bob.id), json!({})).await.assert_error(403, PERMISSIONS);
    at_home.post("/users/me/sessions/revoke/others", json!({})).await.ok();
    assert_eq!(
        (bob.get("/users/me").await.status, at_home.get("/users/me").await.status, eve.get("/users/me").await.status),
        (401, 200, 200)
    );
}

#[tokio::test]
async fn unused_sessions_expire_and_used_ones_are_extended() {
    let server = TestServer::start_with_settings(|settings| settings.sessions.web_hours = 2).await;
    let bob = server.create_user("bob").await;
    let eve = server.create_user("eve").await;
    for _ in 0..4 {
        server.clock.advance_ms(HOUR_MS);
        assert_eq!(bob.get("/users/me").await.status, 200);
    }
    eve.get("/users/me").await.assert_error(401, EXPIRED);
    let mut events = bob.subscribe().await;
    server.clock.advance_ms(3 * HOUR_MS);
    server.app().services.sessions().sweep_sessions(None).await.unwrap();
    events.wait_until_closed().await;
    bob.get("/users/me").await.assert_error(401, EXPIRED);
}

#[tokio::test]
async fn sessions_expire_on_time_where_activity_does_not_extend_them() {
    let server = TestServer::start_with_settings(|settings| {
        settings.sessions.web_hours = 2;
        settings.sessions.extend_with_activity = false;
    })
    .await;
    let bob = server.create_user("bob").await;
    server.clock.advance_ms(HOUR_MS);
    assert_eq!(bob.get("/users/me").await.status, 200);
    server.clock.advance_ms(HOUR_MS);
    bob.get("/users/me").await.assert_error(401, EXPIRED);
}

#[tokio::test]
async fn a_device_has_one_session() {
    let (server, _, bob, _) = three().await;
    let login = json!({"login_id": "bob", "password": PASSWORD, "device_id": "apple:one"});
    let first = bob.with_token(log_in(&server, login.clone()).await.header("token"));
    let second = bob.with_token(log_in(&server, login).await.header("token"));
    assert_eq!((first.get("/users/me").await.status, second.get("/users/me").await.status), (401, 200));
    let device = json!({"device_id": "apple:one", "deviceNotificationDisabled": "true"});
    bob.put("/users/sessions/device", device).await.ok();
    assert_eq!((second.get("/users/me").await.status, bob.get("/users/me").await.status), (401, 200));
    let session = &bob.get("/users/me/sessions").await.ok()[0];
    assert_eq!(
        (session["device_id"].as_str(), session["props"]["device_notification_disabled"].as_str()),
        (Some("apple:one"), Some("true"))
    );
    for bad in [json!({}), json!({"device_id": "d".repeat(600)})] {
        bob.put("/users/sessions/device", bad).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
}

#[tokio::test]
async fn authenticated_sessions_are_cached() {
    let (server, _, bob, _) = three().await;
    bob.get("/users/me").await.ok();
    let services = &server.app().services;
    let token = bob.token.clone().unwrap();
    let before = server.queries();
    for _ in 0..100 {
        services.sessions().authenticate(&token, None).await.unwrap();
    }
    assert_eq!(server.queries(), before);
    assert!(services.sessions().authenticate("y".repeat(26).as_str(), None).await.is_err());
}

#[tokio::test]
async fn access_tokens_authenticate_until_they_are_revoked() {
    let (_server, ada, bob, eve) = three().await;
    let described = json!({"description": "for scripts"});
    bob.post("/users/me/tokens", described.clone()).await.assert_error(403, PERMISSIONS);
    ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    bob.post("/users/me/tokens", json!({"description": " "}))
        .await
        .assert_error(400, "model.user_access_token.is_valid.description.app_error");
    let made = bob.post("/users/me/tokens", described.clone()).await.ok();
    let (id, secret) = (made["id"].clone(), made["token"].as_str().unwrap());
    assert_eq!((secret.len(), made["is_active"].as_bool(), made["user_id"].as_str()), (26, Some(true), Some(bob.id.to_string().as_str())));
    let script = bob.with_token(secret);
    assert_eq!(script.get("/users/me").await.ok()["username"], "bob");
    let path = format!("/users/tokens/{}", id.as_str().unwrap());
    assert!(bob.get(&path).await.ok().get("token").is_none());
    assert_eq!(bob.get("/users/me/tokens").await.ok().as_array().unwrap().len(), 1);
    for (path, body) in [("/users/tokens/disable", json!({"token_id": id})), ("/users/tokens/revoke", json!({"token_id": id}))] {
        eve.post(path, body).await.assert_error(403, PERMISSIONS);
    }
    eve.get(&path).await.assert_error(403, PERMISSIONS);
    eve.get(&format!("/users/{}/tokens", bob.id)).await.assert_error(403, PERMISSIONS);
    eve.post(&format!("/users/{}/tokens", bob.id), described).await.assert_error(403, PERMISSIONS);

    bob.post("/users/tokens/disable", json!({"token_id": id})).await.ok();
    assert_eq!(script.get("/users/me").await.status, 401);
    bob.post("/users/tokens/enable", json!({"token_id": id})).await.ok();
    assert_eq!(script.get("/users/me").await.status, 200);
    let mut events = script.subscribe().await;
    bob.post("/users/tokens/revoke", json!({"token_id": id})).await.ok();
    events.wait_until_closed().await;
    script.get("/users/me").await.assert_error(401, EXPIRED);
    bob.post("/users/tokens/revoke", json!({"token_id": id})).await.assert_error(403, PERMISSIONS);
    ada.post("/users/tokens/revoke", json!({"token_id": id})).await.assert_error(404, "app.user_access_token.get.app_error");
}

#[tokio::test]
async fn administrators_can_search_the_tokens_of_all_users() {
    let (_server, ada, bob, _) = three().await;
    ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    let made = bob.post("/users/me/tokens", json!({"description": "one"})).await.ok();
    ada.post(&format!("/users/{}/tokens", bob.id), json!({"description": "two"})).await.ok();
    assert_eq!(ada.get("/users/tokens").await.ok().as_array().unwrap().len(), 2);
    bob.get("/users/tokens").await.assert_error(403, PERMISSIONS);
    for (term, found) in
        [("bo".to_owned(), 2), (bob.id.to_string(), 2), (made["id"].as_str().unwrap().to_owned(), 1), ("eve".to_owned(), 0)]
    {
        let tokens = ada.post("/users/tokens/search", json!({"term": term})).await.ok();
        assert_eq!(tokens.as_array().unwrap().len(), found, "{term}");
        assert!(tokens.as_array().unwrap().iter().all(|token| token.get("token").is_none()));
    }
    bob.post("/users/tokens/search", json!({"term": "bo"})).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn access_tokens_cannot_be_created_where_they_are_disabled() {
    let server = TestServer::start_with_settings(|settings| settings.integrations.access_tokens = false).await;
    let ada = server.create_user("ada").await;
    ada.post("/users/me/tokens", json!({"description": "x"})).await.assert_error(501, "app.user_access_token.disabled");
}

#[tokio::test]
async fn the_audit_trail_records_actions() {
    let (server, ada, bob, eve) = three().await;
    log_in(&server, json!({"login_id": "bob", "password": "wrong"})).await;
    ada.put(&format!("/users/{}/active", eve.id), json!({"active": false})).await.ok();
    let actions = |audits: Value| -> Vec<String> {
        audits.as_array().unwrap().iter().map(|audit| audit["action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(actions(bob.get("/users/me/audits").await.ok()), ["sessions.login_failed", "sessions.login", "users.create"]);
    assert_eq!(actions(ada.get("/audits?per_page=2").await.ok()), ["users.deactivate", "sessions.login_failed"]);
    assert_eq!(actions(ada.get("/audits?page=1&per_page=1").await.ok()), ["sessions.login_failed"]);
    bob.get("/audits").await.assert_error(403, PERMISSIONS);
    bob.get(&format!("/users/{}/audits", ada.id)).await.assert_error(403, PERMISSIONS);
    let all = ada.get("/audits?per_page=200").await.ok();
    assert_eq!(actions(all.clone())[..2], ["access.denied", "access.denied"]);
    let deactivated = all.as_array().unwrap().iter().find(|audit| audit["action"] == "users.deactivate").unwrap();
    assert_eq!(deactivated["extra_info"], format!("user_id={}", eve.id));
    assert_eq!(deactivated["user_id"], ada.id.to_string());
}
