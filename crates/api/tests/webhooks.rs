//! Webhooks: other programs post here, and hear what was said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use axum::body::Body;
use guildhall_testkit::{Answer, Person, TestServer};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

struct World {
    server: TestServer,
    /// Runs the server.
    root: Person,
    /// Runs the team.
    ann: Person,
    /// Is in the team.
    bob: Person,
    team: Value,
    channel: Value,
}

async fn world() -> World {
    world_of(TestServer::start().await).await
}

async fn world_of(server: TestServer) -> World {
    let root = server.person("root").await;
    let ann = server.person("ann").await;
    let bob = server.person("bob").await;
    let team = ann.team("builders").await;
    ann.bring_to_team(&team, &bob).await;
    let channel = ann.channel(&team, "builds", "O").await;
    World { server, root, ann, bob, team, channel }
}

impl World {
    async fn hook(&self, more: Value) -> Value {
        let mut hook = json!({"channel_id": self.channel["id"], "display_name": "CI", "description": "builds"});
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.ann.post("/hooks/incoming", hook).await;
        assert_eq!(answer.status, 201);
        answer.ok()
    }

    async fn send(&self, hook: &Value, message: Value) -> Answer {
        self.server.nobody().post(&format!("//hooks/{}", hook["id"].as_str().unwrap()), message).await
    }

    async fn newest(&self, channel: &Value) -> Value {
        let list = self.ann.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }
}

#[tokio::test]
async fn a_program_posts_by_its_webhook() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    for field in ["id", "create_at", "update_at", "delete_at", "user_id", "channel_id", "team_id", "display_name", "channel_locked"] {
        assert!(!hook[field].is_null(), "{field}");
    }
    let mut ears = world.ann.listen().await;
    let answer = world
        .send(
            &hook,
            json!({"text": "build <https://ci.example/7|seven> **ok**", "username": "ci-bot", "icon_url": "https://ci.example/i.png"}),
        )
        .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    let post = world.newest(&world.channel).await;
    assert_eq!(post["message"], "build [seven](https://ci.example/7) **ok**");
    assert_eq!(post["user_id"], json!(world.ann.id));
    assert_eq!(post["props"]["from_webhook"], "true");
    assert_eq!(post["props"]["override_username"], "ci-bot");
    assert_eq!(post["props"]["override_icon_url"], "https://ci.example/i.png");
    assert_eq!(post["props"]["webhook_display_name"], "CI");
    assert_eq!(ears.next("posted").await["data"]["sender_name"], "ci-bot");
}

#[tokio::test]
async fn forms_and_parts_carry_the_payload_too() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    let path = format!("//hooks/{}", hook["id"].as_str().unwrap());
    let form = Request::post(&path[1..])
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("payload=%7B%22text%22%3A%22by+form%22%7D"))
        .unwrap();
    assert_eq!(world.server.nobody().send(form).await.text(), "ok");
    assert_eq!(world.newest(&world.channel).await["message"], "by form");
    let answer = world.server.nobody().upload(&path, &[("payload", None, br#"{"text":"by parts"}"#)]).await;
    assert_eq!(answer.text(), "ok");
    assert_eq!(world.newest(&world.channel).await["message"], "by parts");
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_said() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    world.send(&hook, json!({})).await.refused(400, "web.incoming_webhook.text.app_error");
    world.send(&hook, json!([])).await.refused(400, "web.incoming_webhook.parse.app_error");
    world.send(&hook, json!({"text": "x", "channel": "nowhere"})).await.refused(404, "web.incoming_webhook.channel.app_error");
    world.send(&hook, json!({"text": "x", "channel": "@nobody"})).await.refused(400, "web.incoming_webhook.user.app_error");
    world.send(&hook, json!({"text": "x", "type": "system_join_channel"})).await.refused(400, "api.context.invalid_body_param.app_error");
    for id in ["absentabsentabsentabsent00", "x"] {
        world.send(&json!({"id": id}), json!({"text": "x"})).await.refused(400, "web.incoming_webhook.invalid.app_error");
    }
    let large = json!({"text": "x".repeat(400_000)});
    assert_eq!(world.send(&hook, large).await.status, 413);
}

#[tokio::test]
async fn long_texts_become_several_posts_and_attachments_go_with_the_last() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    let text = "x".repeat(20_000);
    world
        .send(
            &hook,
            json!({"text": text, "attachments": [null, {"text": "<!here>", "fields": [{"title": "a", "value": 1, "short": true}]}]}),
        )
        .await;
    let list = world.ann.get(&format!("/channels/{}/posts", world.channel["id"].as_str().unwrap())).await.ok();
    let post = |at: usize| list["posts"][list["order"][at].as_str().unwrap()].clone();
    assert_eq!(post(0)["message"].as_str().unwrap().len() + post(1)["message"].as_str().unwrap().len(), 20_000);
    assert_eq!(post(0)["type"], "slack_attachment");
    assert_eq!(post(0)["props"]["attachments"][0]["text"], "@here");
    assert!(post(1)["props"]["attachments"].is_null());
}

#[tokio::test]
async fn a_message_may_name_its_channel_unless_the_webhook_is_locked() {
    let world = world().await;
    let hook = world.hook(json!({"user_id": world.bob.id})).await;
    let elsewhere = world.ann.channel(&world.team, "anns-public", "O").await;
    let hidden = world.ann.channel(&world.team, "anns-private", "P").await;
    world.send(&hook, json!({"text": "x", "channel": "#anns-public"})).await.ok_text();
    let list = world.ann.get(&format!("/channels/{}/posts", elsewhere["id"].as_str().unwrap())).await.ok();
    assert_eq!(list["posts"][list["order"][0].as_str().unwrap()]["message"], "x");
    world.send(&hook, json!({"text": "x", "channel": hidden["name"]})).await.refused(403, "web.incoming_webhook.permissions.app_error");
    world.send(&hook, json!({"text": "x", "channel": "@ann"})).await.ok_text();
    let locked = world.hook(json!({"channel_locked": true})).await;
    for channel in ["anns-public", "@ann"] {
        world.send(&locked, json!({"text": "x", "channel": channel})).await.refused(403, "web.incoming_webhook.channel_locked.app_error");
    }
    world.send(&locked, json!({"text": "x", "channel": "builds"})).await.ok_text();
}

#[tokio::test]
async fn only_who_may_manage_webhooks_sees_and_changes_them() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    let path = format!("/hooks/incoming/{}", hook["id"].as_str().unwrap());
    let team = world.team["id"].as_str().unwrap();
    let refused = "api.context.permissions.app_error";
    world.bob.post("/hooks/incoming", json!({"channel_id": world.channel["id"]})).await.refused(403, refused);
    world.bob.get(&path).await.refused(403, refused);
    world.bob.delete(&path).await.refused(403, refused);
    world.bob.put(&path, hook.clone()).await.refused(403, refused);
    world.bob.get(&format!("/hooks/incoming?team_id={team}")).await.refused(403, refused);
    world.ann.get("/hooks/incoming").await.refused(403, refused);

    let mut changed = hook.clone();
    changed["display_name"] = json!("CD");
    assert_eq!(world.ann.put(&path, changed.clone()).await.ok()["display_name"], "CD");
    changed["display_name"] = json!("x".repeat(65));
    assert_eq!(world.ann.put(&path, changed).await.status, 400);
    assert_eq!(world.root.get("/hooks/incoming").await.ok().as_array().unwrap().len(), 1);
    let counted = world.ann.get(&format!("/hooks/incoming?team_id={team}&include_total_count=true")).await.ok();
    assert_eq!((&counted["total_count"], counted["incoming_webhooks"].as_array().unwrap().len()), (&json!(1), 1));

    assert_eq!(world.ann.delete(&path).await.ok(), json!({"status": "OK"}));
    world.ann.get(&path).await.refused(404, "app.webhooks.get_incoming.app_error");
    world.send(&hook, json!({"text": "x"})).await.refused(400, "web.incoming_webhook.invalid.app_error");
}

#[tokio::test]
async fn people_cannot_pretend_to_be_a_webhook() {
    let world = world().await;
    let props = json!({"from_webhook": "true", "override_username": "root"});
    let post = json!({"channel_id": world.channel["id"], "message": "x", "props": props});
    assert_eq!(world.ann.post("/posts", post).await.ok()["props"], json!({}));
}

trait OkText {
    fn ok_text(&self);
}

impl OkText for Answer {
    #[track_caller]
    fn ok_text(&self) {
        assert_eq!((self.status, self.text().as_str()), (200, "ok"), "{}", self.request);
    }
}
