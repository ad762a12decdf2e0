//! Pages of posts: of a channel, around the first unread post, and saved posts.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    dev: String,
    /// Ann's posts, oldest first: p0 to p9.
    post_ids: Vec<String>,
    /// The newest system message.
    joined: String,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
        let team = ann.create_team("crew").await;
        ann.add_to_team(&team, &bob).await;
        let dev = ann.create_channel(&team, "dev", "O").await;
        ann.add_to_channel(&dev, &bob).await;
        let path = format!("/channels/{}/posts", text(&dev["id"]));
        let joined = text(&ann.get(&path).await.ok()["order"][0]);
        let mut post_ids = Vec::new();
        for n in 0..10 {
            post_ids.push(text(&ann.create_post(&dev, &format!("p{n}")).await["id"]));
        }
        Self { server, ann, bob, dev: text(&dev["id"]), post_ids, joined }
    }

    async fn page(&self, query: &str) -> Value {
        self.bob.get(&format!("/channels/{}/posts{query}", self.dev)).await.ok()
    }

    async fn reply(&self, root: usize) -> String {
        let draft = json!({"channel_id": self.dev, "message": "reply", "root_id": self.post_ids[root]});
        text(&self.bob.post("/posts", draft).await.ok()["id"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn order(list: &Value) -> Vec<String> {
    list["order"].as_array().unwrap().iter().map(text).collect()
}

fn newest_first(post_ids: &[String]) -> Vec<String> {
    post_ids.iter().rev().cloned().collect()
}

#[tokio::test]
async fn pages_have_the_ids_of_the_adjacent_posts() {
    let fixture = Fixture::new().await;
    let post_ids = &fixture.post_ids;
    let first = fixture.page("?page=0&per_page=4").await;
    assert_eq!(order(&first), newest_first(&post_ids[6..]));
    assert_eq!((&first["next_post_id"], &first["prev_post_id"]), (&json!(""), &json!(post_ids[5])));
    let second = fixture.page("?page=1&per_page=4").await;
    assert_eq!(order(&second), newest_first(&post_ids[2..6]));
    assert_eq!((&second["next_post_id"], &second["prev_post_id"]), (&json!(post_ids[6]), &json!(post_ids[1])));
    assert!(order(&fixture.page("?page=500&per_page=4").await).is_empty());

    let before = fixture.page(&format!("?before={}&per_page=2", post_ids[5])).await;
    assert_eq!(order(&before), newest_first(&post_ids[3..5]));
    assert_eq!((&before["next_post_id"], &before["prev_post_id"]), (&json!(post_ids[5]), &json!(post_ids[2])));
    let oldest = fixture.page(&format!("?before={}&per_page=200", post_ids[0])).await;
    assert_eq!((order(&oldest)[0].clone(), &oldest["prev_post_id"]), (fixture.joined.clone(), &json!("")));
    let after = fixture.page(&format!("?after={}&per_page=2", post_ids[5])).await;
    assert_eq!(order(&after), newest_first(&post_ids[6..8]));
    assert_eq!((&after["next_post_id"], &after["prev_post_id"]), (&json!(post_ids[8]), &json!(post_ids[5])));
    let newest = fixture.page(&format!("?after={}&per_page=5", post_ids[8])).await;
    assert_eq!((order(&newest), &newest["next_post_id"]), (vec![post_ids[9].clone()], &json!("")));

    for bad in ["?before=nonsense", "?after=%20", "?since=yesterday"] {
        assert_eq!(fixture.bob.get(&format!("/channels/{}/posts{bad}", fixture.dev)).await.status, 400, "{bad}");
    }
    let elsewhere = format!("/channels/{}/posts?before=absentabsentabsentabsent00", fixture.dev);
    assert_eq!(fixture.bob.get(&elsewhere).await.status, 404);
}

#[tokio::test]
async fn changes_since_include_edits_and_deletions() {
    let fixture = Fixture::new().await;
    let since = fixture.page("?per_page=1").await["posts"][&fixture.post_ids[9]]["update_at"].as_i64().unwrap();
    fixture.ann.put(&format!("/posts/{}/patch", fixture.post_ids[2]), json!({"message": "p2!"})).await.ok();
    fixture.ann.delete(&format!("/posts/{}", fixture.post_ids[4])).await.ok();
    let changed = fixture.page(&format!("?since={since}")).await;
    assert_eq!(order(&changed), [fixture.post_ids[4].clone(), fixture.post_ids[2].clone()]);
    let deleted = &changed["posts"][&fixture.post_ids[4]];
    assert!(deleted["delete_at"].as_i64() > Some(since) && deleted["message"] == "");
    assert_eq!(order(&fixture.page("?since=1").await).len(), fixture.post_ids.len() + order(&fixture.page("").await).len() - 9);
}

#[tokio::test]
async fn changes_since_omit_replies_in_collapsed_threads() {
    let fixture = Fixture::new().await;
    let since = fixture.page("?per_page=1").await["posts"][&fixture.post_ids[9]]["update_at"].as_i64().unwrap();
    let reply = fixture.reply(3).await;
    assert_eq!(order(&fixture.page(&format!("?since={since}")).await), [reply, fixture.post_ids[3].clone()]);
    let roots = fixture.page(&format!("?since={since}&collapsedThreads=true")).await;
    assert_eq!(order(&roots), [fixture.post_ids[3].clone()]);
    assert_eq!(roots["posts"].as_object().unwrap().len(), 1);
    assert_eq!(roots["posts"][&fixture.post_ids[3]]["reply_count"], 1);
}

#[tokio::test]
async fn an_unchanged_page_is_answered_with_not_modified() {
    let fixture = Fixture::new().await;
    let path = format!("/channels/{}/posts", fixture.dev);
    let tag = fixture.bob.get(&path).await.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = async || {
        let request = http::Request::get(format!("/api/v4{path}")).header("if-none-match", &tag).body(axum::body::Body::empty()).unwrap();
        fixture.bob.send(request).await.status
    };
    assert_eq!(again().await, 304);
    let reaction = json!({"user_id": fixture.ann.id, "post_id": fixture.post_ids[0], "emoji_name": "tada"});
    fixture.ann.post("/reactions", reaction).await.ok();
    assert_eq!(again().await, 200);
}

#[tokio::test]
async fn pages_include_the_roots_of_replies_and_collapsed_pages_have_roots_only() {
    let fixture = Fixture::new().await;
    let reply = fixture.reply(0).await;
    let page = fixture.page("?per_page=1").await;
    assert_eq!(order(&page), std::slice::from_ref(&reply));
    assert_eq!(page["posts"][&fixture.post_ids[0]]["reply_count"], 1);
    let collapsed = fixture.page("?per_page=1&collapsedThreads=true").await;
    assert_eq!(order(&collapsed), [fixture.post_ids[9].clone()]);
    let all = fixture.page("?collapsedThreads=true").await;
    let root = &all["posts"][&fixture.post_ids[0]];
    assert!(all["posts"].get(&reply).is_none());
    assert_eq!((&root["is_following"], &root["reply_count"]), (&json!(true), &json!(1)));
    assert_eq!(root["participants"], json!([{"id": fixture.ann.id}, {"id": fixture.bob.id}]));
    assert!(root["last_reply_at"].as_i64() > Some(0));
    let other = fixture.ann.get(&format!("/channels/{}/posts?collapsedThreads=true", fixture.dev)).await.ok();
    assert_eq!(other["posts"][&fixture.post_ids[0]]["is_following"], true, "the author of the root follows the thread");
}

#[tokio::test]
async fn a_page_needs_a_fixed_number_of_queries() {
    let fixture = Fixture::new().await;
    for root in 0..10 {
        fixture.reply(root).await;
        let reaction = json!({"user_id": fixture.ann.id, "post_id": fixture.post_ids[root], "emoji_name": "tada"});
        fixture.ann.post("/reactions", reaction).await.ok();
    }
    let cost = async |query: &str| {
        let before = fixture.server.queries();
        fixture.page(query).await;
        fixture.server.queries() - before
    };
    // Queries: the channel, the version, the posts, their reactions; all roots are on the page.
    assert_eq!(cost("?per_page=100").await, 4);
    // Plus the roots.
    assert_eq!(cost("?per_page=5").await, 5);
    // Queries: the channel, the posts, the reactions, the participants, the followed threads.
    assert_eq!(cost("?per_page=100&collapsedThreads=true").await, 5);
}

#[tokio::test]
async fn the_unread_page_is_around_the_first_unread_post() {
    let fixture = Fixture::new().await;
    let path = format!("/users/me/channels/{}/posts/unread", fixture.dev);
    let set = async |n: usize| {
        fixture
            .bob
            .post(&format!("/users/me/posts/{}/set_unread", fixture.post_ids[n]), json!({"collapsed_threads_supported": true}))
            .await
            .ok()
    };
    let mut events = fixture.bob.subscribe().await;
    let unread = set(6).await;
    assert_eq!((&unread["msg_count"], &unread["msg_count_root"], &unread["channel_id"]), (&json!(6), &json!(6), &json!(fixture.dev)));
    let event = events.wait_for("post_unread").await;
    assert_eq!((&event["data"]["post_id"], &event["data"]["msg_count"]), (&json!(fixture.post_ids[6]), &json!(6)));
    let counts = fixture.bob.get(&format!("/users/me/channels/{}/unread", fixture.dev)).await.ok();
    assert_eq!(counts["msg_count"], 4);

    let around = fixture.bob.get(&format!("{path}?limit_before=2&limit_after=3")).await.ok();
    assert_eq!(order(&around), newest_first(&fixture.post_ids[4..9]));
    assert_eq!((&around["next_post_id"], &around["prev_post_id"]), (&json!(fixture.post_ids[9]), &json!(fixture.post_ids[3])));
    let all_read = json!({"channel_id": fixture.dev, "prev_channel_id": ""});
    fixture.bob.post("/channels/members/me/view", all_read).await.ok();
    let newest = fixture.bob.get(&format!("{path}?limit_before=3&limit_after=3")).await.ok();
    assert_eq!(order(&newest), newest_first(&fixture.post_ids[7..]));
    assert_eq!(fixture.bob.get(&format!("{path}?limit_after=0")).await.status, 400);
    fixture.ann.get(&path.replace("/me/", &format!("/{}/", fixture.bob.id))).await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn marking_unread_counts_mentions_again() {
    let fixture = Fixture::new().await;
    let dev = json!({"id": fixture.dev});
    let first = text(&fixture.ann.create_post(&dev, "hi @bob").await["id"]);
    fixture.ann.create_post(&dev, "and @all").await;
    let gone = text(&fixture.ann.create_post(&dev, "nothing").await["id"]);
    fixture.ann.delete(&format!("/posts/{gone}")).await.ok();
    let unread = fixture.bob.post(&format!("/users/me/posts/{first}/set_unread"), json!({})).await.ok();
    assert_eq!((&unread["mention_count"], &unread["mention_count_root"]), (&json!(2), &json!(2)));
    let count = fixture.bob.get(&format!("/users/me/channels/{}/unread", fixture.dev)).await.ok();
    assert_eq!((&count["msg_count"], &count["mention_count"]), (&json!(2), &json!(2)), "what was deleted is not unread");
    let mine = fixture.ann.post(&format!("/users/me/posts/{first}/set_unread"), json!({})).await.ok();
    assert_eq!(mine["mention_count"], 0);
}

#[tokio::test]
async fn saved_posts_are_private() {
    let fixture = Fixture::new().await;
    let save = |n: usize| json!({"user_id": fixture.bob.id, "category": "flagged_post", "name": fixture.post_ids[n], "value": "true"});
    fixture.bob.put("/users/me/preferences", json!([save(1), save(8), save(3)])).await.ok();
    let saved = fixture.bob.get("/users/me/posts/flagged").await.ok();
    assert_eq!(order(&saved), [8, 3, 1].map(|n| fixture.post_ids[n].clone()));
    let page = fixture.bob.get(&format!("/users/me/posts/flagged?channel_id={}&page=1&per_page=2", fixture.dev)).await.ok();
    assert_eq!(order(&page), [fixture.post_ids[1].clone()]);
    fixture.ann.delete(&format!("/posts/{}", fixture.post_ids[3])).await.ok();
    assert_eq!(order(&fixture.bob.get("/users/me/posts/flagged").await.ok()).len(), 2);
    fixture.ann.get(&format!("/users/{}/posts/flagged", fixture.bob.id)).await.assert_error(403, "api.context.permissions.app_error");
    fixture.bob.delete(&format!("/channels/{}/members/{}", fixture.dev, fixture.bob.id)).await.ok();
    assert!(order(&fixture.bob.get("/users/me/posts/flagged").await.ok()).is_empty(), "not what one cannot read any more");
}
