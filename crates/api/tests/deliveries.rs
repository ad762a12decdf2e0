//! Deliveries to outgoing webhooks: at least once, retried while they fail, and their response is posted once.

use crate::support::{ReceivedRequest, StubServer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::Actor;
use guildhall_model::job::QueueDepth;
use guildhall_testkit::{TestServer, TestUser};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// Longer than the delay after a first attempt.
const FIRST_DELAY_MS: i64 = 6_300;
/// Longer than the longest delay.
const LONGEST_DELAY_MS: i64 = 3 * 60 * 60 * 1000;
/// Longer than a lease.
const LEASE_MS: i64 = 100_000;
const LEASED_OR_UNTRIED: &str = "SELECT COUNT(*) FROM deliveries WHERE lease_owner IS NOT NULL OR attempts = 0";
const QUEUED: &str = "SELECT COUNT(*) FROM deliveries";

struct Fixture {
    server: TestServer,
    ann: TestUser,
    team: Value,
    channel: Value,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = "127.0.0.1".to_owned()).await;
        let ann = server.create_user("ann").await;
        let team = ann.create_team("builders").await;
        let channel = ann.create_channel(&team, "builds", "O").await;
        Self { server, ann, team, channel }
    }

    async fn create_hook(&self, url: &str) -> Value {
        let hook = json!({
            "team_id": self.team["id"],
            "channel_id": self.channel["id"],
            "display_name": "out",
            "trigger_words": ["zap"],
            "callback_urls": [url],
        });
        self.ann.post("/hooks/outgoing", hook).await.ok()
    }

    async fn depths(&self) -> Vec<QueueDepth> {
        self.server.app().services.deliveries().queue_depths(&Actor::local_administrator()).await.unwrap()
    }

    /// Makes the due deliveries and returns the number of attempts.
    async fn make_due_deliveries(&self) -> usize {
        self.server.app().services.make_due_deliveries().await.unwrap()
    }

    /// The messages that webhooks posted, the newest first.
    async fn webhook_messages(&self) -> Vec<String> {
        let list = self.ann.get(&format!("/channels/{}/posts", self.channel["id"].as_str().unwrap())).await.ok();
        let posts = list["order"].as_array().unwrap().iter().map(|id| &list["posts"][id.as_str().unwrap()]);
        posts.filter(|post| post["props"]["from_webhook"] == "true").map(|post| post["message"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_failed_call_is_retried_with_growing_delays() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_in_turn(&[(500, "{}"), (429, "{}"), (200, r#"{"text": "at last"}"#)]).await;
    fixture.create_hook(&stub.url).await;
    let post = fixture.ann.create_post(&fixture.channel, "zap it").await;
    stub.next().await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    let depths = fixture.depths().await;
    assert_eq!((depths[0].kind.as_str(), depths[0].waiting, depths[0].retrying), ("outgoing_webhook", 0, 1));
    assert_eq!(depths[0].oldest_create_at.0, post["create_at"].as_i64().unwrap());
    assert_eq!(fixture.make_due_deliveries().await, 0, "the retry is not due yet");

    fixture.server.clock.advance_ms(FIRST_DELAY_MS);
    assert_eq!(fixture.make_due_deliveries().await, 1);
    fixture.server.clock.advance_ms(FIRST_DELAY_MS);
    assert_eq!(fixture.make_due_deliveries().await, 0, "the second delay is longer");
    fixture.server.clock.advance_ms(5 * FIRST_DELAY_MS);
    assert_eq!(fixture.make_due_deliveries().await, 1);
    assert_eq!(fixture.webhook_messages().await, ["at last"]);
    assert!(fixture.depths().await.is_empty());
}

#[tokio::test]
async fn deliveries_to_an_unreachable_target_are_finally_abandoned() {
    let fixture = Fixture::new().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    fixture.create_hook(&format!("http://{closed}")).await;
    fixture.ann.create_post(&fixture.channel, "zap it").await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    let mut attempts = 1;
    while !fixture.depths().await.is_empty() {
        fixture.server.clock.advance_ms(LONGEST_DELAY_MS);
        attempts += fixture.make_due_deliveries().await;
    }
    assert_eq!(attempts, 8);
}

#[tokio::test]
async fn rejected_deliveries_and_deleted_posts_are_not_retried() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_in_turn(&[(404, "{}"), (503, "{}"), (503, "{}"), (200, "{}")]).await;
    let hook = fixture.create_hook(&stub.url).await;
    fixture.ann.create_post(&fixture.channel, "zap one").await;
    stub.next().await;
    fixture.server.until_count(QUEUED, 0).await;

    let post = fixture.ann.create_post(&fixture.channel, "zap two").await;
    stub.next().await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    fixture.ann.delete(&format!("/posts/{}", post["id"].as_str().unwrap())).await.ok();
    fixture.server.clock.advance_ms(FIRST_DELAY_MS);
    assert_eq!(fixture.make_due_deliveries().await, 1);
    assert!(fixture.depths().await.is_empty() && stub.has_no_request(), "the post was deleted");

    fixture.ann.create_post(&fixture.channel, "zap three").await;
    stub.next().await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    fixture.ann.delete(&format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap())).await.ok();
    assert!(fixture.depths().await.is_empty(), "the webhook was deleted");
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_posts_no_second_response() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_when_allowed(r#"{"text": "once"}"#).await;
    fixture.create_hook(&stub.url).await;
    fixture.ann.create_post(&fixture.channel, "zap it").await;
    stub.next().await;
    // The first worker still waits for the response, but its lease has expired.
    fixture.server.clock.advance_ms(LEASE_MS);
    let mut events = fixture.ann.subscribe().await;
    let second = fixture.make_due_deliveries();
    let both = async {
        stub.next().await;
        stub.allow_response();
        stub.allow_response();
    };
    assert_eq!(tokio::join!(second, both).0, 1);
    events.wait_for("posted").await;
    assert_eq!(fixture.webhook_messages().await, ["once"]);
    assert!(fixture.depths().await.is_empty());
}

#[tokio::test]
async fn a_slow_target_leaves_room_for_others() {
    let fixture = Fixture::new().await;
    let slow = StubServer::responding_when_allowed("{}").await;
    fixture.create_hook(&slow.url).await;
    for _ in 0..20 {
        fixture.ann.create_post(&fixture.channel, "zap it").await;
    }
    // Until the test server's own worker waits for the slow target.
    fixture.server.until_count("SELECT COUNT(*) BETWEEN 1 AND 8 FROM deliveries WHERE lease_owner IS NOT NULL", 1).await;
    let mut fast = StubServer::responding_with(200, "application/json", "{}").await;
    let hook = json!({"team_id": fixture.team["id"], "channel_id": fixture.channel["id"], "display_name": "out", "trigger_words": ["zip"], "callback_urls": [fast.url]});
    fixture.ann.post("/hooks/outgoing", hook).await.ok();
    fixture.ann.create_post(&fixture.channel, "zip it").await;
    let services = fixture.server.app().services.clone();
    let worker = tokio::spawn(async move { services.make_due_deliveries().await });
    fast.next().await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE lease_owner IS NOT NULL", 8).await;
    worker.abort();
}

#[tokio::test]
async fn the_response_of_a_webhook_deleted_during_the_call_is_discarded() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_when_allowed(r#"{"text": "too late"}"#).await;
    let hook = fixture.create_hook(&stub.url).await;
    fixture.ann.create_post(&fixture.channel, "zap it").await;
    stub.next().await;
    fixture.ann.delete(&format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap())).await.ok();
    stub.allow_response();
    // The response of a second webhook arrives after that of the first one would have.
    let mut other = StubServer::responding_with(200, "application/json", r#"{"text": "in time"}"#).await;
    fixture.create_hook(&other.url).await;
    let mut events = fixture.ann.subscribe().await;
    fixture.ann.create_post(&fixture.channel, "zap again").await;
    other.next().await;
    while !events.wait_for("posted").await["data"]["post"].as_str().unwrap().contains("in time") {}
    assert_eq!(fixture.webhook_messages().await, ["in time"]);
}

#[tokio::test]
async fn a_post_that_triggers_no_webhook_needs_no_additional_statement() {
    let fixture = Fixture::new().await;
    let stub = StubServer::responding_when_allowed("{}").await;
    let count_statements = async |message: &str| {
        let before = fixture.server.queries();
        let post = fixture.ann.create_post(&fixture.channel, message).await;
        assert_eq!(post["message"], message);
        fixture.server.queries() - before
    };
    count_statements("good morning").await;
    let plain = count_statements("hello").await;
    fixture.create_hook(&stub.url).await;
    count_statements("hello again").await;
    assert_eq!(count_statements("hello once more").await, plain);
    assert_eq!(fixture.server.count(QUEUED).await, 0);
}

/// As Standard Webhooks say: by the token of the webhook, over the id, the time and the body.
#[track_caller]
fn assert_signed(call: &ReceivedRequest, token: &Value) -> String {
    let header = |name: &str| call.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap();
    let (id, seconds) = (header("webhook-id"), header("webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_str().unwrap().as_bytes()).unwrap();
    mac.update(format!("{id}.{seconds}.{}", call.body).as_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    id.to_owned()
}

#[tokio::test]
async fn calls_are_signed_and_a_repeated_one_keeps_its_id() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_in_turn(&[(500, "{}"), (200, "{}"), (200, "{}")]).await;
    let hook = fixture.create_hook(&stub.url).await;
    fixture.ann.create_post(&fixture.channel, "zap ü").await;
    let first = assert_signed(&stub.next().await, &hook["token"]);
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    fixture.server.clock.advance_ms(FIRST_DELAY_MS);
    fixture.make_due_deliveries().await;
    assert_eq!(assert_signed(&stub.next().await, &hook["token"]), first);
    fixture.server.until_count(QUEUED, 0).await;
    fixture.ann.create_post(&fixture.channel, "zap again").await;
    assert_ne!(assert_signed(&stub.next().await, &hook["token"]), first);
}

#[tokio::test]
async fn commands_are_signed() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_in_turn(&[(200, r#"{"text": "done"}"#), (200, r#"{"text": "done"}"#)]).await;
    for method in ["P", "G"] {
        let command =
            json!({"team_id": fixture.team["id"], "trigger": format!("zap{}", method.to_lowercase()), "method": method, "url": stub.url});
        let command = fixture.ann.post("/commands", command).await.ok();
        let line = format!("/{} it", command["trigger"].as_str().unwrap());
        let line = json!({"channel_id": fixture.channel["id"], "team_id": fixture.team["id"], "command": line});
        fixture.ann.post("/commands/execute", line).await.ok();
        let call = stub.next().await;
        match method {
            "P" => drop(assert_signed(&call, &command["token"])),
            _ => assert!(call.headers.get("webhook-signature").is_none(), "there is no body"),
        }
    }
}

/// What is known of the calls of a webhook or command: (status, error), the newest first.
async fn calls(person: &TestUser, path: &str) -> Vec<(i64, String)> {
    let calls = person.get(&format!("{path}/calls")).await.ok();
    let call = |call: &Value| {
        assert!(call["create_at"].as_i64() > Some(0) && call["duration_ms"].as_i64() >= Some(0), "{call}");
        (call["status"].as_i64().unwrap(), call["error"].as_str().unwrap().to_owned())
    };
    calls.as_array().unwrap().iter().map(call).collect()
}

#[tokio::test]
async fn the_last_calls_of_a_webhook_are_known_to_who_manages_it() {
    let fixture = Fixture::new().await;
    let mut stub = StubServer::responding_in_turn(&[(500, "{}"), (200, "{}")]).await;
    let hook = fixture.create_hook(&stub.url).await;
    let path = format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap());
    assert_eq!(calls(&fixture.ann, &path).await, []);
    fixture.ann.create_post(&fixture.channel, "zap it").await;
    stub.next().await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    fixture.server.clock.advance_ms(FIRST_DELAY_MS);
    fixture.make_due_deliveries().await;
    fixture.server.until_count(QUEUED, 0).await;
    assert_eq!(calls(&fixture.ann, &path).await, [(200, String::new()), (500, String::new())]);

    let bob = fixture.server.create_user("bob").await;
    fixture.ann.add_to_team(&fixture.team, &bob).await;
    bob.get(&format!("{path}/calls")).await.assert_error(403, "api.context.permissions.app_error");

    fixture.server.clock.advance_ms(31 * 24 * 60 * 60 * 1_000);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM integration_calls").await, 0);
}

#[tokio::test]
async fn a_call_without_an_answer_says_why() {
    let fixture = Fixture::new().await;
    let command = json!({"team_id": fixture.team["id"], "trigger": "zap", "method": "P", "url": "http://127.0.0.1:1/"});
    let command = fixture.ann.post("/commands", command).await.ok();
    let line = json!({"channel_id": fixture.channel["id"], "team_id": fixture.team["id"], "command": "/zap it"});
    assert!(fixture.ann.post("/commands/execute", line).await.status >= 400);
    let known = calls(&fixture.ann, &format!("/commands/{}", command["id"].as_str().unwrap())).await;
    assert!(known.len() == 1 && known[0].0 == 0 && !known[0].1.is_empty(), "{known:?}");
}
