//! The priority of messages, acknowledgements, and notifications that are repeated.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const FORBIDDEN: &str = "api.context.permissions.app_error";

struct Fixture {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    dev: Value,
}

/// Ann and Bob are in the channel, Eve is in the team only.
async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
    let team = ann.create_team("crew").await;
    ann.add_to_team(&team, &bob).await;
    ann.add_to_team(&team, &eve).await;
    let dev = ann.create_channel(&team, "dev", "P").await;
    ann.add_to_channel(&dev, &bob).await;
    Fixture { server, root, ann, bob, eve, dev }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

impl Fixture {
    fn draft(&self, message: &str, priority: Value) -> Value {
        json!({"channel_id": self.dev["id"], "message": message, "metadata": {"priority": priority}})
    }

    async fn urgent(&self, message: &str) -> Value {
        let persistent = json!({"priority": "urgent", "requested_ack": false, "persistent_notifications": true});
        self.ann.post("/posts", self.draft(message, persistent)).await.ok()
    }

    /// Runs what is due after so many minutes.
    async fn after_minutes(&self, minutes: i64) {
        self.server.clock.advance_ms(minutes * MINUTE_MS);
        self.server.app().services.run_due_jobs().await.unwrap();
    }

    async fn urgent_mentions(&self, person: &TestUser) -> Value {
        person.get(&format!("/channels/{}/members/me", id(&self.dev))).await.ok()["urgent_mention_count"].clone()
    }
}

#[tokio::test]
async fn a_priority_is_shown_wherever_the_post_is() {
    let fixture = fixture().await;
    let mut events = fixture.bob.subscribe().await;
    let priority = json!({"priority": "important", "requested_ack": true, "persistent_notifications": false});
    let posted = fixture.ann.post("/posts", fixture.draft("please read", priority.clone())).await.ok();
    assert_eq!(posted["metadata"]["priority"], priority);
    let event = events.wait_for("posted").await;
    let in_event: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(in_event["metadata"]["priority"], priority);
    let list = fixture.bob.get(&format!("/channels/{}/posts", id(&fixture.dev))).await.ok();
    assert_eq!(list["posts"][id(&posted)]["metadata"]["priority"], priority);
    let edited = fixture.ann.put(&format!("/posts/{}/patch", id(&posted)), json!({"message": "please"})).await.ok();
    assert_eq!(edited["metadata"]["priority"], priority);

    // Without a level, and as every other message.
    let asked = fixture.ann.post("/posts", fixture.draft("ack", json!({"priority": "", "requested_ack": true}))).await.ok();
    assert_eq!((&asked["metadata"]["priority"]["priority"], &asked["metadata"]["priority"]["requested_ack"]), (&json!(""), &json!(true)));
    for nothing in [json!(null), json!({}), json!({"priority": null, "requested_ack": null}), json!({"priority": "standard"})] {
        let plain = fixture.ann.post("/posts", fixture.draft("plain", nothing.clone())).await.ok();
        assert_eq!(plain["metadata"], json!({}), "{nothing}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_priority_is_rejected() {
    let fixture = fixture().await;
    let root_post = fixture.ann.create_post(&fixture.dev, "root").await;
    let mut reply = fixture.draft("reply", json!({"priority": "urgent"}));
    reply["root_id"] = root_post["id"].clone();
    let rejected = "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error";
    fixture.ann.post("/posts", reply).await.assert_error(400, rejected);
    let unknown = fixture.draft("x", json!({"priority": "panic"}));
    fixture.ann.post("/posts", unknown).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let persistent = |level: &str| json!({"priority": level, "persistent_notifications": true});
    for (message, level, error) in [
        ("@bob look", "important", "urgent_persistent_notification_post"),
        ("look", "urgent", "min_recipients_persistent_notification_post"),
        ("@bob and @zoe look", "urgent", "max_recipients_persistent_notification_post"),
    ] {
        if message.contains("@zoe") {
            let zoe = fixture.server.create_user("zoe").await;
            fixture.ann.add_to_team(&json!({"id": fixture.dev["team_id"]}), &zoe).await;
            fixture.ann.add_to_channel(&fixture.dev, &zoe).await;
            let one = json!({"ServiceSettings": {"PersistentNotificationMaxRecipients": 1}});
            fixture.root.put("/config/patch", one).await.ok();
        }
        let error = format!("api.post.post_priority.{error}.request_error");
        fixture.ann.post("/posts", fixture.draft(message, persistent(level))).await.assert_error(400, &error);
    }
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"PostPriority": false}})).await.ok();
    let disabled = "api.post.post_priority.priority_post_not_allowed_for_user.request_error";
    fixture.ann.post("/posts", fixture.draft("x", json!({"priority": "urgent"}))).await.assert_error(403, disabled);
    fixture.ann.post("/posts", fixture.draft("x", json!({"priority": ""}))).await.ok();
}

#[tokio::test]
async fn guests_notify_nobody_repeatedly_unless_they_may() {
    let Fixture { root, ann, mut bob, dev, server: _server, .. } = fixture().await;
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_guest"})).await.ok();
    bob.log_in().await;
    let priority = json!({"priority": "urgent", "persistent_notifications": true});
    let draft = json!({"channel_id": dev["id"], "message": format!("@{}", ann.username), "metadata": {"priority": priority}});
    let rejected = "api.post.post_priority.persistent_notification_post_not_allowed_for_user.request_error";
    bob.post("/posts", draft.clone()).await.assert_error(403, rejected);
    root.put("/config/patch", json!({"ServiceSettings": {"AllowPersistentNotificationsForGuests": true}})).await.ok();
    bob.post("/posts", draft).await.ok();
}

#[tokio::test]
async fn a_post_is_acknowledged_once_by_its_readers_alone() {
    let fixture = fixture().await;
    let Fixture { ann, bob, eve, dev, .. } = &fixture;
    let post = ann.post("/posts", fixture.draft("read this", json!({"priority": "important", "requested_ack": true}))).await.ok();
    let path = format!("/users/me/posts/{}/ack", id(&post));
    let mut events = ann.subscribe().await;
    let first = bob.post(&path, json!({})).await.ok();
    assert_eq!((&first["user_id"], &first["post_id"]), (&json!(bob.id), &post["id"]));
    assert_eq!(bob.post(&path, json!({})).await.ok(), first, "a second time nothing changes");
    let event = events.wait_for("post_acknowledgement_added").await;
    let in_event: Value = serde_json::from_str(event["data"]["acknowledgement"].as_str().unwrap()).unwrap();
    assert_eq!(in_event, first);
    let shown = ann.get(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(shown["metadata"]["acknowledgements"], json!([first]));
    assert!(shown["update_at"].as_i64() > post["update_at"].as_i64(), "clients load it again");

    eve.post(&path, json!({})).await.assert_error(403, FORBIDDEN);
    let of_bob = format!("/users/{}/posts/{}/ack", bob.id, id(&post));
    ann.post(&of_bob, json!({})).await.assert_error(403, FORBIDDEN);
    ann.delete(&of_bob).await.assert_error(403, FORBIDDEN);
    ann.delete(&path).await.assert_error(404, "app.acknowledgement.get.app_error");

    bob.delete(&path).await.ok();
    events.wait_for("post_acknowledgement_removed").await;
    let shown = ann.get(&format!("/posts/{}", id(&post))).await.ok();
    assert!(shown["metadata"].get("acknowledgements").is_none(), "{shown}");
    bob.post(&path, json!({})).await.ok();
    fixture.server.clock.advance_ms(6 * MINUTE_MS);
    bob.delete(&path).await.assert_error(403, "api.acknowledgement.delete.deadline.app_error");

    ann.delete(&format!("/posts/{}", id(&post))).await.ok();
    bob.post(&path, json!({})).await.assert_error(404, "app.post.get.app_error");
    let other = ann.create_post(dev, "other").await;
    ann.delete(&format!("/channels/{}", id(dev))).await.ok();
    let archived = "api.acknowledgement.save.archived_channel.app_error";
    bob.post(&format!("/users/me/posts/{}/ack", id(&other)), json!({})).await.assert_error(403, archived);
}

#[tokio::test]
async fn fifty_acknowledgements_at_once_are_one() {
    let fixture = fixture().await;
    let post = fixture.ann.create_post(&fixture.dev, "read").await;
    let mut events = fixture.ann.subscribe().await;
    let path = format!("/users/me/posts/{}/ack", id(&post));
    let answers = futures::future::join_all((0..50).map(|_| fixture.bob.post(&path, json!({})))).await;
    let first = answers[0].json();
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.json() == first));
    assert_eq!(events.event_names().iter().filter(|name| *name == "post_acknowledgement_added").count(), 1);
    let shown = fixture.ann.get(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(shown["metadata"]["acknowledgements"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn urgent_mentions_are_counted_until_the_channel_is_read() {
    let fixture = fixture().await;
    let Fixture { ann, bob, .. } = &fixture;
    let urgent = json!({"priority": "urgent"});
    let first = ann.post("/posts", fixture.draft("@bob one", urgent.clone())).await.ok();
    let second = ann.post("/posts", fixture.draft("@bob two", urgent)).await.ok();
    ann.create_post(&fixture.dev, "@bob later").await;
    assert_eq!(fixture.urgent_mentions(bob).await, 2);
    ann.delete(&format!("/posts/{}", id(&first))).await.ok();
    assert_eq!(fixture.urgent_mentions(bob).await, 1);
    ann.put(&format!("/posts/{}/patch", id(&second)), json!({"message": "nobody"})).await.ok();
    assert_eq!(fixture.urgent_mentions(bob).await, 0);
    ann.put(&format!("/posts/{}/patch", id(&second)), json!({"message": "@bob again"})).await.ok();
    assert_eq!(fixture.urgent_mentions(bob).await, 1);
    bob.post("/channels/members/me/view", json!({"channel_id": fixture.dev["id"]})).await.ok();
    assert_eq!(fixture.urgent_mentions(bob).await, 0);
    let unread = bob.post(&format!("/users/me/posts/{}/set_unread", id(&second)), json!({})).await.ok();
    assert_eq!((&unread["urgent_mention_count"], &unread["mention_count"]), (&json!(1), &json!(2)));
    assert_eq!(fixture.urgent_mentions(bob).await, 1);
}

#[tokio::test]
async fn people_are_notified_again_until_one_of_them_responds() {
    for response in ["reply", "reaction", "acknowledgement"] {
        let fixture = fixture().await;
        let Fixture { ann, bob, .. } = &fixture;
        let post = fixture.urgent("@bob the stage is on fire").await;
        let (mut of_bob, mut of_ann) = (bob.subscribe().await, ann.subscribe().await);
        fixture.after_minutes(4).await;
        assert!(!of_bob.event_names().contains(&"persistent_notification_triggered".to_owned()), "too early");
        fixture.after_minutes(1).await;
        let event = of_bob.wait_for("persistent_notification_triggered").await;
        let again: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
        assert_eq!((&again["id"], &event["data"]["sender_name"]), (&post["id"], &json!("@ann")));
        assert_eq!(event["data"]["mentions"], json!(format!("[\"{}\"]", bob.id)));
        // What others answer ends nothing.
        let reply = json!({"channel_id": fixture.dev["id"], "root_id": post["id"], "message": "anybody?"});
        ann.post("/posts", reply.clone()).await.ok();
        fixture.after_minutes(5).await;
        of_bob.wait_for("persistent_notification_triggered").await;
        match response {
            "reply" => bob.post("/posts", reply).await.ok(),
            "reaction" => bob.post("/reactions", json!({"user_id": bob.id, "post_id": post["id"], "emoji_name": "+1"})).await.ok(),
            _ => bob.post(&format!("/users/me/posts/{}/ack", id(&post)), json!({})).await.ok(),
        };
        fixture.after_minutes(5).await;
        assert!(!of_bob.event_names().contains(&"persistent_notification_triggered".to_owned()), "after a {response}");
        assert!(!of_ann.event_names().contains(&"persistent_notification_triggered".to_owned()), "the author is told nothing");
    }
}

#[tokio::test]
async fn notifications_are_repeated_so_often_and_only_while_there_is_something_to_see() {
    let fixture = fixture().await;
    let Fixture { root, ann, bob, .. } = &fixture;
    let limits = json!({"ServiceSettings": {"PersistentNotificationMaxCount": 2, "PersistentNotificationIntervalMinutes": 3}});
    root.put("/config/patch", limits).await.ok();
    fixture.urgent("@bob one").await;
    let mut events = bob.subscribe().await;
    let mut count = async |fixture: &Fixture| {
        fixture.after_minutes(3).await;
        events.event_names().iter().filter(|name| *name == "persistent_notification_triggered").count()
    };
    assert_eq!([count(&fixture).await, count(&fixture).await, count(&fixture).await], [1, 1, 0]);

    let deleted = fixture.urgent("@bob two").await;
    ann.delete(&format!("/posts/{}", id(&deleted))).await.ok();
    assert_eq!(count(&fixture).await, 0, "the post was deleted");

    fixture.urgent("@bob three").await;
    ann.delete(&format!("/channels/{}/members/{}", id(&fixture.dev), bob.id)).await.ok();
    assert_eq!(count(&fixture).await, 0, "Bob is not in the channel any more");
    ann.add_to_channel(&fixture.dev, bob).await;

    fixture.urgent("@bob four").await;
    root.put("/config/patch", json!({"ServiceSettings": {"AllowPersistentNotifications": false}})).await.ok();
    assert_eq!(count(&fixture).await, 0, "it was switched off");
    root.put("/config/patch", json!({"ServiceSettings": {"AllowPersistentNotifications": true}})).await.ok();
    assert_eq!(count(&fixture).await, 0, "and ended with that");
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM persistent_notifications").await, 0);
}

#[tokio::test]
async fn incoming_webhooks_choose_a_priority() {
    let fixture = fixture().await;
    let hook = fixture.ann.post("/hooks/incoming", json!({"channel_id": fixture.dev["id"]})).await.ok();
    let path = format!("//hooks/{}", id(&hook));
    let mut events = fixture.bob.subscribe().await;
    for (level, shown) in [("urgent", json!("urgent")), ("panic", Value::Null)] {
        let payload = json!({"text": "disk full", "priority": {"priority": level}});
        assert_eq!(fixture.server.anonymous().post(&path, payload).await.status, 200);
        let event = events.wait_for("posted").await;
        let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
        assert_eq!(post["metadata"]["priority"]["priority"], shown, "{post}");
    }
}
