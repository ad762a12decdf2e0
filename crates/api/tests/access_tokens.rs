//! The end of personal access tokens, their rotation, and how their owners are told.

use guildhall_api::live::recheck_connections;
use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const EXPIRED: &str = "api.context.session_expired.app_error";
const REQUIRED: &str = "app.user_access_token.expires_at_required.app_error";
const PAST: &str = "app.user_access_token.expires_at_in_past.app_error";
const TOO_FAR: &str = "app.user_access_token.expires_at_too_far.app_error";
const INVALID: &str = "model.user_access_token.is_valid.expires_at.app_error";
/// When the clock of the tests begins.
const START_MS: i64 = 1_800_000_000_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

struct World {
    server: TestServer,
    root: TestUser,
    /// May have access tokens.
    bob: TestUser,
    eve: TestUser,
}

async fn world(max_days: i64) -> World {
    let server = TestServer::start_with_settings(|settings| {
        settings.integrations.access_token_max_days = max_days;
        // Longer than the tests.
        settings.sessions.web_hours = 87_600;
        settings.site.url = "https://chat.example".to_owned();
        settings.mail.enabled = true;
        settings.mail.server = "mail.example".to_owned();
        settings.mail.from_address = "chat@example.com".to_owned();
    })
    .await;
    let (root, bob, eve) = (server.create_user("root").await, server.create_user("bob").await, server.create_user("eve").await);
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    World { server, root, bob, eve }
}

impl World {
    async fn create(&self, days: i64) -> Value {
        let token = json!({"description": format!("for {days} days"), "expires_at": START_MS + days * DAY_MS});
        self.bob.post("/users/me/tokens", token).await.ok()
    }

    /// The next mail about this.
    async fn mail(&self, subject: &str) -> OutgoingMail {
        loop {
            let mail = self.server.mailer.next().await;
            if mail.subject.contains(subject) {
                return mail;
            }
        }
    }

    async fn run_jobs(&self) {
        self.server.app().services.run_due_jobs().await.unwrap();
    }

    /// The messages of the server's own account to a person, the oldest first.
    async fn messages_to(&self, person: &TestUser) -> Vec<String> {
        let channels = person.get("/users/me/channels").await.ok();
        let mut messages = Vec::new();
        for channel in channels.as_array().unwrap().iter().filter(|channel| channel["type"] == "D") {
            let posts = person.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
            let order = posts["order"].as_array().unwrap();
            messages.extend(order.iter().rev().map(|id| posts["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned()));
        }
        messages
    }
}

fn secret(token: &Value) -> &str {
    token["token"].as_str().unwrap()
}

#[tokio::test]
async fn an_expired_token_is_rejected_and_its_connections_end() {
    let world = world(0).await;
    let World { server, bob, .. } = &world;
    let token = world.create(1).await;
    assert_eq!(token["expires_at"], START_MS + DAY_MS);
    let listed = bob.get(&format!("/users/tokens/{}", token["id"].as_str().unwrap())).await.ok();
    assert_eq!((&listed["expires_at"], listed.get("token")), (&token["expires_at"], None));
    let endless = bob.post("/users/me/tokens", json!({"description": "without end"})).await.ok();
    assert_eq!(endless["expires_at"], 0);

    let script = bob.with_token(secret(&token));
    assert_eq!(script.get("/users/me").await.status, 200);
    let mut events = script.subscribe().await;
    server.clock.advance_ms(DAY_MS);
    script.get("/users/me").await.assert_error(401, EXPIRED);
    recheck_connections(server.app()).await.unwrap();
    events.wait_until_closed().await;
    // Also where nothing is cached.
    bob.post("/users/tokens/disable", json!({"token_id": token["id"]})).await.ok();
    bob.post("/users/tokens/enable", json!({"token_id": token["id"]})).await.ok();
    script.get("/users/me").await.assert_error(401, EXPIRED);
    server.clock.advance_ms(1_000 * DAY_MS);
    assert_eq!(bob.with_token(secret(&endless)).get("/users/me").await.status, 200);
}

#[tokio::test]
async fn the_end_is_in_the_future_and_within_the_limit() {
    let unlimited = world(0).await;
    let create = async |world: &World, expires_at: Value| {
        world.bob.post("/users/me/tokens", json!({"description": "x", "expires_at": expires_at})).await
    };
    create(&unlimited, json!(-1)).await.assert_error(400, INVALID);
    create(&unlimited, json!(START_MS)).await.assert_error(400, PAST);
    assert_eq!(create(&unlimited, json!(i64::MAX)).await.status, 200);
    assert!([400, 422].contains(&create(&unlimited, json!("soon")).await.status));

    let limited = world(30).await;
    create(&limited, json!(0)).await.assert_error(400, REQUIRED);
    let too_far = create(&limited, json!(START_MS + 31 * DAY_MS)).await;
    too_far.assert_error(400, TOO_FAR);
    assert_eq!(too_far.json()["message"], "Access tokens expire within 30 days here. Set an earlier end.");
    assert_eq!(create(&limited, json!(START_MS + 29 * DAY_MS)).await.status, 200);
    assert_eq!(limited.bob.get("/users/me/tokens").await.ok().as_array().unwrap().len(), 1, "what is rejected leaves nothing");
    // Bots are not people.
    let bot = limited.root.post("/bots", json!({"username": "helper"})).await.ok();
    let path = format!("/users/{}/tokens", bot["user_id"].as_str().unwrap());
    assert_eq!(limited.root.post(&path, json!({"description": "x"})).await.status, 200);
}

#[tokio::test]
async fn a_rotated_token_has_another_secret_at_once() {
    let world = world(30).await;
    let World { server, root, bob, eve } = &world;
    let token = world.create(10).await;
    let old = bob.with_token(secret(&token));
    let mut events = old.subscribe().await;
    let rotate = |body: Value| {
        let mut whole = json!({"token_id": token["id"]});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        whole
    };
    eve.post("/users/tokens/rotate", rotate(json!({}))).await.assert_error(403, PERMISSIONS);
    bob.post("/users/tokens/rotate", json!({"token_id": "y".repeat(26)})).await.assert_error(403, PERMISSIONS);
    bob.post("/users/tokens/rotate", json!({})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    bob.post("/users/tokens/rotate", rotate(json!({"expires_at": 0}))).await.assert_error(400, REQUIRED);
    bob.post("/users/tokens/rotate", rotate(json!({"expires_at": 7}))).await.assert_error(400, PAST);
    assert_eq!(old.get("/users/me").await.status, 200, "what is rejected changes nothing");

    let kept = bob.post("/users/tokens/rotate", rotate(json!({}))).await.ok();
    assert_eq!((&kept["id"], &kept["expires_at"], &kept["description"]), (&token["id"], &token["expires_at"], &token["description"]));
    assert_ne!(secret(&kept), secret(&token));
    events.wait_until_closed().await;
    old.get("/users/me").await.assert_error(401, EXPIRED);
    assert_eq!(bob.with_token(secret(&kept)).get("/users/me").await.status, 200);
    let audit = root.get("/audits?per_page=1").await.ok()[0].clone();
    assert_eq!(audit["action"], "access_tokens.rotate");
    assert!(!audit.to_string().contains(secret(&kept)));

    let later = root.post("/users/tokens/rotate", rotate(json!({"expires_at": START_MS + 20 * DAY_MS}))).await.ok();
    assert_eq!(later["expires_at"], START_MS + 20 * DAY_MS);
    assert_eq!(bob.get("/users/me/tokens").await.ok().as_array().unwrap().len(), 1);
    world.mail("A personal access token has a new secret").await;

    bob.post("/users/tokens/disable", json!({"token_id": token["id"]})).await.ok();
    let disabled = "api.user.rotate_user_access_token.disabled_token.app_error";
    bob.post("/users/tokens/rotate", rotate(json!({}))).await.assert_error(400, disabled);
    bob.post("/users/tokens/enable", json!({"token_id": token["id"]})).await.ok();
    server.clock.advance_ms(21 * DAY_MS);
    bob.post("/users/tokens/rotate", rotate(json!({}))).await.assert_error(400, PAST);
    let again = bob.post("/users/tokens/rotate", rotate(json!({"expires_at": START_MS + 40 * DAY_MS}))).await.ok();
    assert_eq!(bob.with_token(secret(&again)).get("/users/me").await.status, 200, "an expired token can be rotated");
}

#[tokio::test]
async fn owners_are_told_seven_three_and_one_day_before_the_end() {
    let world = world(0).await;
    let World { server, root, bob, .. } = &world;
    let token = world.create(20).await;
    world.bob.post("/users/me/tokens", json!({"description": "without end"})).await.ok();
    let bot = root.post("/bots", json!({"username": "helper"})).await.ok();
    let path = format!("/users/{}/tokens", bot["user_id"].as_str().unwrap());
    root.post(&path, json!({"description": "of the helper", "expires_at": START_MS + 20 * DAY_MS})).await.ok();
    let count = async |person: &TestUser| world.messages_to(person).await.iter().filter(|text| text.contains("access token")).count();
    world.run_jobs().await;
    assert_eq!(count(bob).await, 0);
    for (days_more, messages, says) in
        [(14, 1, "in less than 7 days"), (1, 1, ""), (2, 2, "in less than 3 days"), (2, 3, "in less than a day")]
    {
        server.clock.advance_ms(days_more * DAY_MS);
        world.run_jobs().await;
        server.clock.advance_ms(2 * 60 * 60 * 1_000);
        world.run_jobs().await;
        let told = world.messages_to(bob).await;
        assert_eq!((told.len(), count(root).await), (messages, messages), "{told:?}");
        assert!(told[messages - 1].contains("`for 20 days`") && told[messages - 1].contains(says), "{told:?}");
    }
    let mail = world.mail("An access token expires soon").await;
    assert!(mail.text.contains("for 20 days") && mail.text.contains("UTC"), "{}", mail.text);

    // Rotated in time, it begins anew; at the end it is listed for a while, and then gone.
    bob.post("/users/tokens/rotate", json!({"token_id": token["id"], "expires_at": START_MS + 26 * DAY_MS})).await.ok();
    world.run_jobs().await;
    server.clock.advance_ms(2 * 60 * 60 * 1_000);
    world.run_jobs().await;
    assert_eq!(count(bob).await, 4);
    let listed = async || bob.get("/users/me/tokens").await.ok().as_array().unwrap().len();
    server.clock.advance_ms(20 * DAY_MS);
    world.run_jobs().await;
    assert_eq!(listed().await, 2);
    server.clock.advance_ms(20 * DAY_MS);
    world.run_jobs().await;
    assert_eq!(listed().await, 1, "the one without end is left");
}

#[tokio::test]
async fn administrators_revoke_tokens_that_last_longer_than_they_may() {
    let world = world(0).await;
    let World { root, bob, .. } = &world;
    let (short, long) = (world.create(5).await, world.create(500).await);
    let endless = bob.post("/users/me/tokens", json!({"description": "without end"})).await.ok();
    let count = async || root.get("/users/tokens/non_compliant/count").await.ok()["count"].clone();
    assert_eq!(count().await, 0);
    let no_policy = "app.user_access_token.revoke_non_compliant.no_policy.app_error";
    root.post("/users/tokens/non_compliant/revoke", json!({})).await.assert_error(400, no_policy);
    root.put("/config/patch", json!({"ServiceSettings": {"MaximumPersonalAccessTokenLifetimeDays": 30}})).await.ok();
    assert_eq!(count().await, 2);
    assert_eq!(bob.with_token(secret(&endless)).get("/users/me").await.status, 200, "they are valid until they are revoked");
    bob.get("/users/tokens/non_compliant/count").await.assert_error(403, PERMISSIONS);
    bob.post("/users/tokens/non_compliant/revoke", json!({})).await.assert_error(403, PERMISSIONS);
    assert_eq!(root.post("/users/tokens/non_compliant/revoke", json!({})).await.ok()["count"], 2);
    assert_eq!(root.get("/audits?per_page=1").await.ok()[0]["action"], "access_tokens.revoke_non_compliant");
    for (token, status) in [(&short, 200), (&long, 401), (&endless, 401)] {
        assert_eq!(bob.with_token(secret(token)).get("/users/me").await.status, status);
    }
    assert_eq!(root.post("/users/tokens/non_compliant/revoke", json!({})).await.ok()["count"], 0);
}
