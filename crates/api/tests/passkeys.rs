//! Passkeys: adding one, logging in with it, what is no passkey, passkeys as the second factor, and their removal.

use guildhall_model::user::passkey::PASSKEYS_MAX;
use guildhall_testkit::{Dialect, PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::passkey::SoftwarePasskey;

const ORIGIN: &str = "https://chat.example.com";
const DOMAIN: &str = "chat.example.com";
const MINUTE_MS: i64 = 60 * 1000;

const OVER: &str = "api.passkey.ceremony_over.app_error";
const INVALID: &str = "api.passkey.invalid.app_error";
pub(crate) const UNKNOWN: &str = "api.passkey.unknown.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";

async fn with_people(server: TestServer) -> (TestServer, TestUser, TestUser) {
    let (root, ada) = (server.create_user("root").await, server.create_user("ada").await);
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": ORIGIN}})).await.ok();
    (server, root, ada)
}

async fn start() -> (TestServer, TestUser, TestUser) {
    with_people(TestServer::start().await).await
}

pub(crate) fn new_passkey() -> SoftwarePasskey {
    SoftwarePasskey::new(ORIGIN, DOMAIN)
}

async fn begin(user: &TestUser) -> Value {
    user.post("/users/me/passkeys/options", json!({"password": PASSWORD})).await.ok()
}

async fn finish(user: &TestUser, begun: &Value, name: &str, credential: &Value) -> TestResponse {
    user.post("/users/me/passkeys", json!({"ceremony_id": begun["ceremony_id"], "name": name, "credential": credential})).await
}

pub(crate) async fn add(user: &TestUser, passkey: &mut SoftwarePasskey, name: &str) -> Value {
    let begun = begin(user).await;
    let credential = passkey.register(&begun["options"]);
    let added = finish(user, &begun, name, &credential).await;
    assert_eq!(added.status, 201);
    added.json()
}

async fn begin_log_in(server: &TestServer) -> Value {
    server.anonymous().post("/users/login/passkey/options", json!({})).await.ok()
}

async fn finish_log_in(server: &TestServer, begun: &Value, credential: &Value) -> TestResponse {
    let body = json!({"ceremony_id": begun["ceremony_id"], "credential": credential});
    server.anonymous().post("/users/login/passkey", body).await
}

pub(crate) async fn log_in(server: &TestServer, passkey: &mut SoftwarePasskey) -> TestResponse {
    let begun = begin_log_in(server).await;
    let credential = passkey.log_in(&begun["options"]);
    finish_log_in(server, &begun, &credential).await
}

async fn names(user: &TestUser) -> Vec<String> {
    let list = user.get("/users/me/passkeys").await.ok();
    list.as_array().unwrap().iter().map(|passkey| passkey["name"].as_str().unwrap().to_owned()).collect()
}

async fn actions(root: &TestUser, prefix: &str) -> Vec<String> {
    let audits = root.get("/audits?per_page=200").await.ok();
    let actions = audits.as_array().unwrap().iter().map(|audit| audit["action"].as_str().unwrap().to_owned());
    actions.filter(|action| action.starts_with(prefix)).collect()
}

async fn a_passkey_logs_in_without_name_and_password(server: TestServer) {
    let (server, root, ada) = with_people(server).await;
    let mut phone = new_passkey();
    let added = add(&ada, &mut phone, " Ada's phone ").await;
    assert_eq!((&added["name"], &added["domain"], &added["last_used_at"]), (&json!("Ada's phone"), &json!(DOMAIN), &json!(0)));
    assert!(added.get("credential").is_none());

    let logged_in = log_in(&server, &mut phone).await;
    assert_eq!(logged_in.status, 200);
    let ada_again = ada.with_token(logged_in.header("token"));
    assert_eq!(logged_in.json()["username"], "ada");
    assert_eq!(ada_again.get("/users/me").await.ok()["id"], json!(ada.id.to_string()));
    let used = ada.get("/users/me/passkeys").await.ok();
    assert!(used[0]["last_used_at"].as_i64().unwrap() > 0);
    // The counter was stored, so that the next log-in must have a higher one.
    assert_eq!(log_in(&server, &mut phone).await.status, 200);
    phone.counter = 0;
    log_in(&server, &mut phone).await.assert_error(401, INVALID);

    let id = added["id"].as_str().unwrap();
    ada.put(&format!("/users/me/passkeys/{id}"), json!({"name": "Old phone"})).await.ok();
    assert_eq!(names(&ada).await, ["Old phone"]);
    ada.delete(&format!("/users/me/passkeys/{id}")).await.ok();
    assert!(names(&ada).await.is_empty());
    log_in(&server, &mut phone).await.assert_error(401, UNKNOWN);
    assert_eq!(actions(&root, "passkeys.").await, ["passkeys.remove", "passkeys.add"]);
    assert_eq!(actions(&root, "sessions.login_failed").await.len(), 2);
}

#[tokio::test]
async fn a_passkey_logs_in_without_name_and_password_on_every_database() {
    for dialect in Dialect::ALL {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            a_passkey_logs_in_without_name_and_password(server).await;
        }
    }
}

#[tokio::test]
async fn a_ceremony_is_used_once_within_five_minutes_by_whoever_began_it() {
    let (server, _, ada) = start().await;
    let bob = server.create_user("bob").await;
    let begun = begin(&ada).await;
    let credential = new_passkey().register(&begun["options"]);
    finish(&bob, &begun, "Phone", &credential).await.assert_error(400, OVER);
    assert_eq!(finish(&ada, &begun, "Phone", &credential).await.status, 201);
    finish(&ada, &begun, "Phone", &credential).await.assert_error(400, OVER);
    let late = begin(&ada).await;
    let credential = new_passkey().register(&late["options"]);
    server.clock.advance_ms(5 * MINUTE_MS);
    finish(&ada, &late, "Phone", &credential).await.assert_error(400, OVER);
    // That of a log-in registers nothing.
    let log_in = begin_log_in(&server).await;
    finish(&ada, &log_in, "Phone", &credential).await.assert_error(400, OVER);
}

async fn of_concurrent_log_ins_with_one_answer_one_succeeds(server: TestServer) {
    let (server, _, ada) = with_people(server).await;
    let mut phone = new_passkey();
    add(&ada, &mut phone, "Phone").await;
    let begun = begin_log_in(&server).await;
    let credential = phone.log_in(&begun["options"]);
    let body = json!({"ceremony_id": begun["ceremony_id"], "credential": credential});
    let anonymous = server.anonymous();
    let attempts = (0..8).map(|_| anonymous.post("/users/login/passkey", body.clone()));
    let statuses: Vec<u16> = futures::future::join_all(attempts).await.into_iter().map(|response| response.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400, 401].contains(status)), "{statuses:?}");
    finish_log_in(&server, &begun, &credential).await.assert_error(400, OVER);
}

#[tokio::test]
async fn of_concurrent_log_ins_with_one_answer_one_succeeds_on_every_database() {
    for dialect in Dialect::ALL {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            of_concurrent_log_ins_with_one_answer_one_succeeds(server).await;
        }
    }
}

#[tokio::test]
async fn what_is_no_passkey_of_this_server_is_rejected() {
    let (server, _, ada) = start().await;
    let bob = server.create_user("bob").await;
    let mut phone = new_passkey();
    add(&ada, &mut phone, "Phone").await;

    // A page elsewhere, and an authenticator that was asked by another domain.
    for (origin, domain) in [("https://chat.example.org", DOMAIN), (ORIGIN, "example.org"), ("http://chat.example.com", DOMAIN)] {
        (phone.origin, phone.domain) = (origin.to_owned(), domain.to_owned());
        let rejected = log_in(&server, &mut phone).await;
        rejected.assert_error(400, "api.passkey.wrong_address.app_error");
        assert!(rejected.json()["message"].as_str().unwrap().contains(ORIGIN));
    }
    (phone.origin, phone.domain) = (ORIGIN.to_owned(), DOMAIN.to_owned());

    // One that did not ask who holds it.
    phone.verifies_user = false;
    log_in(&server, &mut phone).await.assert_error(401, INVALID);
    let begun = begin(&ada).await;
    let mut key = new_passkey();
    key.verifies_user = false;
    finish(&ada, &begun, "Key", &key.register(&begun["options"])).await.assert_error(401, INVALID);
    phone.verifies_user = true;

    // The answer to another challenge, a changed signature, another account.
    let (first, second) = (begin_log_in(&server).await, begin_log_in(&server).await);
    let answer = phone.log_in(&first["options"]);
    finish_log_in(&server, &second, &answer).await.assert_error(401, INVALID);
    let mut forged = answer.clone();
    forged["response"]["signature"] = new_passkey().log_in(&first["options"])["response"]["signature"].clone();
    finish_log_in(&server, &first, &forged).await.assert_error(401, INVALID);
    let own_handle = std::mem::replace(&mut phone.user_handle, bob.id.bytes().to_vec());
    log_in(&server, &mut phone).await.assert_error(401, UNKNOWN);
    phone.user_handle = own_handle;
    log_in(&server, &mut new_passkey()).await.assert_error(401, INVALID);
    for broken in [json!({}), json!("phone"), json!({"id": "", "rawId": "", "type": "public-key", "response": {}})] {
        let begun = begin_log_in(&server).await;
        finish_log_in(&server, &begun, &broken).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    // Nothing of it has used the passkey up.
    assert_eq!(log_in(&server, &mut phone).await.status, 200);
}

#[tokio::test]
async fn a_passkey_takes_the_password_and_a_session_and_belongs_to_one_account() {
    let (server, root, ada) = start().await;
    let bob = server.create_user("bob").await;
    let wrong = json!({"password": "Passw0rd!wrong"});
    ada.post("/users/me/passkeys/options", wrong.clone()).await.assert_error(400, "api.user.update_password.incorrect.app_error");
    ada.post("/users/me/passkeys/options", json!({})).await.assert_error(400, "api.user.update_password.incorrect.app_error");
    let others = format!("/users/{}/passkeys", ada.id);
    bob.post(&format!("{others}/options"), json!({"password": PASSWORD})).await.assert_error(403, PERMISSIONS);
    root.post(&format!("{others}/options"), json!({"password": PASSWORD})).await.assert_error(403, PERMISSIONS);
    let token = root.post(&format!("/users/{}/tokens", root.id), json!({"description": "script"})).await.ok();
    let script = root.with_token(token["token"].as_str().unwrap());
    let needed = "mfa.setup.session_needed.app_error";
    script.post("/users/me/passkeys/options", json!({"password": PASSWORD})).await.assert_error(403, needed);

    let mut phone = new_passkey();
    let added = add(&ada, &mut phone, "Phone").await;
    let begun = begin(&bob).await;
    let answer = phone.register(&begun["options"]);
    finish(&bob, &begun, "Mine", &answer).await.assert_error(400, "api.passkey.already_registered.app_error");
    // The browser is told which ones there are, so that it offers none of them again.
    assert_eq!(begin(&ada).await["options"]["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);

    let one = format!("{others}/{}", added["id"].as_str().unwrap());
    bob.get(&others).await.assert_error(403, PERMISSIONS);
    bob.delete(&one).await.assert_error(403, PERMISSIONS);
    bob.delete(&format!("/users/me/passkeys/{}", added["id"].as_str().unwrap())).await.assert_error(404, "api.passkey.not_found.app_error");
    root.put(&one, json!({"name": "Hers"})).await.assert_error(403, PERMISSIONS);
    for name in ["", " ", "two\nlines", &"x".repeat(65)] {
        ada.put(&one, json!({"name": name})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    assert_eq!(root.get(&others).await.ok()[0]["name"], "Phone");
    root.delete(&one).await.ok();
    assert!(names(&ada).await.is_empty());
}

#[tokio::test]
async fn there_is_a_limit_of_passkeys() {
    let (_server, _, ada) = start().await;
    for number in 0..PASSKEYS_MAX {
        add(&ada, &mut new_passkey(), &format!("Key {number}")).await;
    }
    let too_many = ada.post("/users/me/passkeys/options", json!({"password": PASSWORD})).await;
    too_many.assert_error(400, "api.passkey.too_many.app_error");
}

#[tokio::test]
async fn deactivated_accounts_do_not_log_in_with_a_passkey() {
    let (server, root, ada) = start().await;
    let mut phone = new_passkey();
    add(&ada, &mut phone, "Phone").await;
    root.put(&format!("/users/{}/active", ada.id), json!({"active": false})).await.ok();
    log_in(&server, &mut phone).await.assert_error(401, "api.user.login.inactive.app_error");
    root.put(&format!("/users/{}/active", ada.id), json!({"active": true})).await.ok();
    assert_eq!(log_in(&server, &mut phone).await.status, 200);
}

async fn passkeys_as_the_second_factor_make_the_password_insufficient(server: TestServer) {
    let (server, root, ada) = with_people(server).await;
    let activate = json!({"activate": true, "kind": "passkeys"});
    ada.put("/users/me/mfa", activate.clone()).await.assert_error(400, "api.passkey.none.app_error");
    let (mut phone, mut key) = (new_passkey(), new_passkey());
    let phone_id = add(&ada, &mut phone, "Phone").await["id"].as_str().unwrap().to_owned();
    let key_id = add(&ada, &mut key, "Key").await["id"].as_str().unwrap().to_owned();
    let password =
        async |code: &str| server.anonymous().post("/users/login", json!({"login_id": "ada", "password": PASSWORD, "token": code})).await;
    assert_eq!(password("").await.status, 200);
    let activated = ada.put("/users/me/mfa", activate.clone()).await.ok();
    let recovery = activated["recovery_codes"].as_array().unwrap();
    assert_eq!(recovery.len(), 10);
    ada.put("/users/me/mfa", activate).await.assert_error(400, "mfa.setup.already_active.app_error");
    assert_eq!(ada.get("/users/me").await.ok()["mfa_active"], true);

    password("").await.assert_error(401, "mfa.validate_token.authenticate.app_error");
    password("123456").await.assert_error(401, "api.user.check_user_mfa.bad_code.app_error");
    assert_eq!(password(recovery[0].as_str().unwrap()).await.status, 200);
    assert_eq!(log_in(&server, &mut phone).await.status, 200);

    ada.delete(&format!("/users/me/passkeys/{phone_id}")).await.ok();
    let last = format!("/users/{}/passkeys/{key_id}", ada.id);
    ada.delete(&last).await.assert_error(400, "api.passkey.needed.app_error");
    root.delete(&last).await.assert_error(400, "api.passkey.needed.app_error");
    assert_eq!(log_in(&server, &mut key).await.status, 200);
    root.put(&format!("/users/{}/mfa", ada.id), json!({"activate": false})).await.ok();
    assert_eq!(password("").await.status, 200);
    ada.delete(&last).await.ok();
}

#[tokio::test]
async fn passkeys_as_the_second_factor_make_the_password_insufficient_on_every_database() {
    for dialect in Dialect::ALL {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            passkeys_as_the_second_factor_make_the_password_insufficient(server).await;
        }
    }
}

async fn of_concurrent_removals_one_passkey_stays_while_it_is_needed(server: TestServer) {
    let (_server, _, ada) = with_people(server).await;
    let mut ids = Vec::new();
    for name in ["One", "Two", "Three"] {
        ids.push(add(&ada, &mut new_passkey(), name).await["id"].as_str().unwrap().to_owned());
    }
    ada.put("/users/me/mfa", json!({"activate": true, "kind": "passkeys"})).await.ok();
    let removals = ids.iter().map(|id| {
        let (ada, path) = (&ada, format!("/users/me/passkeys/{id}"));
        async move { ada.delete(&path).await.status }
    });
    let statuses: Vec<u16> = futures::future::join_all(removals).await;
    assert_eq!((statuses.iter().filter(|status| **status == 200).count(), names(&ada).await.len()), (2, 1), "{statuses:?}");
}

#[tokio::test]
async fn of_concurrent_removals_one_passkey_stays_while_it_is_needed_on_every_database() {
    for dialect in Dialect::ALL {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            of_concurrent_removals_one_passkey_stays_while_it_is_needed(server).await;
        }
    }
}

#[tokio::test]
async fn whoever_must_have_a_second_factor_can_set_it_up_with_a_passkey() {
    let (server, root, ada) = start().await;
    let required = json!({"MultifactorAuthenticationRequiredOf": "everybody", "MultifactorAuthenticationGraceDays": 0});
    root.put("/config/patch", json!({"ServiceSettings": required})).await.ok();
    ada.get("/users/me/teams").await.assert_error(403, "api.context.mfa_required.app_error");
    let mut phone = new_passkey();
    add(&ada, &mut phone, "Phone").await;
    // The password alone is still enough, so that it is not done yet.
    ada.get("/users/me/teams").await.assert_error(403, "api.context.mfa_required.app_error");
    ada.put("/users/me/mfa", json!({"activate": true, "kind": "passkeys"})).await.ok();
    ada.get("/users/me/teams").await.ok();
    let again = log_in(&server, &mut phone).await;
    ada.with_token(again.header("token")).get("/users/me/teams").await.ok();
}

#[tokio::test]
async fn passkeys_need_an_address_with_a_name_and_can_be_switched_off() {
    let (server, root, ada) = start().await;
    let mut phone = new_passkey();
    add(&ada, &mut phone, "Phone").await;
    let begin = async || server.anonymous().post("/users/login/passkey/options", json!({})).await;
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "http://chat.example.com"}})).await.ok();
    begin().await.assert_error(400, "api.passkey.no_address.app_error");
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://talk.example.org"}})).await.ok();
    log_in(&server, &mut phone).await.assert_error(400, "api.passkey.wrong_address.app_error");
    // A passkey for another address is none that could be needed.
    ada.put("/users/me/mfa", json!({"activate": true, "kind": "passkeys"})).await.assert_error(400, "api.passkey.none.app_error");
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": ORIGIN, "EnablePasskeys": false}})).await.ok();
    begin().await.assert_error(403, "api.passkey.disabled.app_error");
    let disabled = ada.post("/users/me/passkeys/options", json!({"password": PASSWORD})).await;
    disabled.assert_error(403, "api.passkey.disabled.app_error");
    assert_eq!(names(&ada).await, ["Phone"]);
}

#[tokio::test]
async fn ceremonies_without_an_answer_are_forgotten() {
    let (server, ..) = start().await;
    begin_log_in(&server).await;
    let rows = async || server.count("SELECT COUNT(*) FROM passkey_ceremonies").await;
    assert_eq!(rows().await, 1);
    server.clock.advance_ms(5 * MINUTE_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(rows().await, 0);
}
