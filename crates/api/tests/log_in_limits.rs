//! Wrong passwords slow whoever enters them, and nobody who has logged in before elsewhere.

use axum::body::Body;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

const INVALID: &str = "api.user.login.invalid_credentials_email_username";
const TOO_MANY: &str = "api.user.check_user_login_attempts.too_many.app_error";
const COOKIE: &str = "GUILDHALLBROWSER";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn server() -> TestServer {
    TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 3;
    })
    .await
}

fn login(name: &str, password: &str) -> Value {
    json!({"login_id": name, "password": password})
}

async fn log_in_from(server: &TestServer, address: &str, name: &str, password: &str) -> TestResponse {
    server.anonymous().connected_from(address).post("/users/login", login(name, password)).await
}

/// As a browser does, with its cookies.
async fn log_in_by_browser(client: &TestUser, name: &str, password: &str, token: Option<&str>) -> TestResponse {
    let mut request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest");
    if let Some(token) = token {
        request = request.header("cookie", format!("a=b; {COOKIE}={token}"));
    }
    client.send(request.body(Body::from(login(name, password).to_string())).unwrap()).await
}

fn browser_token(answer: &TestResponse) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with(COOKIE))?;
    assert!(cookie.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age=7776000"), "{cookie}");
    Some(cookie.split(['=', ';']).nth(1).unwrap().to_owned())
}

#[tokio::test]
async fn a_colleague_logs_in_while_somebody_tries_their_password() {
    let server = server().await;
    server.create_user("ada").await;
    server.create_user("bob").await;
    let browser = browser_token(&log_in_by_browser(&server.anonymous().connected_from("192.0.2.8"), "bob", PASSWORD, None).await).unwrap();
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200);
    let by_app = async |address: &str| {
        let login = json!({"login_id": "bob", "password": PASSWORD, "device_id": "android_rn-v2:of-bob"});
        server.anonymous().connected_from(address).post("/users/login", login).await
    };
    assert_eq!(by_app("192.0.2.10").await.status, 200);

    for n in 0..60 {
        // From everywhere, also from the same network, and from the same office.
        for address in [format!("198.51.{n}.1"), format!("203.0.113.{n}"), "192.0.2.9".to_owned()] {
            assert!([401, 429].contains(&log_in_from(&server, &address, "bob", "wrong").await.status));
        }
    }
    log_in_from(&server, "198.18.0.1", "bob", PASSWORD).await.assert_error(429, TOO_MANY);
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200, "the address is known");
    let office = server.anonymous().connected_from("192.0.2.9");
    log_in_by_browser(&office, "bob", PASSWORD, None).await.assert_error(429, TOO_MANY);
    log_in_by_browser(&office, "bob", PASSWORD, Some("guessed")).await.assert_error(429, TOO_MANY);
    assert_eq!(by_app("192.0.2.9").await.status, 200, "the app is known");
    let answer = log_in_by_browser(&office, "bob", PASSWORD, Some(&browser)).await;
    assert_eq!((answer.status, browser_token(&answer).as_deref()), (200, Some(browser.as_str())), "the browser is known");
}

#[tokio::test]
async fn another_address_of_the_same_network_does_not_help() {
    let server = server().await;
    server.create_user("bob").await;
    let mut tried = 0;
    for n in 1..=40 {
        tried += u32::from(log_in_from(&server, &format!("203.0.113.{n}"), "bob", "wrong").await.status == 401);
    }
    assert_eq!(tried, 3);
    for n in 1..=40 {
        tried += u32::from(log_in_from(&server, &format!("2001:db8:5:5::{n}"), "bob", "wrong").await.status == 401);
    }
    assert_eq!(tried, 6);
    log_in_from(&server, "203.0.113.200", "bob", PASSWORD).await.assert_error(429, TOO_MANY);
}

#[tokio::test]
async fn the_wait_is_told_and_ends() {
    let server = server().await;
    server.create_user("bob").await;
    for name in ["bob", "nobody-here"] {
        let attempt = async |password: &str| log_in_from(&server, "203.0.113.7", name, password).await;
        for _ in 0..3 {
            attempt("wrong").await.assert_error(401, INVALID);
        }
        for wait in ["1", "2", "4", "8"] {
            let answer = attempt("wrong").await;
            assert_eq!((answer.status, answer.header("retry-after")), (429, wait), "{name}");
            assert_eq!(answer.json()["message"], format!("Too many failed attempts. Please try again in {wait} s."));
            server.clock.advance_ms(1_000 * wait.parse::<i64>().unwrap());
            attempt("wrong").await.assert_error(401, INVALID);
        }
    }
    server.clock.advance_ms(16_000);
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200);
    log_in_from(&server, "203.0.113.7", "bob", "wrong").await.assert_error(401, INVALID);
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200, "what failed before is forgotten");
}

#[tokio::test]
async fn places_are_known_after_a_restart_and_forgotten_after_a_while() {
    let server = TestServer::start_on_disk(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 1;
    })
    .await;
    server.create_user("bob").await;
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200);
    assert!(server.columns_containing_text("203.0.113.7").await.iter().all(|column| !column.starts_with("known_places")));
    let server = server.restart().await;
    log_in_from(&server, "203.0.113.8", "bob", "wrong").await.assert_error(401, INVALID);
    log_in_from(&server, "203.0.113.8", "bob", PASSWORD).await.assert_error(429, TOO_MANY);
    assert_eq!(log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.status, 200);

    server.clock.advance_ms(91 * DAY_MS);
    log_in_from(&server, "203.0.113.8", "bob", "wrong").await.assert_error(401, INVALID);
    log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await.assert_error(429, TOO_MANY);
    assert!(server.count("SELECT COUNT(*) FROM known_places").await > 0);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(server.count("SELECT COUNT(*) FROM known_places").await, 0);
}

#[tokio::test]
async fn a_person_has_a_limited_number_of_known_places() {
    let server = TestServer::start().await;
    server.create_user("bob").await;
    for n in 0..50 {
        assert_eq!(log_in_from(&server, &format!("203.0.113.{n}"), "bob", PASSWORD).await.status, 200);
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM known_places").await, 40);
}

#[tokio::test]
async fn unknown_accounts_take_as_many_hashes_and_reads_and_get_the_same_answer() {
    let server = server().await;
    let (root, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    root.put(&format!("/users/{}/active", bob.id), json!({"active": false})).await.ok();
    server.create_user("eve").await;
    log_in_from(&server, "198.51.99.1", "somebody", "wrong").await.assert_error(401, INVALID);
    let mut answers = Vec::new();
    for (n, name) in ["eve", "bob", "nobody-here", "nobody@example.com", "not a name"].into_iter().enumerate() {
        for password in ["wrong", "a\tb", "e\u{301}"] {
            let (hashed, queries) = (server.hasher.counts(), server.queries());
            let answer = log_in_from(&server, &format!("198.51.{n}.1"), name, password).await;
            let ((verified, new), queries) = (server.hasher.counts(), server.queries() - queries);
            let message = (answer.status, answer.json()["id"].clone(), answer.json()["message"].clone());
            answers.push((password, message, verified - hashed.0, new - hashed.1, queries));
        }
    }
    for chunk in answers.chunks(3).skip(1) {
        let statements = |answers: &[(&str, _, u64, u64, u64)]| answers.iter().map(|answer| answer.4).collect::<Vec<_>>();
        // An account's failures are counted in its row: one statement in the same commit.
        let (known, other) = (statements(&answers[..3]), statements(chunk));
        assert!(known.iter().zip(&other).all(|(known, other)| known.abs_diff(*other) <= 1), "{known:?} {other:?}");
        for (first, other) in answers[..3].iter().zip(chunk) {
            assert_eq!((&first.1, first.2, first.3), (&other.1, other.2, other.3));
        }
    }
    assert!(answers.iter().all(|answer| answer.2 >= 1 && answer.3 == 0), "{answers:?}");
}

#[tokio::test]
async fn checks_of_the_own_password_wait_within_the_session_only() {
    let server = server().await;
    server.create_user("ada").await;
    let bob = server.create_user("bob").await;
    let change = |current: &str| json!({"current_password": current, "new_password": "another long one"});
    for _ in 0..3 {
        bob.put("/users/me/password", change("wrong")).await.assert_error(400, "api.user.update_password.incorrect.app_error");
    }
    bob.put("/users/me/password", change(PASSWORD)).await.assert_error(429, TOO_MANY);
    let answer = log_in_from(&server, "203.0.113.7", "bob", PASSWORD).await;
    let other = bob.with_token(answer.header("token"));
    other.put("/users/me/password", change(PASSWORD)).await.ok();
}
