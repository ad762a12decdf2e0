//! Threads: followers, unread counts, and pages of replies.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

/// Ann created `root` in "dev", where Bob and Eve are members, too.
struct Fixture {
    _server: TestServer,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    team: String,
    dev: String,
    root: String,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
        let team = ann.create_team("crew").await;
        let dev = ann.create_channel(&team, "dev", "O").await;
        for person in [&bob, &eve] {
            ann.add_to_team(&team, person).await;
            ann.add_to_channel(&dev, person).await;
        }
        let root = text(&ann.create_post(&dev, "root").await["id"]);
        Self { _server: server, ann, bob, eve, team: text(&team["id"]), dev: text(&dev["id"]), root }
    }

    async fn reply(&self, person: &TestUser, message: &str) -> Value {
        person.post("/posts", json!({"channel_id": self.dev, "message": message, "root_id": self.root})).await.ok()
    }

    fn path(&self, tail: &str) -> String {
        format!("/users/me/teams/{}/threads{tail}", self.team)
    }

    async fn threads(&self, person: &TestUser, query: &str) -> Value {
        person.get(&self.path(query)).await.ok()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn order(list: &Value) -> Vec<String> {
    list["order"].as_array().unwrap().iter().map(text).collect()
}

fn event_names(events: &mut EventStream) -> Vec<String> {
    events.event_names().into_iter().filter(|name| name != "status_change").collect()
}

#[tokio::test]
async fn authors_repliers_and_the_mentioned_follow() {
    let fixture = Fixture::new().await;
    let (mut ann, mut eve) = (fixture.ann.subscribe().await, fixture.eve.subscribe().await);
    fixture.reply(&fixture.bob, "reply to ann").await;
    assert_eq!(event_names(&mut ann), ["posted", "thread_updated"]);
    assert_eq!(event_names(&mut eve), ["posted"], "a user who does not follow the thread receives the post only");
    fixture.reply(&fixture.bob, "and @eve").await;
    let event = eve.wait_for("thread_updated").await;
    let thread: Value = serde_json::from_str(event["data"]["thread"].as_str().unwrap()).unwrap();
    assert_eq!((&thread["reply_count"], &thread["unread_mentions"], &thread["is_following"]), (&json!(2), &json!(1), &json!(true)));

    for (person, unread, mentions) in [(&fixture.ann, 2, 0), (&fixture.bob, 0, 0), (&fixture.eve, 2, 1)] {
        let list = fixture.threads(person, "?extended=true").await;
        assert_eq!(list["total"], 1, "{}", person.username);
        let thread = &list["threads"][0];
        assert_eq!((&thread["unread_replies"], &thread["unread_mentions"]), (&json!(unread), &json!(mentions)), "{}", person.username);
        assert_eq!((&thread["id"], &thread["reply_count"], &thread["post"]["message"]), (&json!(fixture.root), &json!(2), &json!("root")));
        let names: Vec<&str> = thread["participants"].as_array().unwrap().iter().map(|p| p["username"].as_str().unwrap()).collect();
        assert_eq!(names, ["ann", "bob"]);
        assert_eq!(list["total_unread_threads"], i64::from(unread > 0));
        assert_eq!(list["total_unread_mentions"], mentions);
    }
    let plain = fixture.threads(&fixture.eve, "").await;
    assert_eq!(plain["threads"][0]["participants"], json!([{"id": fixture.ann.id}, {"id": fixture.bob.id}]));
    let counts = fixture.threads(&fixture.eve, "/mention_counts").await;
    assert_eq!(counts, json!({fixture.dev.clone(): 1}));
}

#[tokio::test]
async fn deleting_a_reply_removes_its_mention() {
    let fixture = Fixture::new().await;
    let mention = text(&fixture.reply(&fixture.bob, "@eve ping").await["id"]);
    assert_eq!(fixture.threads(&fixture.eve, "").await["total_unread_mentions"], 1);
    let (mut ann, mut eve) = (fixture.ann.subscribe().await, fixture.eve.subscribe().await);
    fixture.bob.delete(&format!("/posts/{mention}")).await.ok();
    let event = eve.wait_for("thread_read_changed").await;
    let data = |name: &str| event["data"][name].as_i64().unwrap();
    assert_eq!((data("unread_mentions"), data("unread_replies")), (0, 0));
    assert_eq!((data("previous_unread_mentions"), data("previous_unread_replies")), (1, 1));
    assert_eq!(event_names(&mut ann), ["post_deleted", "thread_read_changed"]);
    let list = fixture.threads(&fixture.eve, "").await;
    assert_eq!((&list["total_unread_mentions"], &list["threads"][0]["unread_mentions"]), (&json!(0), &json!(0)));
    assert_eq!(fixture.threads(&fixture.eve, "/mention_counts").await, json!({}));

    let seen = text(&fixture.reply(&fixture.bob, "@eve again").await["id"]);
    fixture.eve.put(&fixture.path(&format!("/{}/read/{}", fixture.root, i64::from(u32::MAX) * 1_000)), Value::Null).await.ok();
    eve.received_events();
    fixture.bob.delete(&format!("/posts/{seen}")).await.ok();
    assert_eq!(event_names(&mut eve), ["post_deleted"], "nothing was unread");
}

#[tokio::test]
async fn users_mentioned_in_the_root_follow_the_thread() {
    let fixture = Fixture::new().await;
    let dev = json!({"id": fixture.dev});
    let root = text(&fixture.ann.create_post(&dev, "what do you think, @eve?").await["id"]);
    fixture.bob.post("/posts", json!({"channel_id": fixture.dev, "message": "me?", "root_id": root})).await.ok();
    assert_eq!(fixture.threads(&fixture.eve, "").await["total"], 1);
}

#[tokio::test]
async fn threads_can_be_unfollowed_and_followed() {
    let fixture = Fixture::new().await;
    fixture.reply(&fixture.bob, "one").await;
    let path = fixture.path(&format!("/{}/following", fixture.root));
    let mut ann = fixture.ann.subscribe().await;
    fixture.ann.delete(&path).await.ok();
    let event = ann.wait_for("thread_follow_changed").await;
    assert_eq!(event["data"], json!({"thread_id": fixture.root, "state": false, "reply_count": 1}));
    assert_eq!(fixture.threads(&fixture.ann, "").await["total"], 0);
    fixture
        .ann
        .get(&fixture.path(&format!("/{}", fixture.root)))
        .await
        .assert_error(404, "app.user.get_thread_membership_for_user.not_found");
    fixture.reply(&fixture.bob, "two").await;
    assert_eq!(event_names(&mut ann), ["posted"], "no updates of a thread that is not followed");
    fixture.ann.put(&path, Value::Null).await.ok();
    assert_eq!(fixture.threads(&fixture.ann, "").await["threads"][0]["id"], fixture.root.as_str());
    let theirs = format!("/users/{}/teams/{}/threads/{}/following", fixture.bob.id, fixture.team, fixture.root);
    fixture.ann.delete(&theirs).await.assert_error(403, FORBIDDEN);
    fixture.ann.get(&theirs.replace(&format!("/{}/following", fixture.root), "")).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn reading_a_thread_updates_its_counts() {
    let fixture = Fixture::new().await;
    let first = fixture.reply(&fixture.bob, "one @ann").await;
    let second = fixture.reply(&fixture.bob, "two @ann").await;
    let at = first["create_at"].as_i64().unwrap();
    let mut ann = fixture.ann.subscribe().await;
    let read = fixture.ann.put(&fixture.path(&format!("/{}/read/{at}", fixture.root)), Value::Null).await.ok();
    assert_eq!((&read["unread_replies"], &read["unread_mentions"], &read["last_viewed_at"]), (&json!(1), &json!(1), &json!(at)));
    let event = ann.wait_for("thread_read_changed").await;
    assert_eq!(event["data"]["previous_unread_mentions"], 2);
    assert_eq!((&event["data"]["unread_replies"], &event["data"]["timestamp"]), (&json!(1), &json!(at)));

    fixture.ann.put(&fixture.path("/read"), Value::Null).await.ok();
    assert_eq!(fixture.threads(&fixture.ann, "").await["total_unread_threads"], 0);
    assert_eq!(fixture.threads(&fixture.ann, "?unread=true").await["threads"], json!([]));
    let unread = fixture.path(&format!("/{}/set_unread/{}", fixture.root, text(&second["id"])));
    let thread = fixture.ann.post(&unread, Value::Null).await.ok();
    assert_eq!((&thread["unread_replies"], &thread["unread_mentions"]), (&json!(1), &json!(1)));
    let other_root = text(&fixture.ann.create_post(&json!({"id": fixture.dev}), "other").await["id"]);
    let wrong = fixture.path(&format!("/{}/set_unread/{other_root}", fixture.root));
    assert_eq!(fixture.ann.post(&wrong, Value::Null).await.status, 400);
    assert_eq!(fixture.ann.put(&fixture.path(&format!("/{}/read/soon", fixture.root)), Value::Null).await.status, 400);
}

#[tokio::test]
async fn lists_of_threads_are_paged() {
    let fixture = Fixture::new().await;
    let dev = json!({"id": fixture.dev});
    let mut roots = Vec::new();
    for n in 0..5 {
        let root = text(&fixture.ann.create_post(&dev, &format!("root {n}")).await["id"]);
        fixture.bob.post("/posts", json!({"channel_id": fixture.dev, "message": "x", "root_id": root})).await.ok();
        roots.push(root);
    }
    let ids = |list: &Value| list["threads"].as_array().unwrap().iter().map(|thread| text(&thread["id"])).collect::<Vec<_>>();
    let newest = fixture.threads(&fixture.ann, "?per_page=2").await;
    assert_eq!(ids(&newest), [roots[4].clone(), roots[3].clone()]);
    assert_eq!(newest["total"], 5);
    let older = fixture.threads(&fixture.ann, &format!("?per_page=2&before={}", roots[3])).await;
    assert_eq!(ids(&older), [roots[2].clone(), roots[1].clone()]);
    let newer = fixture.threads(&fixture.ann, &format!("?per_page=2&after={}", roots[1])).await;
    assert_eq!(ids(&newer), [roots[3].clone(), roots[2].clone()]);
    assert_eq!(fixture.threads(&fixture.ann, "?totalsOnly=true").await["threads"], json!([]));
    assert_eq!(fixture.threads(&fixture.ann, "?threadsOnly=true").await["total"], 0);
    let since = newest["threads"][0]["last_reply_at"].as_i64().unwrap();
    assert_eq!(ids(&fixture.threads(&fixture.ann, &format!("?since={since}")).await), [roots[4].clone()]);
    fixture.ann.delete(&format!("/posts/{}", roots[4])).await.ok();
    assert_eq!(fixture.threads(&fixture.ann, "").await["total"], 4);
}

#[tokio::test]
async fn a_thread_is_paged_in_both_directions() {
    let fixture = Fixture::new().await;
    let mut replies = Vec::new();
    for n in 0..5 {
        replies.push(text(&fixture.reply(&fixture.bob, &format!("r{n}")).await["id"]));
    }
    let get = async |query: &str| fixture.eve.get(&format!("/posts/{}/thread{query}", fixture.root)).await.ok();
    let full = get("").await;
    assert_eq!(order(&full)[0], fixture.root);
    assert_eq!(order(&full)[1..], replies);
    assert_eq!(full["has_next"], false);
    let of_reply = fixture.eve.get(&format!("/posts/{}/thread", replies[2])).await.ok();
    assert_eq!(order(&of_reply), order(&full));

    let first = get("?perPage=2&direction=down").await;
    assert_eq!((order(&first)[1..].to_vec(), &first["has_next"]), (replies[..2].to_vec(), &json!(true)));
    let at = first["posts"][&replies[1]]["create_at"].as_i64().unwrap();
    let next = get(&format!("?perPage=10&direction=down&fromPost={}&fromCreateAt={at}", replies[1])).await;
    assert_eq!(order(&next)[1..], replies[2..]);
    let up = get("?perPage=2&direction=up").await;
    assert_eq!((order(&up)[1..].to_vec(), &up["has_next"]), (replies[3..].to_vec(), &json!(true)));
    let further = get(&format!("?perPage=9&direction=up&fromPost={}", replies[3])).await;
    assert_eq!(order(&further)[1..], replies[..3]);
    let collapsed = get("?collapsedThreads=true").await;
    assert_eq!(collapsed["posts"][&fixture.root]["participants"].as_array().unwrap().len(), 2);
    for bad in ["?direction=sideways", "?perPage=many", "?fromPost=x"] {
        assert_eq!(fixture.eve.get(&format!("/posts/{}/thread{bad}", fixture.root)).await.status, 400, "{bad}");
    }
    fixture.eve.delete(&format!("/posts/{}", replies[0])).await.assert_error(403, FORBIDDEN);
    fixture.bob.delete(&format!("/posts/{}", replies[0])).await.ok();
    let shorter = get("").await;
    assert_eq!((order(&shorter).len(), &shorter["posts"][&fixture.root]["reply_count"]), (5, &json!(4)));
}

#[tokio::test]
async fn viewing_a_channel_keeps_replies_unread_for_clients_with_collapsed_threads() {
    let fixture = Fixture::new().await;
    let reply = text(&fixture.reply(&fixture.bob, "@ann?").await["id"]);
    fixture.ann.put(&fixture.path("/read"), Value::Null).await.ok();
    fixture.ann.post(&format!("/users/me/posts/{reply}/set_unread"), json!({"collapsed_threads_supported": true})).await.ok();
    assert_eq!(fixture.threads(&fixture.ann, "").await["total_unread_mentions"], 1);
}

#[tokio::test]
async fn viewing_a_channel_reads_replies_for_clients_without_collapsed_threads() {
    let fixture = Fixture::new().await;
    fixture.reply(&fixture.bob, "@ann?").await;
    let view = |knows: bool| json!({"channel_id": fixture.dev, "prev_channel_id": "", "collapsed_threads_supported": knows});
    fixture.ann.post("/channels/members/me/view", view(true)).await.ok();
    assert_eq!(fixture.threads(&fixture.ann, "").await["total_unread_threads"], 1);
    let mut events = fixture.ann.subscribe().await;
    fixture.ann.post("/channels/members/me/view", view(false)).await.ok();
    assert_eq!(events.wait_for("thread_read_changed").await["broadcast"]["channel_id"], fixture.dev.as_str());
    let list = fixture.threads(&fixture.ann, "").await;
    assert_eq!((&list["total_unread_threads"], &list["total_unread_mentions"]), (&json!(0), &json!(0)));
}
