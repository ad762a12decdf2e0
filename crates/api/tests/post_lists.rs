//! Pages of posts: of a channel, around what is unread, saved ones.

use guildhall_testkit::{Person, TestServer};
use serde_json::{Value, json};

struct Scene {
    server: TestServer,
    ann: Person,
    bob: Person,
    dev: String,
    /// What Ann said, oldest first: p0 to p9.
    said: Vec<String>,
    /// The newest of the server's own messages.
    joined: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let team = ann.team("crew").await;
        ann.bring_to_team(&team, &bob).await;
        let dev = ann.channel(&team, "dev", "O").await;
        ann.bring_to_channel(&dev, &bob).await;
        let path = format!("/channels/{}/posts", text(&dev["id"]));
        let joined = text(&ann.get(&path).await.ok()["order"][0]);
        let mut said = Vec::new();
        for n in 0..10 {
            said.push(text(&ann.say(&dev, &format!("p{n}")).await["id"]));
        }
        Self { server, ann, bob, dev: text(&dev["id"]), said, joined }
    }

    async fn page(&self, query: &str) -> Value {
        self.bob.get(&format!("/channels/{}/posts{query}", self.dev)).await.ok()
    }

    async fn reply(&self, root: usize) -> String {
        let draft = json!({"channel_id": self.dev, "message": "reply", "root_id": self.said[root]});
        text(&self.bob.post("/posts", draft).await.ok()["id"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn order(list: &Value) -> Vec<String> {
    list["order"].as_array().unwrap().iter().map(text).collect()
}

fn newest_first(said: &[String]) -> Vec<String> {
    said.iter().rev().cloned().collect()
}

#[tokio::test]
async fn pages_know_their_neighbours() {
    let scene = Scene::new().await;
    let said = &scene.said;
    let first = scene.page("?page=0&per_page=4").await;
    assert_eq!(order(&first), newest_first(&said[6..]));
    assert_eq!((&first["next_post_id"], &first["prev_post_id"]), (&json!(""), &json!(said[5])));
    let second = scene.page("?page=1&per_page=4").await;
    assert_eq!(order(&second), newest_first(&said[2..6]));
    assert_eq!((&second["next_post_id"], &second["prev_post_id"]), (&json!(said[6]), &json!(said[1])));
    assert!(order(&scene.page("?page=500&per_page=4").await).is_empty());

    let before = scene.page(&format!("?before={}&per_page=2", said[5])).await;
    assert_eq!(order(&before), newest_first(&said[3..5]));
    assert_eq!((&before["next_post_id"], &before["prev_post_id"]), (&json!(said[5]), &json!(said[2])));
    let oldest = scene.page(&format!("?before={}&per_page=200", said[0])).await;
    assert_eq!((order(&oldest)[0].clone(), &oldest["prev_post_id"]), (scene.joined.clone(), &json!("")));
    let after = scene.page(&format!("?after={}&per_page=2", said[5])).await;
    assert_eq!(order(&after), newest_first(&said[6..8]));
    assert_eq!((&after["next_post_id"], &after["prev_post_id"]), (&json!(said[8]), &json!(said[5])));
    let newest = scene.page(&format!("?after={}&per_page=5", said[8])).await;
    assert_eq!((order(&newest), &newest["next_post_id"]), (vec![said[9].clone()], &json!("")));

    for bad in ["?before=nonsense", "?after=%20", "?since=yesterday"] {
        assert_eq!(scene.bob.get(&format!("/channels/{}/posts{bad}", scene.dev)).await.status, 400, "{bad}");
    }
    let elsewhere = format!("/channels/{}/posts?before=absentabsentabsentabsent00", scene.dev);
    assert_eq!(scene.bob.get(&elsewhere).await.status, 404);
}

#[tokio::test]
async fn changes_since_include_edits_and_deletions() {
    let scene = Scene::new().await;
    let since = scene.page("?per_page=1").await["posts"][&scene.said[9]]["update_at"].as_i64().unwrap();
    scene.ann.put(&format!("/posts/{}/patch", scene.said[2]), json!({"message": "p2!"})).await.ok();
    scene.ann.delete(&format!("/posts/{}", scene.said[4])).await.ok();
    let changed = scene.page(&format!("?since={since}")).await;
    assert_eq!(order(&changed), [scene.said[4].clone(), scene.said[2].clone()]);
    let deleted = &changed["posts"][&scene.said[4]];
    assert!(deleted["delete_at"].as_i64() > Some(since) && deleted["message"] == "");
    assert_eq!(order(&scene.page("?since=1").await).len(), scene.said.len() + order(&scene.page("").await).len() - 9);
}

#[tokio::test]
async fn changes_since_leave_replies_to_their_threads() {
    let scene = Scene::new().await;
    let since = scene.page("?per_page=1").await["posts"][&scene.said[9]]["update_at"].as_i64().unwrap();
    let reply = scene.reply(3).await;
    assert_eq!(order(&scene.page(&format!("?since={since}")).await), [reply, scene.said[3].clone()]);
    let roots = scene.page(&format!("?since={since}&collapsedThreads=true")).await;
    assert_eq!(order(&roots), [scene.said[3].clone()]);
    assert_eq!(roots["posts"].as_object().unwrap().len(), 1);
    assert_eq!(roots["posts"][&scene.said[3]]["reply_count"], 1);
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let scene = Scene::new().await;
    let path = format!("/channels/{}/posts", scene.dev);
    let tag = scene.bob.get(&path).await.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = async || {
        let request = http::Request::get(format!("/api/v4{path}")).header("if-none-match", &tag).body(axum::body::Body::empty()).unwrap();
        scene.bob.send(request).await.status
    };
    assert_eq!(again().await, 304);
    let reaction = json!({"user_id": scene.ann.id, "post_id": scene.said[0], "emoji_name": "tada"});
    scene.ann.post("/reactions", reaction).await.ok();
    assert_eq!(again().await, 200);
}

#[tokio::test]
async fn replies_bring_their_root_and_collapsed_pages_have_roots_only() {
    let scene = Scene::new().await;
    let reply = scene.reply(0).await;
    let page = scene.page("?per_page=1").await;
    assert_eq!(order(&page), std::slice::from_ref(&reply));
    assert_eq!(page["posts"][&scene.said[0]]["reply_count"], 1);
    let collapsed = scene.page("?per_page=1&collapsedThreads=true").await;
    assert_eq!(order(&collapsed), [scene.said[9].clone()]);
    let all = scene.page("?collapsedThreads=true").await;
    let root = &all["posts"][&scene.said[0]];
    assert!(all["posts"].get(&reply).is_none());
    assert_eq!((&root["is_following"], &root["reply_count"]), (&json!(true), &json!(1)));
    assert_eq!(root["participants"], json!([{"id": scene.ann.id}, {"id": scene.bob.id}]));
    assert!(root["last_reply_at"].as_i64() > Some(0));
    let other = scene.ann.get(&format!("/channels/{}/posts?collapsedThreads=true", scene.dev)).await.ok();
    assert_eq!(other["posts"][&scene.said[0]]["is_following"], true, "whoever begins a thread follows it");
}

#[tokio::test]
async fn a_page_costs_a_fixed_number_of_queries() {
    let scene = Scene::new().await;
    for root in 0..10 {
        scene.reply(root).await;
        let reaction = json!({"user_id": scene.ann.id, "post_id": scene.said[root], "emoji_name": "tada"});
        scene.ann.post("/reactions", reaction).await.ok();
    }
    let cost = async |query: &str| {
        let before = scene.server.queries();
        scene.page(query).await;
        scene.server.queries() - before
    };
    // The channel, the version, the posts, their reactions; all roots are on the page.
    assert_eq!(cost("?per_page=100").await, 4);
    // And the roots of what is.
    assert_eq!(cost("?per_page=5").await, 5);
    // The channel, the posts, the reactions, who takes part, what is followed.
    assert_eq!(cost("?per_page=100&collapsedThreads=true").await, 5);
}

#[tokio::test]
async fn the_page_around_what_is_unread_begins_there() {
    let scene = Scene::new().await;
    let path = format!("/users/me/channels/{}/posts/unread", scene.dev);
    let set = async |n: usize| {
        scene.bob.post(&format!("/users/me/posts/{}/set_unread", scene.said[n]), json!({"collapsed_threads_supported": true})).await.ok()
    };
    let mut ears = scene.bob.listen().await;
    let unread = set(6).await;
    assert_eq!((&unread["msg_count"], &unread["msg_count_root"], &unread["channel_id"]), (&json!(6), &json!(6), &json!(scene.dev)));
    let event = ears.next("post_unread").await;
    assert_eq!((&event["data"]["post_id"], &event["data"]["msg_count"]), (&json!(scene.said[6]), &json!(6)));
    let counts = scene.bob.get(&format!("/users/me/channels/{}/unread", scene.dev)).await.ok();
    assert_eq!(counts["msg_count"], 4);

    let around = scene.bob.get(&format!("{path}?limit_before=2&limit_after=3")).await.ok();
    assert_eq!(order(&around), newest_first(&scene.said[4..9]));
    assert_eq!((&around["next_post_id"], &around["prev_post_id"]), (&json!(scene.said[9]), &json!(scene.said[3])));
    let all_read = json!({"channel_id": scene.dev, "prev_channel_id": ""});
    scene.bob.post("/channels/members/me/view", all_read).await.ok();
    let newest = scene.bob.get(&format!("{path}?limit_before=3&limit_after=3")).await.ok();
    assert_eq!(order(&newest), newest_first(&scene.said[7..]));
    assert_eq!(scene.bob.get(&format!("{path}?limit_after=0")).await.status, 400);
    scene.ann.get(&path.replace("/me/", &format!("/{}/", scene.bob.id))).await.refused(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn marking_unread_counts_mentions_again() {
    let scene = Scene::new().await;
    let dev = json!({"id": scene.dev});
    let first = text(&scene.ann.say(&dev, "hi @bob").await["id"]);
    scene.ann.say(&dev, "and @all").await;
    let gone = text(&scene.ann.say(&dev, "nothing").await["id"]);
    scene.ann.delete(&format!("/posts/{gone}")).await.ok();
    let unread = scene.bob.post(&format!("/users/me/posts/{first}/set_unread"), json!({})).await.ok();
    assert_eq!((&unread["mention_count"], &unread["mention_count_root"]), (&json!(2), &json!(2)));
    let count = scene.bob.get(&format!("/users/me/channels/{}/unread", scene.dev)).await.ok();
    assert_eq!((&count["msg_count"], &count["mention_count"]), (&json!(2), &json!(2)), "what was deleted is not unread");
    let mine = scene.ann.post(&format!("/users/me/posts/{first}/set_unread"), json!({})).await.ok();
    assert_eq!(mine["mention_count"], 0);
}

#[tokio::test]
async fn saved_posts_are_ones_own() {
    let scene = Scene::new().await;
    let save = |n: usize| json!({"user_id": scene.bob.id, "category": "flagged_post", "name": scene.said[n], "value": "true"});
    scene.bob.put("/users/me/preferences", json!([save(1), save(8), save(3)])).await.ok();
    let saved = scene.bob.get("/users/me/posts/flagged").await.ok();
    assert_eq!(order(&saved), [8, 3, 1].map(|n| scene.said[n].clone()));
    let page = scene.bob.get(&format!("/users/me/posts/flagged?channel_id={}&page=1&per_page=2", scene.dev)).await.ok();
    assert_eq!(order(&page), [scene.said[1].clone()]);
    scene.ann.delete(&format!("/posts/{}", scene.said[3])).await.ok();
    assert_eq!(order(&scene.bob.get("/users/me/posts/flagged").await.ok()).len(), 2);
    scene.ann.get(&format!("/users/{}/posts/flagged", scene.bob.id)).await.refused(403, "api.context.permissions.app_error");
    scene.bob.delete(&format!("/channels/{}/members/{}", scene.dev, scene.bob.id)).await.ok();
    assert!(order(&scene.bob.get("/users/me/posts/flagged").await.ok()).is_empty(), "not what one cannot read any more");
}
