//! Drafts, and scheduled posts: who has them, what they become, and that each is sent once.

use guildhall_model::Clock;
use guildhall_services::files::SweepLimits;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct World {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    bob: TestUser,
    team: Value,
    plans: Value,
}

impl World {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let (root, ada, bob) = (server.create_user("root").await, server.create_user("ada").await, server.create_user("bob").await);
        let team = bob.create_team("studio").await;
        bob.add_to_team(&team, &ada).await;
        let plans = bob.create_channel(&team, "plans", "P").await;
        bob.add_to_channel(&plans, &ada).await;
        Self { server, root, ada, bob, team, plans }
    }

    async fn drafts(&self, of: &TestUser) -> Vec<Value> {
        of.get(&format!("/users/me/teams/{}/drafts", id(&self.team))).await.ok().as_array().unwrap().clone()
    }

    /// In the team, and in direct channels.
    async fn scheduled(&self, of: &TestUser) -> (Vec<Value>, Vec<Value>) {
        let path = format!("/posts/scheduled/team/{}?includeDirectChannels=true", id(&self.team));
        let listed = of.get(&path).await.ok();
        let list = |key: &str| listed[key].as_array().cloned().unwrap_or_default();
        (list(id(&self.team)), list("directChannels"))
    }

    fn now(&self) -> i64 {
        self.server.clock.now().0
    }

    async fn schedule(&self, who: &TestUser, channel: &Value, message: &str, in_ms: i64) -> Value {
        let post = json!({"channel_id": channel["id"], "message": message, "scheduled_at": self.now() + in_ms});
        let answer = who.post("/posts/schedule", post).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    async fn upload(&self, who: &TestUser, name: &str) -> String {
        let parts: [(&str, Option<&str>, &[u8]); 2] =
            [("channel_id", None, id(&self.plans).as_bytes()), ("files", Some(name), name.as_bytes())];
        id(&who.upload("/files", &parts).await.ok()["file_infos"][0]).to_owned()
    }

    /// Lets time pass and runs what is due.
    async fn pass(&self, ms: i64) {
        self.server.clock.advance_ms(ms);
        self.server.app().services.run_due_jobs().await.unwrap();
    }

    /// The texts in the channel that people have written.
    async fn messages(&self, channel: &Value) -> Vec<String> {
        let posts = self.bob.get(&format!("/channels/{}/posts", id(channel))).await.ok();
        let posts = posts["posts"].as_object().unwrap().values().filter(|post| post["type"] == "");
        let mut messages: Vec<String> = posts.map(|post| post["message"].as_str().unwrap().to_owned()).collect();
        messages.sort_unstable();
        messages
    }
}

#[tokio::test]
async fn a_draft_is_the_same_on_all_devices_of_its_author() {
    let world = World::new().await;
    let (ada, plans) = (&world.ada, &world.plans);
    let (mut events, mut others) = (ada.subscribe().await, world.bob.subscribe().await);
    let draft = json!({"channel_id": plans["id"], "message": "unfin", "props": {"a": 1}, "priority": {"priority": "urgent"}});
    let answer = ada.post("/drafts", draft).await;
    assert_eq!(answer.status, 201);
    let draft = answer.json();
    assert_eq!((&draft["user_id"], &draft["root_id"], &draft["delete_at"]), (&json!(ada.id), &json!(""), &json!(0)));
    assert_eq!((&draft["props"]["a"], &draft["priority"]["priority"]), (&json!(1), &json!("urgent")));
    assert_eq!(draft["metadata"]["priority"]["priority"], "urgent");
    let event = events.wait_for("draft_created").await;
    let told: Value = serde_json::from_str(event["data"]["draft"].as_str().unwrap()).unwrap();
    assert_eq!((&told, &event["broadcast"]["user_id"]), (&draft, &json!(ada.id)));

    let file = world.upload(ada, "notes.txt").await;
    let changed = ada.post("/drafts", json!({"channel_id": plans["id"], "message": "unfinished", "file_ids": [file]})).await.ok();
    assert_eq!((&changed["create_at"], &changed["metadata"]["files"][0]["name"]), (&draft["create_at"], &json!("notes.txt")));
    events.wait_for("draft_updated").await;
    let root = ada.create_post(plans, "root").await;
    let reply = json!({"channel_id": plans["id"], "root_id": root["id"], "message": "reply"});
    let reply = ada.post("/drafts", reply).await.ok();
    let direct = ada.post("/channels/direct", json!([ada.id, world.bob.id])).await.ok();
    let to_bob = ada.post("/drafts", json!({"channel_id": direct["id"], "message": "to Bob"})).await.ok();
    assert_eq!(world.drafts(ada).await, [to_bob, reply, changed.clone()]);
    assert!(world.drafts(&world.bob).await.is_empty());

    // The message was sent: its file is not the draft's any more.
    ada.post("/posts", json!({"channel_id": plans["id"], "message": "finished", "file_ids": [changed["file_ids"][0]]})).await.ok();
    let late = ada.post("/drafts", json!({"channel_id": plans["id"], "message": "late", "file_ids": [changed["file_ids"][0]]})).await.ok();
    assert_eq!((&late["file_ids"], &late["metadata"]["files"]), (&json!([]), &Value::Null));
    for _ in 0..2 {
        ada.delete(&format!("/users/me/channels/{}/drafts", id(plans))).await.ok();
    }
    events.wait_for("draft_deleted").await;
    ada.delete(&format!("/users/{}/channels/{}/drafts/{}", ada.id, id(plans), id(&root))).await.ok();
    // An empty one is none.
    let empty = ada.post("/drafts", json!({"channel_id": direct["id"], "message": ""})).await;
    assert_eq!((empty.status, empty.json()), (201, Value::Null));
    assert!(world.drafts(ada).await.is_empty());
    assert!(!others.event_names().iter().any(|name| name.contains("draft")));
}

#[tokio::test]
async fn drafts_are_bounded_and_only_where_one_can_write() {
    let world = World::new().await;
    let (ada, bob) = (&world.ada, &world.bob);
    let hidden = bob.create_channel(&world.team, "hidden", "P").await;
    let draft = |channel: &Value, message: &str| json!({"channel_id": channel["id"], "message": message});
    assert_eq!(ada.post("/drafts", draft(&hidden, "x")).await.status, 403);
    assert_eq!(ada.post("/drafts", draft(&world.plans, &"x".repeat(16_384))).await.status, 400);
    let mut large = draft(&world.plans, "x");
    large["props"] = json!({"a": "x".repeat(9_000)});
    ada.post("/drafts", large).await.assert_error(400, "model.draft.is_valid.props.app_error");
    let mut large = draft(&world.plans, "x");
    large["priority"] = json!({"a": "x".repeat(600)});
    ada.post("/drafts", large).await.assert_error(400, "model.draft.is_valid.priority.app_error");
    let of_ada = format!("/users/{}/channels/{}/drafts", ada.id, id(&world.plans));
    assert_eq!(world.root.delete(&of_ada).await.status, 403);
    assert_eq!(world.root.get(&format!("/users/{}/teams/{}/drafts", ada.id, id(&world.team))).await.status, 403);

    // Where Ada has left, or a thread was deleted, her drafts are not shown; after she is back they are.
    let root = bob.create_post(&world.plans, "root").await;
    ada.post("/drafts", json!({"channel_id": world.plans["id"], "root_id": root["id"], "message": "reply"})).await.ok();
    ada.post("/drafts", draft(&world.plans, "mine")).await.ok();
    assert_eq!(world.drafts(ada).await.len(), 2);
    bob.delete(&format!("/posts/{}", id(&root))).await.ok();
    assert_eq!(world.drafts(ada).await.len(), 1);
    bob.delete(&format!("/channels/{}/members/{}", id(&world.plans), ada.id)).await.ok();
    assert!(world.drafts(ada).await.is_empty());
    bob.add_to_channel(&world.plans, ada).await;
    assert_eq!(world.drafts(ada).await[0]["message"], "mine");

    // 199 others, of which those of channels that are gone make room.
    world
        .server
        .execute(
            "INSERT INTO drafts (user_id, channel_id, root_id, create_at, update_at, message, kind, props, file_ids, priority) \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199) \
        SELECT d.user_id, randomblob(16), d.root_id, 1, 1, 'x', '', '{}', '', '' FROM drafts d, n WHERE d.message = 'mine'",
        )
        .await;
    let square = ada.get(&format!("/teams/{}/channels/name/town-square", id(&world.team))).await.ok();
    ada.post("/drafts", draft(&square, "there is room")).await.ok();
    assert_eq!(world.server.count("SELECT COUNT(*) FROM drafts").await, 2);
    world
        .server
        .execute(
            "INSERT INTO drafts (user_id, channel_id, root_id, create_at, update_at, message, kind, props, file_ids, priority) \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 198) \
        SELECT d.user_id, randomblob(16), d.root_id, 9e15, 9e15, 'x', '', '{}', '', '' FROM drafts d, n WHERE d.message = 'mine'",
        )
        .await;
    let off_topic = ada.get(&format!("/teams/{}/channels/name/off-topic", id(&world.team))).await.ok();
    ada.post("/drafts", draft(&off_topic, "too many")).await.assert_error(400, "api.drafts.too_many.app_error");
    ada.post("/drafts", draft(&square, "changed")).await.ok();
}

#[tokio::test]
async fn files_wait_with_what_has_them() {
    let world = World::new().await;
    let (ada, plans) = (&world.ada, &world.plans);
    let (of_draft, of_post, loose) = (world.upload(ada, "a").await, world.upload(ada, "b").await, world.upload(ada, "c").await);
    ada.post("/drafts", json!({"channel_id": plans["id"], "message": "", "file_ids": [of_draft]})).await.ok();
    let later = json!({"channel_id": plans["id"], "message": "", "file_ids": [of_post], "scheduled_at": world.now() + 40 * DAY_MS});
    let later = ada.post("/posts/schedule", later).await.ok();
    assert_eq!(later["metadata"]["files"][0]["id"], json!(of_post));
    let stolen = json!({"channel_id": plans["id"], "message": "", "file_ids": [of_post], "scheduled_at": world.now() + DAY_MS});
    world.bob.post("/posts/schedule", stolen).await.assert_error(400, "api.post.create_post.attach_files.error");
    let sweep = async || world.server.app().services.files().sweep_files(SweepLimits::default()).await.unwrap().files;
    world.server.clock.advance_ms(8 * DAY_MS);
    assert_eq!(sweep().await, 1);
    assert_eq!(ada.get(&format!("/files/{loose}/info")).await.status, 403, "an id that names nothing");
    world.server.clock.advance_ms(23 * DAY_MS);
    assert_eq!(sweep().await, 1);
    // Sessions have ended by now.
    assert_eq!(world.server.count("SELECT COUNT(*) FROM files WHERE name = 'b' AND post_id IS NULL").await, 1);
    world.pass(9 * DAY_MS + HOUR_MS).await;
    assert_eq!(world.server.count("SELECT COUNT(*) FROM files WHERE name = 'b' AND post_id IS NOT NULL").await, 1);
    assert_eq!(world.server.count("SELECT COUNT(*) FROM files").await, 1);
    assert_eq!(world.server.count("SELECT COUNT(*) FROM scheduled_posts").await, 0);
}

#[tokio::test]
async fn a_scheduled_post_is_sent_when_it_is_time() {
    let world = World::new().await;
    let (ada, bob, plans) = (&world.ada, &world.bob, &world.plans);
    let (mut events, mut others) = (ada.subscribe().await, bob.subscribe().await);
    let post = world.schedule(ada, plans, "at noon, @bob", HOUR_MS).await;
    assert_eq!((&post["user_id"], &post["processed_at"], &post["error_code"]), (&json!(ada.id), &json!(0), &json!("")));
    let event = events.wait_for("scheduled_post_created").await;
    let told: Value = serde_json::from_str(event["data"]["scheduledPost"].as_str().unwrap()).unwrap();
    assert_eq!(told, post);
    let direct = ada.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    let to_bob = world.schedule(ada, &direct, "between us", 2 * HOUR_MS).await;
    assert_eq!(world.scheduled(ada).await, (vec![post.clone()], vec![to_bob.clone()]));
    assert_eq!(world.scheduled(bob).await, (Vec::new(), Vec::new()));
    let team_only = ada.get(&format!("/posts/scheduled/team/{}", id(&world.team))).await.ok();
    assert_eq!(team_only, json!({id(&world.team): [post]}));

    // It is changed by its author only, and keeps its channel.
    let path = format!("/posts/schedule/{}", id(&post));
    let change = json!({"id": post["id"], "channel_id": direct["id"], "message": "at one, @bob", "scheduled_at": world.now() + HOUR_MS});
    bob.put(&path, change.clone()).await.assert_error(404, "app.update_scheduled_post.existing_scheduled_post.not_exist");
    assert_eq!(bob.delete(&path).await.status, 404);
    let changed = ada.put(&path, change).await.ok();
    assert_eq!((&changed["channel_id"], &changed["message"]), (&plans["id"], &json!("at one, @bob")));
    events.wait_for("scheduled_post_updated").await;

    // What was written before Ada's message is still unread to her.
    bob.create_post(plans, "Ada has not seen this").await;
    world.pass(HOUR_MS - 60_000).await;
    assert_eq!(world.messages(plans).await, ["Ada has not seen this"]);
    world.pass(70_000).await;
    events.wait_for("scheduled_post_deleted").await;
    assert_eq!(world.messages(plans).await, ["Ada has not seen this", "at one, @bob"]);
    let posted = others.wait_for("posted").await;
    assert!(posted.to_string().contains("Ada has not seen this"));
    let posted = others.wait_for("posted").await;
    assert!(posted["data"]["mentions"].as_str().unwrap().contains(&bob.id.to_string()));
    assert!(!others.event_names().iter().any(|name| name.contains("scheduled")));
    let unread = ada.get(&format!("/users/me/channels/{}/unread", id(plans))).await.ok();
    assert!(unread["msg_count"].as_i64().unwrap() >= 1, "{unread}");

    assert_eq!(ada.delete(&format!("/posts/schedule/{}", id(&to_bob))).await.ok()["id"], to_bob["id"]);
    world.pass(3 * HOUR_MS).await;
    assert!(world.messages(&direct).await.is_empty());
    assert_eq!(world.server.count("SELECT COUNT(*) FROM scheduled_posts").await, 0);
}

#[tokio::test]
async fn what_cannot_be_sent_says_why_and_can_be_sent_later() {
    let world = World::new().await;
    let (ada, bob) = (&world.ada, &world.bob);
    let new = async |name: &str| {
        let channel = bob.create_channel(&world.team, name, "P").await;
        bob.add_to_channel(&channel, ada).await;
        channel
    };
    let (archived, left, silent, thread) = (new("archived").await, new("left").await, new("silent").await, new("thread").await);
    for channel in [&archived, &left, &silent] {
        world.schedule(ada, channel, channel["name"].as_str().unwrap(), HOUR_MS).await;
    }
    let root = bob.create_post(&thread, "root").await;
    let reply = json!({"channel_id": thread["id"], "root_id": root["id"], "message": "thread", "scheduled_at": world.now() + HOUR_MS});
    ada.post("/posts/schedule", reply).await.ok();
    let props = json!({"override_username": "Boss", "from_webhook": "true"});
    let forged = json!({"channel_id": thread["id"], "message": "forged", "props": props, "scheduled_at": world.now() + HOUR_MS});
    assert_eq!(ada.post("/posts/schedule", forged).await.ok()["props"], json!({}));
    let file = world.upload(ada, "notes.txt").await;
    let with_file = json!({"channel_id": world.plans["id"], "message": "file", "file_ids": [file], "scheduled_at": world.now() + HOUR_MS});
    ada.post("/posts/schedule", with_file).await.ok();

    bob.delete(&format!("/channels/{}", id(&archived))).await.ok();
    ada.delete(&format!("/channels/{}/members/{}", id(&left), ada.id)).await.ok();
    let muted = json!([{"name": "create_post", "roles": {"members": false}}]);
    world.root.put(&format!("/channels/{}/moderations/patch", id(&silent)), muted).await.ok();
    bob.delete(&format!("/posts/{}", id(&root))).await.ok();
    ada.post("/posts", json!({"channel_id": world.plans["id"], "message": "by hand", "file_ids": [file]})).await.ok();
    let mut events = ada.subscribe().await;
    world.pass(HOUR_MS + 1_000).await;
    let event = events.wait_for("scheduled_post_updated").await;
    assert_eq!(event["broadcast"]["user_id"], json!(ada.id));
    let (failed, _) = world.scheduled(ada).await;
    let mut reasons: Vec<_> = failed.iter().map(|post| (post["message"].as_str().unwrap(), post["error_code"].as_str().unwrap())).collect();
    reasons.sort_unstable();
    let expected = [
        ("archived", "channel_archived"),
        ("file", "invalid_post"),
        ("left", "no_channel_member"),
        ("silent", "no_channel_permission"),
        ("thread", "thread_deleted"),
    ];
    assert_eq!(reasons, expected);
    assert!(failed.iter().all(|post| post["processed_at"].as_i64().unwrap() > 0));
    assert_eq!(world.messages(&thread).await, ["forged"]);
    world.pass(HOUR_MS).await;
    assert!(world.messages(&left).await.is_empty());

    // It is sent by another time.
    bob.add_to_channel(&left, ada).await;
    let post = failed.iter().find(|post| post["message"] == "left").unwrap();
    let again = json!({"channel_id": left["id"], "message": "left and back", "scheduled_at": world.now() + HOUR_MS});
    let again = ada.put(&format!("/posts/schedule/{}", id(post)), again).await.ok();
    assert_eq!((&again["processed_at"], &again["error_code"]), (&json!(0), &json!("")));
    world.pass(HOUR_MS + 1_000).await;
    assert_eq!(world.messages(&left).await, ["left and back"]);
}

#[tokio::test]
async fn nothing_is_sent_for_the_deactivated_or_long_after_its_time() {
    let world = World::new().await;
    world.schedule(&world.ada, &world.plans, "deactivated", HOUR_MS).await;
    world.schedule(&world.bob, &world.plans, "too late", HOUR_MS).await;
    world.root.put(&format!("/users/{}/active", world.ada.id), json!({"active": false})).await.ok();
    world.root.put("/config/patch", json!({"ServiceSettings": {"ScheduledPosts": false}})).await.ok();
    world.pass(2 * HOUR_MS).await;
    assert_eq!(world.server.count("SELECT COUNT(*) FROM scheduled_posts WHERE processed_at = 0").await, 2);
    world.root.put("/config/patch", json!({"ServiceSettings": {"ScheduledPosts": true}})).await.ok();
    world.server.execute("UPDATE scheduled_posts SET scheduled_at = scheduled_at - 90000000 WHERE message = 'too late'").await;
    world.pass(11_000).await;
    assert_eq!(world.scheduled(&world.bob).await.0[0]["error_code"], "unable_to_send");
    assert_eq!(world.server.count("SELECT COUNT(*) FROM scheduled_posts WHERE error_code = 'user_deleted'").await, 1);
    assert!(world.messages(&world.plans).await.is_empty());
}

#[tokio::test]
async fn what_is_scheduled_is_checked_at_once() {
    let world = World::new().await;
    let (ada, plans) = (&world.ada, &world.plans);
    let post = |message: &str, at: i64| json!({"channel_id": plans["id"], "message": message, "scheduled_at": at});
    let now = world.now();
    for at in [0, now - 2 * HOUR_MS, now + 6 * 366 * DAY_MS] {
        ada.post("/posts/schedule", post("x", at)).await.assert_error(400, "model.scheduled_post.is_valid.scheduled_at.app_error");
    }
    ada.post("/posts/schedule", post(" ", now + HOUR_MS)).await.assert_error(400, "model.scheduled_post.is_valid.empty_post.app_error");
    assert_eq!(ada.post("/posts/schedule", json!({"channel_id": plans["id"], "message": "x"})).await.status, 400);
    assert_eq!(ada.post("/posts/schedule", post(&"x".repeat(16_384), now + HOUR_MS)).await.status, 400);
    let stranger = world.server.create_user("eve").await;
    assert_eq!(stranger.post("/posts/schedule", post("x", now + HOUR_MS)).await.status, 403);
    assert_eq!(stranger.get(&format!("/posts/scheduled/team/{}", id(&world.team))).await.status, 403);
    for number in 0..200 {
        world.schedule(ada, plans, &number.to_string(), HOUR_MS).await;
    }
    ada.post("/posts/schedule", post("one more", now + HOUR_MS)).await.assert_error(400, "api.scheduled_posts.too_many.app_error");
}

/// Two workers at once, and a crash after the batch: each message is sent once.
async fn each_is_sent_once(dialect: Dialect) {
    let server = match dialect {
        Dialect::Sqlite => Some(TestServer::start_on_disk(|_| {}).await),
        Dialect::Postgres | Dialect::Mysql => TestServer::start_on_dialect(dialect).await,
    };
    let Some(server) = server else { return };
    let mut world = World::on(server).await;
    let numbers: Vec<String> = (10..30).map(|number| number.to_string()).collect();
    for number in &numbers {
        world.schedule(&world.ada, &world.plans, number, HOUR_MS).await;
    }
    world.server.clock.advance_ms(HOUR_MS + 11_000);
    {
        let services = &world.server.app().services;
        let both = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
        both.0.and(both.1).unwrap();
    }
    assert_eq!(world.messages(&world.plans).await, numbers);
    // The job begins again, on a server that was started again.
    world.schedule(&world.ada, &world.plans, "31", HOUR_MS).await;
    let (server, ada, bob) = (world.server, world.ada, world.bob);
    let server = server.restart().await;
    world = World { root: server.reconnect(&world.root), ada: server.reconnect(&ada), bob: server.reconnect(&bob), server, ..world };
    world.pass(HOUR_MS + 11_000).await;
    world.pass(11_000).await;
    let expected: Vec<String> = numbers.into_iter().chain(["31".to_owned()]).collect();
    assert_eq!(world.messages(&world.plans).await, expected);
    assert_eq!(world.server.count("SELECT COUNT(*) FROM scheduled_posts").await, 0);
}

#[tokio::test]
async fn each_is_sent_once_on_sqlite() {
    each_is_sent_once(Dialect::Sqlite).await;
}

#[tokio::test]
async fn each_is_sent_once_on_postgres() {
    each_is_sent_once(Dialect::Postgres).await;
}

#[tokio::test]
async fn each_is_sent_once_on_mysql() {
    each_is_sent_once(Dialect::Mysql).await;
}
