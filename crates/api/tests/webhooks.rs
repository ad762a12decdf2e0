//! Incoming and outgoing webhooks.

use crate::support::StubServer;
use axum::body::Body;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    /// The system administrator.
    root: TestUser,
    /// The administrator of the team.
    ann: TestUser,
    /// A member of the team.
    bob: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    fixture_on(TestServer::start().await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let root = server.create_user("root").await;
    let ann = server.create_user("ann").await;
    let bob = server.create_user("bob").await;
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    let channel = ann.create_channel(&team, "builds", "O").await;
    Fixture { server, root, ann, bob, team, channel }
}

impl Fixture {
    async fn hook(&self, more: Value) -> Value {
        let mut hook = json!({"channel_id": self.channel["id"], "display_name": "CI", "description": "builds"});
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.ann.post("/hooks/incoming", hook).await;
        assert_eq!(answer.status, 201);
        answer.ok()
    }

    async fn send(&self, hook: &Value, message: Value) -> TestResponse {
        self.server.anonymous().post(&format!("//hooks/{}", hook["id"].as_str().unwrap()), message).await
    }

    async fn newest(&self, channel: &Value) -> Value {
        let list = self.ann.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }
}

#[tokio::test]
async fn an_incoming_webhook_creates_posts() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    for field in ["id", "create_at", "update_at", "delete_at", "user_id", "channel_id", "team_id", "display_name", "channel_locked"] {
        assert!(!hook[field].is_null(), "{field}");
    }
    let mut events = fixture.ann.subscribe().await;
    let answer = fixture
        .send(
            &hook,
            json!({"text": "build <https://ci.example/7|seven> **ok**", "username": "ci-bot", "icon_url": "https://ci.example/i.png"}),
        )
        .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    let post = fixture.newest(&fixture.channel).await;
    assert_eq!(post["message"], "build [seven](https://ci.example/7) **ok**");
    assert_eq!(post["user_id"], json!(fixture.ann.id));
    assert_eq!(post["props"]["from_webhook"], "true");
    assert_eq!(post["props"]["override_username"], "ci-bot");
    assert_eq!(post["props"]["override_icon_url"], "https://ci.example/i.png");
    assert_eq!(post["props"]["webhook_display_name"], "CI");
    assert_eq!(events.wait_for("posted").await["data"]["sender_name"], "ci-bot");
}

#[tokio::test]
async fn forms_and_multipart_bodies_are_accepted() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    let path = format!("//hooks/{}", hook["id"].as_str().unwrap());
    let form = Request::post(&path[1..])
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("payload=%7B%22text%22%3A%22by+form%22%7D"))
        .unwrap();
    assert_eq!(fixture.server.anonymous().send(form).await.text(), "ok");
    assert_eq!(fixture.newest(&fixture.channel).await["message"], "by form");
    let answer = fixture.server.anonymous().upload(&path, &[("payload", None, br#"{"text":"by parts"}"#)]).await;
    assert_eq!(answer.text(), "ok");
    assert_eq!(fixture.newest(&fixture.channel).await["message"], "by parts");
}

#[tokio::test]
async fn invalid_messages_are_rejected_with_their_error_ids() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    fixture.send(&hook, json!({})).await.assert_error(400, "web.incoming_webhook.text.app_error");
    fixture.send(&hook, json!([])).await.assert_error(400, "web.incoming_webhook.parse.app_error");
    fixture.send(&hook, json!({"text": "x", "channel": "nowhere"})).await.assert_error(404, "web.incoming_webhook.channel.app_error");
    fixture.send(&hook, json!({"text": "x", "channel": "@nobody"})).await.assert_error(400, "web.incoming_webhook.user.app_error");
    fixture
        .send(&hook, json!({"text": "x", "type": "system_join_channel"}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
    for id in ["absentabsentabsentabsent00", "x"] {
        fixture.send(&json!({"id": id}), json!({"text": "x"})).await.assert_error(400, "web.incoming_webhook.invalid.app_error");
    }
    let large = json!({"text": "x".repeat(700_000)});
    assert_eq!(fixture.send(&hook, large).await.status, 413);
}

#[tokio::test]
async fn long_texts_are_split_and_attachments_are_added_to_the_last_post() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    let text = "x".repeat(20_000);
    fixture
        .send(
            &hook,
            json!({"text": text, "attachments": [null, {"text": "<!here>", "fields": [{"title": "a", "value": 1, "short": true}]}]}),
        )
        .await;
    let list = fixture.ann.get(&format!("/channels/{}/posts", fixture.channel["id"].as_str().unwrap())).await.ok();
    let post = |at: usize| list["posts"][list["order"][at].as_str().unwrap()].clone();
    assert_eq!(post(0)["message"].as_str().unwrap().len() + post(1)["message"].as_str().unwrap().len(), 20_000);
    assert_eq!(post(0)["type"], "slack_attachment");
    assert_eq!(post(0)["props"]["attachments"][0]["text"], "@here");
    assert!(post(1)["props"]["attachments"].is_null());
}

#[tokio::test]
async fn integrations_of_buttons_are_not_sent_to_clients() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    let action = json!({"id": "ok", "name": "OK", "integration": {"url": "http://ci.internal/ok", "context": {"token": "secret"}}});
    let mut events = fixture.ann.subscribe().await;
    fixture.send(&hook, json!({"attachments": [{"text": "Approve?", "actions": [action]}]})).await;
    let received = events.wait_for("posted").await;
    let read = fixture.bob.get(&format!("/channels/{}/posts", fixture.channel["id"].as_str().unwrap())).await.ok();
    for shown in [received.to_string(), read.to_string()] {
        assert!(shown.contains("Approve?") && !shown.contains("secret") && !shown.contains("ci.internal"), "{shown}");
    }
    assert_eq!(fixture.newest(&fixture.channel).await["props"]["attachments"][0]["actions"], json!([{"id": "ok", "name": "OK"}]));
}

#[tokio::test]
async fn webhooks_of_archived_teams_are_rejected() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    fixture.root.delete(&format!("/teams/{}", fixture.team["id"].as_str().unwrap())).await.ok();
    fixture.send(&hook, json!({"text": "anybody there?"})).await.assert_error(400, "web.incoming_webhook.invalid.app_error");
}

#[tokio::test]
async fn a_message_can_override_the_channel_unless_the_webhook_is_locked() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    let elsewhere = fixture.ann.create_channel(&fixture.team, "anns-public", "O").await;
    let hidden = fixture.bob.create_channel(&fixture.team, "bobs-private", "P").await;
    fixture.send(&hook, json!({"text": "x", "channel": "#anns-public"})).await.ok_text();
    let list = fixture.ann.get(&format!("/channels/{}/posts", elsewhere["id"].as_str().unwrap())).await.ok();
    assert_eq!(list["posts"][list["order"][0].as_str().unwrap()]["message"], "x");
    fixture
        .send(&hook, json!({"text": "x", "channel": hidden["name"]}))
        .await
        .assert_error(403, "web.incoming_webhook.permissions.app_error");
    fixture.send(&hook, json!({"text": "x", "channel": "@bob"})).await.ok_text();
    let locked = fixture.hook(json!({"channel_locked": true})).await;
    for channel in ["anns-public", "@bob"] {
        fixture
            .send(&locked, json!({"text": "x", "channel": channel}))
            .await
            .assert_error(403, "web.incoming_webhook.channel_locked.app_error");
    }
    fixture.send(&locked, json!({"text": "x", "channel": "builds"})).await.ok_text();
}

#[tokio::test]
async fn managing_webhooks_requires_permissions() {
    let fixture = fixture().await;
    let hook = fixture.hook(json!({})).await;
    let path = format!("/hooks/incoming/{}", hook["id"].as_str().unwrap());
    let team = fixture.team["id"].as_str().unwrap();
    let refused = "api.context.permissions.app_error";
    fixture.bob.post("/hooks/incoming", json!({"channel_id": fixture.channel["id"]})).await.assert_error(403, refused);
    fixture.bob.get(&path).await.assert_error(403, refused);
    fixture.bob.delete(&path).await.assert_error(403, refused);
    fixture.bob.put(&path, hook.clone()).await.assert_error(403, refused);
    fixture.bob.get(&format!("/hooks/incoming?team_id={team}")).await.assert_error(403, refused);
    fixture.ann.get("/hooks/incoming").await.assert_error(403, refused);

    let mut changed = hook.clone();
    changed["display_name"] = json!("CD");
    assert_eq!(fixture.ann.put(&path, changed.clone()).await.ok()["display_name"], "CD");
    assert_eq!(fixture.root.get("/audits?per_page=1").await.ok()[0]["action"], "webhooks.update_incoming");
    changed["display_name"] = json!("x".repeat(65));
    assert_eq!(fixture.ann.put(&path, changed).await.status, 400);
    assert_eq!(fixture.root.get("/hooks/incoming").await.ok().as_array().unwrap().len(), 1);
    let counted = fixture.ann.get(&format!("/hooks/incoming?team_id={team}&include_total_count=true")).await.ok();
    assert_eq!((&counted["total_count"], counted["incoming_webhooks"].as_array().unwrap().len()), (&json!(1), 1));

    assert_eq!(fixture.ann.delete(&path).await.ok(), json!({"status": "OK"}));
    fixture.ann.get(&path).await.assert_error(404, "app.webhooks.get_incoming.app_error");
    fixture.send(&hook, json!({"text": "x"})).await.assert_error(400, "web.incoming_webhook.invalid.app_error");
}

#[tokio::test]
async fn webhooks_are_visible_only_with_access_to_their_channel() {
    let fixture = fixture().await;
    let hidden = fixture.bob.create_channel(&fixture.team, "bobs-own", "P").await;
    let team = fixture.team["id"].as_str().unwrap();
    let hook = fixture.root.post("/hooks/incoming", json!({"channel_id": hidden["id"], "user_id": fixture.bob.id})).await.ok();
    assert_eq!(fixture.ann.get(&format!("/hooks/incoming?team_id={team}")).await.ok(), json!([]));
    let one = fixture.ann.get(&format!("/hooks/incoming/{}", hook["id"].as_str().unwrap())).await;
    one.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn clients_cannot_set_webhook_props() {
    let fixture = fixture().await;
    let props = json!({"from_webhook": "true", "override_username": "root"});
    let post = json!({"channel_id": fixture.channel["id"], "message": "x", "props": props});
    assert_eq!(fixture.ann.post("/posts", post).await.ok()["props"], json!({}));
}

trait OkText {
    fn ok_text(&self);
}

impl OkText for TestResponse {
    #[track_caller]
    fn ok_text(&self) {
        assert_eq!((self.status, self.text().as_str()), (200, "ok"), "{}", self.request);
    }
}

impl Fixture {
    /// Waits until every delivery was made or given up.
    async fn nothing_is_queued(&self) {
        let local = guildhall_model::Actor::local_administrator();
        let services = &self.server.app().services;
        let emptied = async {
            while !services.deliveries().queue_depths(&local).await.unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), emptied).await.expect("deliveries were still waiting");
    }

    async fn outgoing(&self, more: Value) -> TestResponse {
        let mut hook =
            json!({"team_id": self.team["id"], "channel_id": self.channel["id"], "display_name": "out", "trigger_words": ["zap"]});
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ann.post("/hooks/outgoing", hook).await
    }
}

async fn fixture_allowing(allowed: &'static str) -> Fixture {
    fixture_on(TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = allowed.to_owned()).await).await
}

#[tokio::test]
async fn an_outgoing_webhook_is_called_and_its_response_is_posted_once() {
    let fixture = fixture_allowing("127.0.0.1").await;
    let mut stub =
        StubServer::responding_with(200, "application/json", r#"{"text": "zap back", "username": "zapper", "response_type": "comment"}"#)
            .await;
    let hook = fixture.outgoing(json!({"callback_urls": [stub.url]})).await.ok();
    let mut events = fixture.ann.subscribe().await;
    let posted = fixture.ann.create_post(&fixture.channel, "zap the build & more").await;
    let received = stub.next().await;
    let created_at_s = (posted["create_at"].as_i64().unwrap() / 1000).to_string();
    for (name, value) in [
        ("timestamp", created_at_s.as_str()),
        ("text", "zap the build & more"),
        ("trigger_word", "zap"),
        ("user_name", "ann"),
        ("channel_name", "builds"),
        ("team_domain", "builders"),
    ] {
        assert_eq!(received.form(name), value);
    }
    assert_eq!((json!(received.form("token")), json!(received.form("post_id"))), (hook["token"].clone(), posted["id"].clone()));
    events.wait_for("posted").await;
    let event = events.wait_for("posted").await;
    let answer: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&answer["message"], &answer["root_id"], &answer["props"]["from_webhook"]),
        (&json!("zap back"), &posted["id"], &json!("true"))
    );
    assert_eq!(answer["props"]["override_username"], "zapper");
    // The response begins with the trigger word, too: if it triggered the webhook, the next request would differ.
    fixture.ann.create_post(&fixture.channel, "zapping is another word").await;
    fixture.ann.create_post(&fixture.channel, "zap again").await;
    assert_eq!(stub.next().await.form("text"), "zap again");
}

#[tokio::test]
async fn outgoing_webhooks_can_send_json_and_ignore_private_channels() {
    let fixture = fixture_allowing("127.0.0.1").await;
    let mut stub = StubServer::responding_with(200, "application/json", "{}").await;
    let hook = json!({"channel_id": "", "callback_urls": [stub.url], "content_type": "application/json", "trigger_when": 1});
    fixture.outgoing(hook).await.ok();
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    fixture.ann.create_post(&hidden, "zap in private").await;
    let posted = fixture.ann.create_post(&fixture.channel, "zapping").await;
    let received = stub.next().await;
    let body: Value = serde_json::from_str(&received.body).unwrap();
    assert_eq!((&body["text"], &body["trigger_word"]), (&json!("zapping"), &json!("zap")));
    assert_eq!(body["timestamp"], posted["create_at"]);
    assert!(stub.has_no_request());
}

#[tokio::test]
async fn outgoing_webhooks_do_not_reach_private_addresses() {
    let fixture = fixture_allowing("").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    fixture.outgoing(json!({"callback_urls": [format!("http://{}", listener.local_addr().unwrap())]})).await.ok();
    fixture.ann.create_post(&fixture.channel, "zap").await;
    fixture.nothing_is_queued().await;
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn managing_outgoing_webhooks_requires_permissions() {
    let fixture = fixture().await;
    let urls = json!({"callback_urls": ["https://ci.example/x"]});
    let hook = fixture.outgoing(urls.clone()).await;
    assert_eq!(hook.status, 201);
    let hook = hook.ok();
    fixture.outgoing(urls.clone()).await.assert_error(400, "api.webhook.create_outgoing.intersect.app_error");
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    for (wrong, status, id) in [
        (json!({"callback_urls": []}), 400, "model.outgoing_hook.is_valid.callback.app_error"),
        (json!({"callback_urls": ["ftp://x.example"]}), 400, "model.outgoing_hook.is_valid.callback.app_error"),
        (
            json!({"callback_urls": ["https://y.example"], "channel_id": hidden["id"]}),
            403,
            "api.webhook.create_outgoing.not_open.app_error",
        ),
        (
            json!({"callback_urls": ["https://y.example"], "channel_id": "", "trigger_words": []}),
            400,
            "api.webhook.create_outgoing.triggers.app_error",
        ),
        (json!({"callback_urls": ["https://y.example"], "trigger_words": [""]}), 400, "model.outgoing_hook.is_valid.words.app_error"),
    ] {
        fixture.outgoing(wrong).await.assert_error(status, id);
    }
    let path = format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap());
    let team = fixture.team["id"].as_str().unwrap();
    fixture.bob.get(&path).await.assert_error(403, "api.context.permissions.app_error");
    fixture.bob.post(&format!("{path}/regen_token"), json!({})).await.assert_error(403, "api.context.permissions.app_error");
    fixture.bob.get(&format!("/hooks/outgoing?team_id={team}")).await.assert_error(403, "api.context.permissions.app_error");
    assert_eq!(fixture.ann.get(&format!("/hooks/outgoing?team_id={team}")).await.ok().as_array().unwrap().len(), 1);
    let again = fixture.ann.post(&format!("{path}/regen_token"), json!({})).await.ok();
    assert_ne!(again["token"], hook["token"]);
    let mut changed = hook.clone();
    changed["trigger_words"] = json!(["zip"]);
    let changed = fixture.ann.put(&path, changed).await.ok();
    assert_eq!((&changed["trigger_words"], &changed["token"]), (&json!(["zip"]), &again["token"]));
    fixture.ann.delete(&path).await.ok();
    fixture.ann.get(&path).await.assert_error(404, "app.webhooks.get_outgoing.app_error");
}
