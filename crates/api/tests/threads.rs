//! Threads: who follows them, what is unread in them, and pages of their replies.

use guildhall_testkit::{Ears, Person, TestServer};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

/// Ann wrote `root` in "dev", where Bob and Eve are as well.
struct Scene {
    _server: TestServer,
    ann: Person,
    bob: Person,
    eve: Person,
    team: String,
    dev: String,
    root: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob, eve) = (server.person("ann").await, server.person("bob").await, server.person("eve").await);
        let team = ann.team("crew").await;
        let dev = ann.channel(&team, "dev", "O").await;
        for person in [&bob, &eve] {
            ann.bring_to_team(&team, person).await;
            ann.bring_to_channel(&dev, person).await;
        }
        let root = text(&ann.say(&dev, "root").await["id"]);
        Self { _server: server, ann, bob, eve, team: text(&team["id"]), dev: text(&dev["id"]), root }
    }

    async fn reply(&self, person: &Person, message: &str) -> Value {
        person.post("/posts", json!({"channel_id": self.dev, "message": message, "root_id": self.root})).await.ok()
    }

    fn path(&self, tail: &str) -> String {
        format!("/users/me/teams/{}/threads{tail}", self.team)
    }

    async fn threads(&self, person: &Person, query: &str) -> Value {
        person.get(&self.path(query)).await.ok()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn order(list: &Value) -> Vec<String> {
    list["order"].as_array().unwrap().iter().map(text).collect()
}

fn heard(ears: &mut Ears) -> Vec<String> {
    ears.names().into_iter().filter(|name| name != "status_change").collect()
}

#[tokio::test]
async fn authors_repliers_and_the_mentioned_follow() {
    let scene = Scene::new().await;
    let (mut ann, mut eve) = (scene.ann.listen().await, scene.eve.listen().await);
    scene.reply(&scene.bob, "reply to ann").await;
    assert_eq!(heard(&mut ann), ["posted", "thread_updated"]);
    assert_eq!(heard(&mut eve), ["posted"], "whoever has no part in it only sees the post");
    scene.reply(&scene.bob, "and @eve").await;
    let event = eve.next("thread_updated").await;
    let thread: Value = serde_json::from_str(event["data"]["thread"].as_str().unwrap()).unwrap();
    assert_eq!((&thread["reply_count"], &thread["unread_mentions"], &thread["is_following"]), (&json!(2), &json!(1), &json!(true)));

    for (person, unread, mentions) in [(&scene.ann, 2, 0), (&scene.bob, 0, 0), (&scene.eve, 2, 1)] {
        let list = scene.threads(person, "?extended=true").await;
        assert_eq!(list["total"], 1, "{}", person.username);
        let thread = &list["threads"][0];
        assert_eq!((&thread["unread_replies"], &thread["unread_mentions"]), (&json!(unread), &json!(mentions)), "{}", person.username);
        assert_eq!((&thread["id"], &thread["reply_count"], &thread["post"]["message"]), (&json!(scene.root), &json!(2), &json!("root")));
        let names: Vec<&str> = thread["participants"].as_array().unwrap().iter().map(|p| p["username"].as_str().unwrap()).collect();
        assert_eq!(names, ["ann", "bob"]);
        assert_eq!(list["total_unread_threads"], i64::from(unread > 0));
        assert_eq!(list["total_unread_mentions"], mentions);
    }
    let plain = scene.threads(&scene.eve, "").await;
    assert_eq!(plain["threads"][0]["participants"], json!([{"id": scene.ann.id}, {"id": scene.bob.id}]));
    let counts = scene.threads(&scene.eve, "/mention_counts").await;
    assert_eq!(counts, json!({scene.dev.clone(): 1}));
}

#[tokio::test]
async fn a_mention_goes_with_its_reply() {
    let scene = Scene::new().await;
    let mention = text(&scene.reply(&scene.bob, "@eve ping").await["id"]);
    assert_eq!(scene.threads(&scene.eve, "").await["total_unread_mentions"], 1);
    let (mut ann, mut eve) = (scene.ann.listen().await, scene.eve.listen().await);
    scene.bob.delete(&format!("/posts/{mention}")).await.ok();
    let event = eve.next("thread_read_changed").await;
    let data = |name: &str| event["data"][name].as_i64().unwrap();
    assert_eq!((data("unread_mentions"), data("unread_replies")), (0, 0));
    assert_eq!((data("previous_unread_mentions"), data("previous_unread_replies")), (1, 1));
    assert_eq!(heard(&mut ann), ["post_deleted", "thread_read_changed"]);
    let list = scene.threads(&scene.eve, "").await;
    assert_eq!((&list["total_unread_mentions"], &list["threads"][0]["unread_mentions"]), (&json!(0), &json!(0)));
    assert_eq!(scene.threads(&scene.eve, "/mention_counts").await, json!({}));

    let seen = text(&scene.reply(&scene.bob, "@eve again").await["id"]);
    scene.eve.put(&scene.path(&format!("/{}/read/{}", scene.root, i64::from(u32::MAX) * 1_000)), Value::Null).await.ok();
    eve.so_far();
    scene.bob.delete(&format!("/posts/{seen}")).await.ok();
    assert_eq!(heard(&mut eve), ["post_deleted"], "nothing was unread");
}

#[tokio::test]
async fn whom_the_first_post_names_follows_too() {
    let scene = Scene::new().await;
    let dev = json!({"id": scene.dev});
    let root = text(&scene.ann.say(&dev, "what do you think, @eve?").await["id"]);
    scene.bob.post("/posts", json!({"channel_id": scene.dev, "message": "me?", "root_id": root})).await.ok();
    assert_eq!(scene.threads(&scene.eve, "").await["total"], 1);
}

#[tokio::test]
async fn following_can_be_ended_and_begun() {
    let scene = Scene::new().await;
    scene.reply(&scene.bob, "one").await;
    let path = scene.path(&format!("/{}/following", scene.root));
    let mut ann = scene.ann.listen().await;
    scene.ann.delete(&path).await.ok();
    let event = ann.next("thread_follow_changed").await;
    assert_eq!(event["data"], json!({"thread_id": scene.root, "state": false, "reply_count": 1}));
    assert_eq!(scene.threads(&scene.ann, "").await["total"], 0);
    scene.ann.get(&scene.path(&format!("/{}", scene.root))).await.refused(404, "app.user.get_thread_membership_for_user.not_found");
    scene.reply(&scene.bob, "two").await;
    assert_eq!(heard(&mut ann), ["posted"], "no news of a thread that was left");
    scene.ann.put(&path, Value::Null).await.ok();
    assert_eq!(scene.threads(&scene.ann, "").await["threads"][0]["id"], scene.root.as_str());
    let theirs = format!("/users/{}/teams/{}/threads/{}/following", scene.bob.id, scene.team, scene.root);
    scene.ann.delete(&theirs).await.refused(403, FORBIDDEN);
    scene.ann.get(&theirs.replace(&format!("/{}/following", scene.root), "")).await.refused(403, FORBIDDEN);
}

#[tokio::test]
async fn reading_a_thread_moves_its_counts() {
    let scene = Scene::new().await;
    let first = scene.reply(&scene.bob, "one @ann").await;
    let second = scene.reply(&scene.bob, "two @ann").await;
    let at = first["create_at"].as_i64().unwrap();
    let mut ann = scene.ann.listen().await;
    let read = scene.ann.put(&scene.path(&format!("/{}/read/{at}", scene.root)), Value::Null).await.ok();
    assert_eq!((&read["unread_replies"], &read["unread_mentions"], &read["last_viewed_at"]), (&json!(1), &json!(1), &json!(at)));
    let event = ann.next("thread_read_changed").await;
    assert_eq!(event["data"]["previous_unread_mentions"], 2);
    assert_eq!((&event["data"]["unread_replies"], &event["data"]["timestamp"]), (&json!(1), &json!(at)));

    scene.ann.put(&scene.path("/read"), Value::Null).await.ok();
    assert_eq!(scene.threads(&scene.ann, "").await["total_unread_threads"], 0);
    assert_eq!(scene.threads(&scene.ann, "?unread=true").await["threads"], json!([]));
    let unread = scene.path(&format!("/{}/set_unread/{}", scene.root, text(&second["id"])));
    let thread = scene.ann.post(&unread, Value::Null).await.ok();
    assert_eq!((&thread["unread_replies"], &thread["unread_mentions"]), (&json!(1), &json!(1)));
    let other_root = text(&scene.ann.say(&json!({"id": scene.dev}), "other").await["id"]);
    let wrong = scene.path(&format!("/{}/set_unread/{other_root}", scene.root));
    assert_eq!(scene.ann.post(&wrong, Value::Null).await.status, 400);
    assert_eq!(scene.ann.put(&scene.path(&format!("/{}/read/soon", scene.root)), Value::Null).await.status, 400);
}

#[tokio::test]
async fn lists_of_threads_have_pages() {
    let scene = Scene::new().await;
    let dev = json!({"id": scene.dev});
    let mut roots = Vec::new();
    for n in 0..5 {
        let root = text(&scene.ann.say(&dev, &format!("root {n}")).await["id"]);
        scene.bob.post("/posts", json!({"channel_id": scene.dev, "message": "x", "root_id": root})).await.ok();
        roots.push(root);
    }
    let ids = |list: &Value| list["threads"].as_array().unwrap().iter().map(|thread| text(&thread["id"])).collect::<Vec<_>>();
    let newest = scene.threads(&scene.ann, "?per_page=2").await;
    assert_eq!(ids(&newest), [roots[4].clone(), roots[3].clone()]);
    assert_eq!(newest["total"], 5);
    let older = scene.threads(&scene.ann, &format!("?per_page=2&before={}", roots[3])).await;
    assert_eq!(ids(&older), [roots[2].clone(), roots[1].clone()]);
    let newer = scene.threads(&scene.ann, &format!("?per_page=2&after={}", roots[1])).await;
    assert_eq!(ids(&newer), [roots[3].clone(), roots[2].clone()]);
    assert_eq!(scene.threads(&scene.ann, "?totalsOnly=true").await["threads"], json!([]));
    assert_eq!(scene.threads(&scene.ann, "?threadsOnly=true").await["total"], 0);
    let since = newest["threads"][0]["last_reply_at"].as_i64().unwrap();
    assert_eq!(ids(&scene.threads(&scene.ann, &format!("?since={since}")).await), [roots[4].clone()]);
    scene.ann.delete(&format!("/posts/{}", roots[4])).await.ok();
    assert_eq!(scene.threads(&scene.ann, "").await["total"], 4);
}

#[tokio::test]
async fn a_thread_is_read_in_pages_both_ways() {
    let scene = Scene::new().await;
    let mut replies = Vec::new();
    for n in 0..5 {
        replies.push(text(&scene.reply(&scene.bob, &format!("r{n}")).await["id"]));
    }
    let get = async |query: &str| scene.eve.get(&format!("/posts/{}/thread{query}", scene.root)).await.ok();
    let whole = get("").await;
    assert_eq!(order(&whole)[0], scene.root);
    assert_eq!(order(&whole)[1..], replies);
    assert_eq!(whole["has_next"], false);
    let of_reply = scene.eve.get(&format!("/posts/{}/thread", replies[2])).await.ok();
    assert_eq!(order(&of_reply), order(&whole));

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
    assert_eq!(collapsed["posts"][&scene.root]["participants"].as_array().unwrap().len(), 2);
    for bad in ["?direction=sideways", "?perPage=many", "?fromPost=x"] {
        assert_eq!(scene.eve.get(&format!("/posts/{}/thread{bad}", scene.root)).await.status, 400, "{bad}");
    }
    scene.eve.delete(&format!("/posts/{}", replies[0])).await.refused(403, FORBIDDEN);
    scene.bob.delete(&format!("/posts/{}", replies[0])).await.ok();
    let shorter = get("").await;
    assert_eq!((order(&shorter).len(), &shorter["posts"][&scene.root]["reply_count"]), (5, &json!(4)));
}

#[tokio::test]
async fn replies_wait_in_the_thread_where_the_client_knows_threads() {
    let scene = Scene::new().await;
    let reply = text(&scene.reply(&scene.bob, "@ann?").await["id"]);
    scene.ann.put(&scene.path("/read"), Value::Null).await.ok();
    scene.ann.post(&format!("/users/me/posts/{reply}/set_unread"), json!({"collapsed_threads_supported": true})).await.ok();
    assert_eq!(scene.threads(&scene.ann, "").await["total_unread_mentions"], 1);
}

#[tokio::test]
async fn a_client_without_threads_reads_them_with_their_channel() {
    let scene = Scene::new().await;
    scene.reply(&scene.bob, "@ann?").await;
    let view = |knows: bool| json!({"channel_id": scene.dev, "prev_channel_id": "", "collapsed_threads_supported": knows});
    scene.ann.post("/channels/members/me/view", view(true)).await.ok();
    assert_eq!(scene.threads(&scene.ann, "").await["total_unread_threads"], 1);
    let mut ears = scene.ann.listen().await;
    scene.ann.post("/channels/members/me/view", view(false)).await.ok();
    assert_eq!(ears.next("thread_read_changed").await["broadcast"]["channel_id"], scene.dev.as_str());
    let list = scene.threads(&scene.ann, "").await;
    assert_eq!((&list["total_unread_threads"], &list["total_unread_mentions"]), (&json!(0), &json!(0)));
}
