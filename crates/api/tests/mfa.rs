//! Second factors: setting one up, codes at a log-in, clocks that are wrong, recovery codes, who must have one, and its removal.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::Clock;
use guildhall_testkit::{Dialect, PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

use crate::proof::fixture::{Fixture, Role};
use crate::proof::requests::Case;
use crate::support::authenticator::{self, STEP_MS};

const MISSING: &str = "mfa.validate_token.authenticate.app_error";
const WRONG: &str = "api.user.check_user_mfa.bad_code.app_error";
const REQUIRED: &str = "api.context.mfa_required.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";
const INVALID: &str = "api.user.login.invalid_credentials_email_username";
const TOO_MANY: &str = "api.user.check_user_login_attempts.too_many.app_error";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What people reach for their own account while they must set up a second factor.
const SETTING_UP: &[&str] = &[
    "GET /api/v4/users/{user_id}",
    "GET /api/v4/users/{user_id}/passkeys",
    "POST /api/v4/users/{user_id}/mfa/generate",
    "POST /api/v4/users/{user_id}/passkeys",
    "POST /api/v4/users/{user_id}/passkeys/options",
    "PUT /api/v4/users/{user_id}/mfa",
];

/// An authenticator app whose clock is right.
struct Authenticator {
    key: String,
}

impl Authenticator {
    /// The code `steps` of 30 seconds from now.
    fn code(&self, server: &TestServer, steps: i64) -> String {
        authenticator::code_at(&self.key, server.clock.now().0 + steps * STEP_MS)
    }

    /// One that is right at no step around now.
    fn wrong_code(&self, server: &TestServer) -> String {
        let right: Vec<String> = (-2..=2).map(|steps| self.code(server, steps)).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !right.contains(code)).unwrap()
    }
}

async fn generate(user: &TestUser) -> Authenticator {
    let new = user.post("/users/me/mfa/generate", json!({})).await.ok();
    Authenticator { key: new["secret"].as_str().unwrap().to_owned() }
}

/// Sets a second factor up, and returns its recovery codes, too.
async fn set_up(server: &TestServer, user: &TestUser) -> (Authenticator, Vec<String>) {
    let app = generate(user).await;
    let activated = user.put("/users/me/mfa", json!({"activate": true, "code": app.code(server, 0)})).await.ok();
    assert_eq!(activated["status"], "OK");
    (app, serde_json::from_value(activated["recovery_codes"].clone()).unwrap())
}

async fn log_in(server: &TestServer, name: &str, code: &str) -> TestResponse {
    server.anonymous().post("/users/login", json!({"login_id": name, "password": PASSWORD, "token": code})).await
}

async fn audits(root: &TestUser, action: &str) -> Vec<Value> {
    let audits = root.get("/audits?per_page=200").await.ok();
    audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).cloned().collect()
}

async fn two(server: &TestServer) -> (TestUser, TestUser) {
    (server.create_user("root").await, server.create_user("ada").await)
}

#[tokio::test]
async fn a_log_in_takes_a_code_once_the_first_one_was_entered() {
    let server = TestServer::start().await;
    let (root, ada) = two(&server).await;
    ada.put("/users/me/mfa", json!({"activate": true, "code": "123456"})).await.assert_error(400, "mfa.activate.no_secret.app_error");
    let new = ada.post("/users/me/mfa/generate", json!({})).await.ok();
    let secret = new["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    assert!(STANDARD.decode(new["qr_code"].as_str().unwrap()).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(server.columns_containing_text(secret).await, ["second_factors.secret"]);
    assert_eq!(log_in(&server, "ada", "").await.status, 200, "it is not active yet");

    let app = generate(&ada).await;
    for code in [app.wrong_code(&server), String::new(), app.code(&server, -2)] {
        let activation = json!({"activate": true, "code": code});
        ada.put("/users/me/mfa", activation).await.assert_error(400, "mfa.activate.bad_token.app_error");
    }
    let mut events = ada.subscribe().await;
    let path = format!("/users/{}/mfa", ada.id);
    let activated = ada.put(&path, json!({"activate": true, "code": app.code(&server, 0)})).await.ok();
    assert_eq!((activated["status"].as_str(), activated["recovery_codes"].as_array().unwrap().len()), (Some("OK"), 10));
    assert_eq!(events.wait_for("user_updated").await["data"]["user"]["mfa_active"], true);

    let sees = async |user: &TestUser| user.get(&format!("/users/{}", ada.id)).await.ok()["mfa_active"].clone();
    let bob = server.create_user("bob").await;
    assert_eq!((sees(&ada).await, sees(&root).await, sees(&bob).await), (json!(true), json!(true), json!(false)));

    log_in(&server, "ada", "").await.assert_error(401, MISSING);
    let wrong_password = json!({"login_id": "ada", "password": "wrong", "token": app.code(&server, 1)});
    server.anonymous().post("/users/login", wrong_password).await.assert_error(401, INVALID);
    log_in(&server, "ada", &app.wrong_code(&server)).await.assert_error(401, WRONG);
    log_in(&server, "ada", &app.code(&server, 0)).await.assert_error(401, WRONG);
    let next = app.code(&server, 1);
    let spaced = format!(" {} {}", &next[..3], &next[3..]);
    assert_eq!(log_in(&server, "ada", &spaced).await.ok()["mfa_active"], true);
    log_in(&server, "ada", &next).await.assert_error(401, WRONG);
    assert_eq!(log_in(&server, "bob", "123456").await.status, 200, "others need no code, and may send one");

    ada.post("/users/me/mfa/generate", json!({})).await.assert_error(400, "mfa.setup.already_active.app_error");
    let again = json!({"activate": true, "code": app.code(&server, 0)});
    ada.put("/users/me/mfa", again).await.assert_error(400, "mfa.setup.already_active.app_error");
    for login_id in ["ada", "bob", "nobody"] {
        let asked = server.anonymous().post("/users/mfa", json!({"login_id": login_id})).await.ok();
        assert_eq!(asked, json!({"mfa_required": false}), "who has a second factor is not told");
    }
    assert_eq!(audits(&root, "second_factors.activate").await.len(), 1);
}

#[tokio::test]
async fn codes_are_right_for_a_step_before_and_after_and_in_their_order() {
    let server = TestServer::start().await;
    let (_, ada) = two(&server).await;
    let (app, _) = set_up(&server, &ada).await;
    let status = async |code: String| log_in(&server, "ada", &code).await.status;
    server.clock.advance_ms(10 * STEP_MS);
    assert_eq!((status(app.code(&server, -2)).await, status(app.code(&server, 2)).await), (401, 401));
    assert_eq!(status(app.code(&server, -1)).await, 200, "typed late");
    assert_eq!(status(app.code(&server, 1)).await, 200, "the clock of the phone is ahead");
    assert_eq!(status(app.code(&server, 0)).await, 401, "older than the last one");
    server.clock.advance_ms(STEP_MS);
    assert_eq!((status(app.code(&server, 0)).await, status(app.code(&server, 1)).await), (401, 200));
}

#[tokio::test]
async fn a_clock_that_is_set_back_accepts_no_used_code_and_locks_nobody_out() {
    let server = TestServer::start().await;
    let (_, ada) = two(&server).await;
    let (app, _) = set_up(&server, &ada).await;
    let status = async |code: &str| log_in(&server, "ada", code).await.status;
    server.clock.advance_ms(10 * STEP_MS);
    let used = app.code(&server, 0);
    assert_eq!(status(&used).await, 200);
    // Years ahead by mistake, where somebody logs in.
    let jump_ms = 3 * 365 * DAY_MS;
    server.clock.advance_ms(jump_ms);
    let from_the_future = app.code(&server, 0);
    assert_eq!(status(&from_the_future).await, 200);
    server.clock.advance_ms(-jump_ms);
    assert_eq!(status(&used).await, 401);
    assert_eq!(status(&app.code(&server, 1)).await, 200);
    // Back to a time at which codes were used.
    server.clock.advance_ms(10 * STEP_MS);
    let later = app.code(&server, 0);
    assert_eq!(status(&later).await, 200);
    server.clock.advance_ms(-10 * STEP_MS);
    assert_eq!((status(&used).await, status(&app.code(&server, 1)).await, status(&app.code(&server, -1)).await), (401, 401, 200));
    server.clock.advance_ms(10 * STEP_MS);
    assert_eq!((status(&later).await, status(&app.code(&server, 1)).await), (401, 200));
    server.clock.advance_ms(jump_ms - 10 * STEP_MS);
    assert_eq!(status(&from_the_future).await, 401);
}

#[tokio::test]
async fn a_recovery_code_takes_the_place_of_the_app_once() {
    let server = TestServer::start().await;
    let (root, ada) = two(&server).await;
    let (app, codes) = set_up(&server, &ada).await;
    let left = async || ada.get("/users/me/mfa/recovery_codes").await.ok()["left"].clone();
    assert!(server.columns_containing_text(&codes[0].replace('-', "")).await.is_empty(), "they are stored hashed");
    assert_eq!(log_in(&server, "ada", &codes[0]).await.status, 200);
    log_in(&server, "ada", &codes[0]).await.assert_error(401, WRONG);
    assert_eq!(log_in(&server, "ada", &codes[1].replace('-', " ").to_uppercase()).await.status, 200);
    assert_eq!(left().await, 8);
    for bad in ["yyyy-yyyy-yyyy-yyyy", "recovery", &"y".repeat(5_000), "💥"] {
        log_in(&server, "ada", bad).await.assert_error(401, WRONG);
    }
    assert_eq!(audits(&root, "second_factors.use_recovery_code").await.len(), 2);

    let replace = async |user: &TestUser, password: &str| {
        user.post(&format!("/users/{}/mfa/recovery_codes", ada.id), json!({"password": password})).await
    };
    replace(&ada, "wrong").await.assert_error(400, "api.user.update_password.incorrect.app_error");
    replace(&root, PASSWORD).await.assert_error(403, PERMISSIONS);
    let new = replace(&ada, PASSWORD).await.ok();
    assert_eq!((new["recovery_codes"].as_array().unwrap().len(), left().await), (10, json!(10)));
    log_in(&server, "ada", &codes[2]).await.assert_error(401, WRONG);
    let new = new["recovery_codes"][0].as_str().unwrap();
    assert_eq!(log_in(&server, "ada", new).await.status, 200);
    assert_eq!(log_in(&server, "ada", &app.code(&server, 1)).await.status, 200);

    ada.put("/users/me/mfa", json!({"activate": false})).await.ok();
    assert_eq!(left().await, 0);
    replace(&ada, PASSWORD).await.assert_error(400, "mfa.recovery_codes.not_active.app_error");
}

async fn one_of_concurrent_log_ins_wins(server: &TestServer) {
    let (_, ada) = two(server).await;
    let (app, codes) = set_up(server, &ada).await;
    for code in [app.code(server, 1), codes[0].clone()] {
        let answers = futures::future::join_all((0..4).map(|_| log_in(server, "ada", &code))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == (401, WRONG.to_owned())));
    }
    ada.put("/users/me/mfa", json!({"activate": false})).await.ok();
    assert_eq!(log_in(server, "ada", "").await.status, 200);
    set_up(server, &ada).await;
    log_in(server, "ada", "").await.assert_error(401, MISSING);
}

#[tokio::test]
async fn one_of_concurrent_log_ins_wins_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            one_of_concurrent_log_ins_wins(&server).await;
        }
    }
}

#[tokio::test]
async fn wrong_codes_are_limited_and_questions_for_the_code_are_not() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 3;
    })
    .await;
    let (root, ada) = two(&server).await;
    let (app, codes) = set_up(&server, &ada).await;
    let from = |address: &str| server.anonymous().connected_from(address);
    let try_code = async |address: &str, code: &str| {
        from(address).post("/users/login", json!({"login_id": "ada", "password": PASSWORD, "token": code})).await
    };
    for _ in 0..10 {
        try_code("10.0.0.1", "").await.assert_error(401, MISSING);
    }
    for n in 1..=3 {
        try_code(&format!("10.0.{n}.1"), &app.wrong_code(&server)).await.assert_error(401, WRONG);
    }
    // From no address, and not with the right one either.
    for (address, code) in [("10.0.9.1", app.code(&server, 1)), ("10.0.9.1", codes[0].clone())] {
        try_code(address, &code).await.assert_error(429, TOO_MANY);
    }
    root.post(&format!("/users/{}/reset_failed_attempts", ada.id), json!({})).await.ok();
    assert_eq!(try_code("10.0.8.1", &app.code(&server, 1)).await.status, 200);
    assert_eq!(audits(&root, "sessions.login_failed").await.len(), 3);
}

#[tokio::test]
async fn bots_and_access_tokens_are_asked_for_no_code() {
    let server = TestServer::start_with_settings(|settings| settings.integrations.access_tokens = true).await;
    let (root, ada) = two(&server).await;
    root.put(&format!("/users/{}/roles", ada.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    let token = ada.post("/users/me/tokens", json!({"description": "script"})).await.ok()["token"].as_str().unwrap().to_owned();
    set_up(&server, &ada).await;
    let script = ada.with_token(&token);
    assert_eq!(script.get("/users/me").await.status, 200);
    // Which may not change what protects the account.
    for (path, body) in [("/users/me/mfa", json!({"activate": false})), ("/users/me/mfa", json!({"activate": true, "code": "123456"}))] {
        script.put(path, body).await.assert_error(403, "mfa.setup.session_needed.app_error");
    }
    script.post("/users/me/mfa/generate", json!({})).await.assert_error(403, "mfa.setup.session_needed.app_error");

    let bot = root.post("/bots", json!({"username": "beeper"})).await.ok();
    let bot = bot["user_id"].as_str().unwrap();
    let token = root.post(&format!("/users/{bot}/tokens"), json!({"description": "bot"})).await.ok();
    let beeper = ada.with_token(token["token"].as_str().unwrap());
    root.put("/config/patch", json!({"ServiceSettings": {"EnforceMultifactorAuthentication": true}})).await.ok();
    assert_eq!(beeper.get("/users/me").await.status, 200, "bots need no second factor");
    beeper.post(&format!("/users/{bot}/mfa/generate"), json!({})).await.assert_error(400, "api.user.bot_account.app_error");

    set_up(&server, &root).await;
    root.post(&format!("/users/{}/convert_to_bot", ada.id), json!({})).await.ok();
    assert_eq!(root.get(&format!("/users/{}", ada.id)).await.ok()["mfa_active"], false);
    assert_eq!(server.count("SELECT COUNT(*) FROM second_factors").await, 1);
}

#[tokio::test]
async fn whoever_must_have_a_second_factor_can_only_set_one_up() {
    let server = TestServer::start_with_settings(|settings| settings.integrations.access_tokens = true).await;
    let (root, mut ada) = two(&server).await;
    root.put(&format!("/users/{}/roles", ada.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    let script = ada.with_token(ada.post("/users/me/tokens", json!({"description": "x"})).await.ok()["token"].as_str().unwrap());
    let team = ada.create_team("studio").await;
    let mut events = ada.subscribe().await;
    let require = async |of: &str, days: i64| {
        let settings = json!({"MultifactorAuthenticationRequiredOf": of, "MultifactorAuthenticationGraceDays": days});
        root.put("/config/patch", json!({"ServiceSettings": settings})).await
    };
    require("everybody", 7).await.ok();
    assert_eq!(server.anonymous().get("/config/client?format=old").await.ok()["EnforceMultifactorAuthentication"], "true");
    assert_eq!((ada.get("/teams").await.status, script.get("/teams").await.status), (200, 200), "there is time");
    let new = server.create_user("new").await;
    new.get("/teams").await.assert_error(403, REQUIRED);
    server.clock.advance_ms(7 * DAY_MS - 60_000);
    assert_eq!(ada.get("/teams").await.status, 200);
    server.clock.advance_ms(60_000);

    for user in [&ada, &script] {
        user.get("/teams").await.assert_error(403, REQUIRED);
        user.post("/posts", json!({"channel_id": team["id"], "message": "x"})).await.assert_error(403, REQUIRED);
        user.get(&format!("/users/{}", root.id)).await.assert_error(403, REQUIRED);
        user.put("/users/me/patch", json!({"nickname": "x"})).await.assert_error(403, REQUIRED);
        user.get("/events").await.assert_error(403, REQUIRED);
        assert_eq!(user.get("/users/me").await.ok()["username"], "ada");
        assert_eq!(user.get(&format!("/users/{}", ada.id)).await.status, 200);
        assert_eq!(user.get("/config/client?format=old").await.status, 200);
    }
    root.put("/config/patch", json!({})).await.assert_error(403, REQUIRED);
    // Open connections end, too, and none is opened.
    guildhall_api::live::recheck_connections(server.app()).await.unwrap();
    events.wait_until_closed().await;
    assert!(server.app().services.sessions().actor_for_token(ada.token.as_deref().unwrap()).await.is_err());
    script.post("/users/me/mfa/generate", json!({})).await.assert_error(403, "mfa.setup.session_needed.app_error");
    ada.log_in().await;
    ada.get("/teams").await.assert_error(403, REQUIRED);
    ada.post(&format!("/users/{}/mfa/generate", root.id), json!({})).await.assert_error(403, REQUIRED);

    set_up(&server, &ada).await;
    assert_eq!((ada.get("/teams").await.status, script.get("/teams").await.status), (200, 200));
    ada.subscribe().await;
    ada.put("/users/me/mfa", json!({"activate": false})).await.ok();
    ada.get("/teams").await.assert_error(403, REQUIRED);
    // Who does not want to can log out.
    ada.post("/users/logout", json!({})).await.ok();
    ada.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
}

#[tokio::test]
async fn no_route_is_open_without_a_required_second_factor() {
    let fixture = Fixture::new().await;
    let mut calls = Vec::new();
    for route in fixture.server.routes().iter().filter(|route| route.gate != "public") {
        for case in Case::of(route) {
            // Builds what the request needs while that can still be done.
            calls.push((format!("{} {}", route.method, route.path), case.request(&fixture).await));
        }
    }
    let required = json!({"ServiceSettings": {"EnforceMultifactorAuthentication": true, "MultifactorAuthenticationGraceDays": 0}});
    fixture.person(Role::Admin).put("/config/patch", required).await.ok();
    for role in [Role::Guest, Role::Owner, Role::Admin] {
        let mut open = BTreeSet::new();
        for (route, request) in &calls {
            let answer = fixture.person(role).send(request.build()).await;
            if answer.status != 403 || answer.error().1 != REQUIRED {
                open.insert(route.as_str());
            }
        }
        // The owner is whom `{user_id}` stands for.
        let expected: BTreeSet<&str> = if role == Role::Owner { SETTING_UP.iter().copied().collect() } else { BTreeSet::new() };
        assert_eq!(open, expected, "{role:?}");
    }
}

#[tokio::test]
async fn a_second_factor_can_be_required_of_administrators_and_the_time_begins_anew() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let (root, ada) = two(&server).await;
    let require = async |of: &str| {
        let settings = json!({"MultifactorAuthenticationRequiredOf": of, "MultifactorAuthenticationGraceDays": 1});
        root.put("/config/patch", json!({"ServiceSettings": settings})).await
    };
    require("administrators").await.ok();
    server.clock.advance_ms(DAY_MS + 1);
    root.get("/config").await.assert_error(403, REQUIRED);
    assert_eq!(ada.get("/users/me/teams").await.status, 200);
    set_up(&server, &root).await;
    require("everybody").await.ok();
    assert_eq!(ada.get("/users/me/teams").await.status, 200, "it is new for everybody else");
    server.clock.advance_ms(DAY_MS + 1);
    ada.get("/users/me/teams").await.assert_error(403, REQUIRED);
    require("none").await.ok();
    assert_eq!(ada.get("/users/me/teams").await.status, 200);
    server.clock.advance_ms(DAY_MS);
    require("everybody").await.ok();
    assert_eq!(ada.get("/users/me/teams").await.status, 200, "the days are counted from the last time");
    let server = server.restart().await;
    server.clock.advance_ms(DAY_MS + 1);
    server.reconnect(&ada).get("/users/me/teams").await.assert_error(403, REQUIRED);
}

#[tokio::test]
async fn an_administrator_removes_the_second_factor_of_somebody_else() {
    let server = TestServer::start().await;
    let (root, ada) = two(&server).await;
    let bob = server.create_user("bob").await;
    let config = json!({
        "EmailSettings": {"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"},
        "ServiceSettings": {"SiteURL": "https://chat.example.com"},
    });
    root.put("/config/patch", config).await.ok();
    set_up(&server, &ada).await;
    assert_eq!(server.mailer.next().await.subject, "A second factor was set up");
    let path = format!("/users/{}/mfa", ada.id);
    bob.put(&path, json!({"activate": false})).await.assert_error(403, PERMISSIONS);
    // Nobody sets one up for somebody else.
    root.post(&format!("{path}/generate"), json!({})).await.assert_error(403, PERMISSIONS);
    root.put(&path, json!({"activate": true, "code": "123456"})).await.assert_error(403, PERMISSIONS);
    for bad in [json!({}), json!({"activate": "maybe"}), json!([])] {
        root.put(&path, bad).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    root.put(&path, json!({"activate": false})).await.ok();
    assert_eq!(server.mailer.next().await.subject, "Your second factor was removed");
    assert_eq!(log_in(&server, "ada", "").await.status, 200);
    root.put(&path, json!({"activate": false})).await.ok();
    let audits = audits(&root, "second_factors.remove").await;
    assert!(audits.len() == 1 && audits[0]["user_id"] == root.id.to_string(), "{audits:?}");
    assert!(audits[0]["extra_info"].to_string().contains(&ada.id.to_string()));

    set_up(&server, &ada).await;
    server.local_administrator().put(&path, json!({"activate": false})).await.ok();
    assert_eq!(log_in(&server, "ada", "").await.status, 200);
}
