//! Webhooks: other programs post here, and hear what was said.

use crate::support::Program;
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
async fn what_buttons_pass_on_stays_on_the_server() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    let action = json!({"id": "ok", "name": "OK", "integration": {"url": "http://ci.internal/ok", "context": {"token": "secret"}}});
    let mut ears = world.ann.listen().await;
    world.send(&hook, json!({"attachments": [{"text": "Approve?", "actions": [action]}]})).await;
    let heard = ears.next("posted").await;
    let read = world.bob.get(&format!("/channels/{}/posts", world.channel["id"].as_str().unwrap())).await.ok();
    for shown in [heard.to_string(), read.to_string()] {
        assert!(shown.contains("Approve?") && !shown.contains("secret") && !shown.contains("ci.internal"), "{shown}");
    }
    assert_eq!(world.newest(&world.channel).await["props"]["attachments"][0]["actions"], json!([{"id": "ok", "name": "OK"}]));
}

#[tokio::test]
async fn nothing_comes_into_an_archived_team() {
    let world = world().await;
    let hook = world.hook(json!({})).await;
    world.root.delete(&format!("/teams/{}", world.team["id"].as_str().unwrap())).await.ok();
    world.send(&hook, json!({"text": "anybody there?"})).await.refused(400, "web.incoming_webhook.invalid.app_error");
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
async fn the_webhook_of_a_channel_is_shown_to_who_may_read_the_channel() {
    let world = world().await;
    let hidden = world.bob.channel(&world.team, "bobs-own", "P").await;
    let team = world.team["id"].as_str().unwrap();
    let hook = world.root.post("/hooks/incoming", json!({"channel_id": hidden["id"], "user_id": world.bob.id})).await.ok();
    assert_eq!(world.ann.get(&format!("/hooks/incoming?team_id={team}")).await.ok(), json!([]));
    let one = world.ann.get(&format!("/hooks/incoming/{}", hook["id"].as_str().unwrap())).await;
    one.refused(403, "api.context.permissions.app_error");
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

impl World {
    async fn outgoing(&self, more: Value) -> Answer {
        let mut hook =
            json!({"team_id": self.team["id"], "channel_id": self.channel["id"], "display_name": "out", "trigger_words": ["zap"]});
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ann.post("/hooks/outgoing", hook).await
    }
}

async fn world_that_may_call(allowed: &'static str) -> World {
    world_of(TestServer::start_with(|settings| settings.integrations.allowed_addresses = allowed.to_owned()).await).await
}

#[tokio::test]
async fn what_was_said_is_told_and_the_answer_posted_once() {
    let world = world_that_may_call("127.0.0.1").await;
    let mut program =
        Program::that_answers(200, "application/json", r#"{"text": "zap back", "username": "zapper", "response_type": "comment"}"#).await;
    let hook = world.outgoing(json!({"callback_urls": [program.url]})).await.ok();
    let mut ears = world.ann.listen().await;
    let said = world.ann.say(&world.channel, "zap the build & more").await;
    let heard = program.next().await;
    let said_at_s = (said["create_at"].as_i64().unwrap() / 1000).to_string();
    for (name, value) in [
        ("timestamp", said_at_s.as_str()),
        ("text", "zap the build & more"),
        ("trigger_word", "zap"),
        ("user_name", "ann"),
        ("channel_name", "builds"),
        ("team_domain", "builders"),
    ] {
        assert_eq!(heard.form(name), value);
    }
    assert_eq!((json!(heard.form("token")), json!(heard.form("post_id"))), (hook["token"].clone(), said["id"].clone()));
    ears.next("posted").await;
    let event = ears.next("posted").await;
    let answer: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&answer["message"], &answer["root_id"], &answer["props"]["from_webhook"]),
        (&json!("zap back"), &said["id"], &json!("true"))
    );
    assert_eq!(answer["props"]["override_username"], "zapper");
    // The answer begins with the trigger word too: were it heard, the next call would not be this one.
    world.ann.say(&world.channel, "zapping is another word").await;
    world.ann.say(&world.channel, "zap again").await;
    assert_eq!(program.next().await.form("text"), "zap again");
}

#[tokio::test]
async fn json_is_sent_where_it_is_wanted_and_private_channels_tell_nothing() {
    let world = world_that_may_call("127.0.0.1").await;
    let mut program = Program::that_answers(200, "application/json", "{}").await;
    let hook = json!({"channel_id": "", "callback_urls": [program.url], "content_type": "application/json", "trigger_when": 1});
    world.outgoing(hook).await.ok();
    let hidden = world.ann.channel(&world.team, "hidden", "P").await;
    world.ann.say(&hidden, "zap in private").await;
    let said = world.ann.say(&world.channel, "zapping").await;
    let heard = program.next().await;
    let body: Value = serde_json::from_str(&heard.body).unwrap();
    assert_eq!((&body["text"], &body["trigger_word"]), (&json!("zapping"), &json!("zap")));
    assert_eq!(body["timestamp"], said["create_at"]);
    assert!(program.was_left_alone());
}

#[tokio::test]
async fn outgoing_webhooks_do_not_reach_private_addresses() {
    let world = world_that_may_call("").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    world.outgoing(json!({"callback_urls": [format!("http://{}", listener.local_addr().unwrap())]})).await.ok();
    let posted = posted_by(&world, "zap").await;
    // Called as the server does after a commit, but waited for.
    world.server.app().services.webhooks().trigger_outgoing_webhooks(&posted).await;
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// The event of a new post of ann's.
async fn posted_by(world: &World, message: &str) -> guildhall_model::event::Posted {
    let services = &world.server.app().services;
    let actor = services.sessions().authenticate(world.ann.token.as_deref().unwrap()).await.unwrap().actor;
    let channel = services.channels().get_channel(&actor, world.channel["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let post = services.posts().create_post(&actor, guildhall_services::posts::NewPost::new(channel.id, message)).await.unwrap();
    guildhall_model::event::Posted {
        post,
        channel,
        sender_name: String::new(),
        mentioned: Vec::new(),
        followers: Vec::new(),
        has_image: false,
        has_other_file: false,
        set_online: false,
    }
}

#[tokio::test]
async fn outgoing_webhooks_are_kept_by_those_who_may() {
    let world = world().await;
    let urls = json!({"callback_urls": ["https://ci.example/x"]});
    let hook = world.outgoing(urls.clone()).await;
    assert_eq!(hook.status, 201);
    let hook = hook.ok();
    world.outgoing(urls.clone()).await.refused(400, "api.webhook.create_outgoing.intersect.app_error");
    let hidden = world.ann.channel(&world.team, "hidden", "P").await;
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
        world.outgoing(wrong).await.refused(status, id);
    }
    let path = format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap());
    let team = world.team["id"].as_str().unwrap();
    world.bob.get(&path).await.refused(403, "api.context.permissions.app_error");
    world.bob.post(&format!("{path}/regen_token"), json!({})).await.refused(403, "api.context.permissions.app_error");
    world.bob.get(&format!("/hooks/outgoing?team_id={team}")).await.refused(403, "api.context.permissions.app_error");
    assert_eq!(world.ann.get(&format!("/hooks/outgoing?team_id={team}")).await.ok().as_array().unwrap().len(), 1);
    let again = world.ann.post(&format!("{path}/regen_token"), json!({})).await.ok();
    assert_ne!(again["token"], hook["token"]);
    let mut changed = hook.clone();
    changed["trigger_words"] = json!(["zip"]);
    let changed = world.ann.put(&path, changed).await.ok();
    assert_eq!((&changed["trigger_words"], &changed["token"]), (&json!(["zip"]), &again["token"]));
    world.ann.delete(&path).await.ok();
    world.ann.get(&path).await.refused(404, "app.webhooks.get_outgoing.app_error");
}
