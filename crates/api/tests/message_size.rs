//! Messages of the largest size that the setting allows, on each database, and what follows when it is lowered.

use axum::body::Body;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

const CHARS_MAX: usize = 262_144;
const TOO_LONG: &str = "model.post.is_valid.msg.app_error";

/// Ann, Bob and the administrator are members of a channel on a server with the largest setting.
const SEARCHES_MAX: usize = 200;

struct World {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
}

async fn world(dialect: Dialect) -> Option<World> {
    let server = TestServer::start_on_dialect(dialect).await?;
    let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
    let team = ann.create_team("crew").await;
    ann.add_to_team(&team, &bob).await;
    let channel = ann.create_channel(&team, "essays", "O").await;
    ann.add_to_channel(&channel, &bob).await;
    let world = World { server, root, ann, bob, team, channel };
    world.set_bytes(1_048_576).await;
    Some(world)
}

impl World {
    async fn set_bytes(&self, bytes: usize) {
        self.root.put("/config/patch", json!({"ServiceSettings": {"MaxMessageBytes": bytes}})).await.ok();
        let config = self.bob.get("/config/client?format=old").await.ok();
        assert_eq!(config["MaxPostSize"], json!((bytes / 4).to_string()));
    }

    fn draft(&self, message: &str) -> Value {
        json!({"channel_id": self.channel["id"], "message": message})
    }

    async fn unread(&self) -> [Value; 2] {
        let unread = self.bob.get(&format!("/users/me/channels/{}/unread", id(&self.channel))).await.ok();
        [unread["msg_count"].clone(), unread["mention_count"].clone()]
    }

    /// Searches until these posts are found. MariaDB writes its index in the background once some megabytes have come together, and
    /// does not find what it is writing.
    async fn wait_until_found(&self, terms: &str, posts: &Value) {
        let path = format!("/teams/{}/posts/search", id(&self.team));
        let mut found = json!(null);
        for _ in 0..SEARCHES_MAX {
            found = self.bob.post(&path, json!({"terms": terms, "is_or_search": false})).await.ok()["order"].clone();
            if found == *posts {
                return;
            }
        }
        panic!("{terms}: {found}");
    }

    async fn read(&self, post: &Value) -> Value {
        self.bob.get(&format!("/posts/{}", id(post))).await.ok()["message"].clone()
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Exactly as long as it may be, with a different word every few letters.
fn longest(first: &str, last: &str) -> String {
    let mut text = first.to_owned();
    for number in 0.. {
        let next = format!(" w{number}");
        if text.chars().count() + next.len() + last.chars().count() + 1 > CHARS_MAX {
            break;
        }
        text += &next;
    }
    let padding = CHARS_MAX - text.chars().count() - last.chars().count();
    text + &" ".repeat(padding) + last
}

async fn check_largest_messages(dialect: Dialect) {
    let Some(world) = world(dialect).await else { return };
    let (ann, bob) = (&world.ann, &world.bob);
    let mut events = bob.subscribe().await;

    // One MiB, as four bytes for each character, and as long as JSON can write it.
    let message = "𠮷".repeat(CHARS_MAX);
    let escaped = format!(r#"{{"channel_id":{},"message":"{}"}}"#, world.channel["id"], r"\ud842\udfb7".repeat(CHARS_MAX));
    let sent = ann.send(Request::post("/api/v4/posts").body(Body::from(escaped)).unwrap()).await.ok();
    assert!(sent["message"] == message && world.read(&sent).await == message);
    let event = events.wait_for("posted").await;
    let received: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert!(received["message"] == message, "the event has the whole message");
    ann.post("/posts", world.draft(&format!("{message}x"))).await.assert_error(400, TOO_LONG);
    let control = ann.create_post(&world.channel, &"\u{1}".repeat(CHARS_MAX)).await;
    let event = events.wait_for("posted").await;
    assert!(event["data"]["post"].as_str().unwrap().contains(id(&control)));

    // Its first and its last word are found, and the last mentions Bob.
    let text = longest("prologue", "epilogue @bob");
    let post = ann.create_post(&world.channel, &text).await;
    // Bob was mentioned when he was added, too.
    assert_eq!(world.unread().await, [json!(3), json!(2)]);
    for terms in ["prologue", "epilogue", "w0 w38000"] {
        world.wait_until_found(terms, &json!([post["id"]])).await;
    }

    // It is edited, and the edit is found in its place.
    let edited = longest("preface", "coda @bob");
    ann.put(&format!("/posts/{}/patch", id(&post)), json!({"message": edited})).await.ok();
    assert!(world.read(&post).await == edited);
    world.wait_until_found("coda", &json!([post["id"]])).await;
    world.wait_until_found("prologue", &json!([])).await;
    let history = bob_history(ann, &post).await;
    assert!(history[0]["message"] == text);

    // Replies as large, in the thread and in the list of threads.
    let reply = json!({"channel_id": world.channel["id"], "root_id": post["id"], "message": longest("answer", "end")});
    let reply = ann.post("/posts", reply).await.ok();
    let thread = bob.get(&format!("/posts/{}/thread", id(&post))).await.ok();
    assert_eq!(thread["order"].as_array().unwrap().len(), 2);
    assert!(thread["posts"][id(&reply)]["message"] == reply["message"]);
    let threads = bob.get(&format!("/users/me/teams/{}/threads", id(&world.team))).await.ok();
    assert!(threads["threads"][0]["post"]["message"] == edited && threads["threads"][0]["unread_replies"] == 1);
    assert_eq!(world.unread().await, [json!(4), json!(2)]);

    // A page ends where its posts are too large together, and goes on.
    let path = format!("/channels/{}/posts", id(&world.channel));
    let mut seen = Vec::new();
    let mut page = bob.get(&path).await.ok();
    loop {
        let order = page["order"].as_array().unwrap().clone();
        seen.extend(order.iter().cloned());
        if page["prev_post_id"] == "" {
            break;
        }
        page = bob.get(&format!("{path}?before={}", order.last().unwrap().as_str().unwrap())).await.ok();
    }
    let large = [&reply, &post, &control, &sent].map(|post| post["id"].clone());
    assert_eq!(seen[..4], large);
}

async fn bob_history(user: &TestUser, post: &Value) -> Value {
    user.get(&format!("/posts/{}/edit_history", id(post))).await.ok()
}

async fn check_webhooks(dialect: Dialect) {
    let Some(world) = world(dialect).await else { return };
    let hook = world.ann.post("/hooks/incoming", json!({"channel_id": world.channel["id"]})).await.ok();
    let send = async |text: String| world.server.anonymous().post(&format!("//hooks/{}", id(&hook)), json!({ "text": text })).await;
    let text = "line of a log\n".repeat(40_000);
    assert_eq!(send(text.clone()).await.status, 200);
    let list = world.bob.get(&format!("/channels/{}/posts", id(&world.channel))).await.ok();
    let order = list["order"].as_array().unwrap();
    let pieces: Vec<&str> = order.iter().rev().filter_map(|id| list["posts"][id.as_str().unwrap()]["message"].as_str()).collect();
    let pieces: Vec<&str> = pieces.into_iter().filter(|piece| piece.starts_with("line")).collect();
    assert_eq!((pieces.len(), pieces.concat() == text), (3, true));
    assert!(pieces.iter().all(|piece| piece.len() <= CHARS_MAX));
    assert_eq!(send("x".repeat(5_000_000)).await.status, 413);

    // The limit of the pieces and of the body follow the setting.
    world.set_bytes(16_384).await;
    assert_eq!(send("x".repeat(4_097)).await.status, 200);
    assert_eq!(send("x".repeat(600_000)).await.status, 413);
}

async fn check_lowered(dialect: Dialect) {
    let Some(world) = world(dialect).await else { return };
    let ann = &world.ann;
    let long = "x".repeat(CHARS_MAX);
    let post = ann.create_post(&world.channel, &long).await;
    world.set_bytes(16_384).await;
    let path = format!("/posts/{}", id(&post));
    ann.post("/posts", world.draft(&"x".repeat(4_097))).await.assert_error(400, TOO_LONG);
    ann.post("/posts", world.draft(&"𠮷".repeat(4_096))).await.ok();
    let command = json!({"channel_id": world.channel["id"], "command": format!("/me {}", "x".repeat(4_096))});
    ann.post("/commands/execute", command).await.assert_error(400, TOO_LONG);

    // What was accepted stays: readable, and everything else of the post can be changed.
    assert!(world.read(&post).await == long);
    ann.put(&format!("{path}/patch"), json!({"props": {"note": 1}})).await.ok();
    let whole = json!({"id": post["id"], "message": long, "is_pinned": true});
    assert_eq!(ann.put(&path, whole).await.ok()["is_pinned"], true);
    ann.put(&format!("{path}/patch"), json!({"message": &long[1..]})).await.assert_error(400, TOO_LONG);
    ann.put(&format!("{path}/patch"), json!({"message": "short"})).await.ok();
    let history = bob_history(ann, &post).await;
    let version = history.as_array().unwrap().iter().find(|version| version["message"] == long).unwrap();
    ann.post(&format!("{path}/restore/{}", id(version)), json!({})).await.ok();
    assert!(world.read(&post).await == long);
    for bytes in [16_383, 1_048_577, 0] {
        let patch = json!({"ServiceSettings": {"MaxMessageBytes": bytes}});
        assert_eq!(world.root.put("/config/patch", patch).await.status, 400, "{bytes}");
    }
}

/// A test for each database.
macro_rules! on_each_database {
    ($($name:ident: $check:ident on $dialect:ident;)*) => {
        $(#[tokio::test]
        async fn $name() {
            $check(Dialect::$dialect).await;
        })*
    };
}

on_each_database! {
    sqlite_keeps_the_largest_messages: check_largest_messages on Sqlite;
    postgres_keeps_the_largest_messages: check_largest_messages on Postgres;
    mysql_keeps_the_largest_messages: check_largest_messages on Mysql;
    sqlite_splits_what_webhooks_send: check_webhooks on Sqlite;
    postgres_splits_what_webhooks_send: check_webhooks on Postgres;
    mysql_splits_what_webhooks_send: check_webhooks on Mysql;
    sqlite_keeps_messages_when_the_limit_is_lowered: check_lowered on Sqlite;
    postgres_keeps_messages_when_the_limit_is_lowered: check_lowered on Postgres;
    mysql_keeps_messages_when_the_limit_is_lowered: check_lowered on Mysql;
}
