//! Deleted posts: nothing of them is left but their ids, and everybody's counts are told.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const SECRET: &str = "topsecret";

struct Fixture {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: String,
    dev: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
        let team = root.create_team("crew").await;
        let dev = root.create_channel(&team, "dev", "O").await;
        for person in [&ann, &bob] {
            root.add_to_team(&team, person).await;
            root.add_to_channel(&dev, person).await;
        }
        Self { root, ann, bob, team: text(&team["id"]), dev: text(&dev["id"]), server }
    }

    async fn post(&self, body: Value) -> String {
        let mut body = body;
        body["channel_id"] = json!(self.dev);
        text(&self.ann.post("/posts", body).await.ok()["id"])
    }

    /// A message with everything that a message can have, edited, pinned, saved and reacted to.
    async fn full_post(&self, root_id: &str) -> String {
        let upload = self.ann.upload(&format!("/files?channel_id={}", self.dev), &[("files", Some("topsecret.txt"), b"topsecret")]).await;
        let file = upload.ok()["file_infos"][0]["id"].clone();
        let props = json!({"attachments": [{"title": SECRET, "text": SECRET}], "note": SECRET});
        let body = json!({"root_id": root_id, "message": "topsecret #topsecret", "props": props, "file_ids": [file]});
        let id = self.post(body).await;
        self.ann.put(&format!("/posts/{id}/patch"), json!({"message": "topsecret #topsecret twice"})).await.ok();
        self.bob.post(&format!("/posts/{id}/pin"), json!({})).await.ok();
        self.bob.post("/reactions", json!({"user_id": self.bob.id, "post_id": id, "emoji_name": "tada"})).await.ok();
        let saved = json!([{"user_id": self.bob.id, "category": "flagged_post", "name": id, "value": "true"}]);
        self.bob.put("/users/me/preferences", saved).await.ok();
        id
    }

    async fn rows_with_secrets(&self) -> i64 {
        let sql =
            "SELECT COUNT(*) FROM posts WHERE message LIKE '%topsecret%' OR props LIKE '%topsecret%' OR hashtags <> '' OR file_ids <> ''";
        self.server.count(sql).await
    }
}

#[tokio::test]
async fn a_tombstone_holds_nothing_wherever_it_is_read() {
    let fixture = Fixture::new().await;
    let id = fixture.full_post("").await;
    let reply = fixture.full_post(&id).await;
    assert_eq!(fixture.rows_with_secrets().await, 4, "two posts and their earlier versions");
    fixture.ann.delete(&format!("/posts/{id}")).await.ok();

    assert_eq!(fixture.rows_with_secrets().await, 0);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM files WHERE delete_at = 0").await, 0);
    for table in ["reactions", "pinned_posts", "search_posts", "posts WHERE original_id IS NOT NULL"] {
        let sql: &'static str = Box::leak(format!("SELECT COUNT(*) FROM {table}").into_boxed_str());
        assert_eq!(fixture.server.count(sql).await, 0, "{table}");
    }
    for gone in [&id, &reply] {
        let tombstone = fixture.root.get(&format!("/posts/{gone}?include_deleted=true")).await.ok();
        assert!(tombstone["delete_at"].as_i64() > Some(0));
        assert!(
            !tombstone.to_string().contains(SECRET) && tombstone.get("file_ids").is_none() && tombstone["hashtags"] == "",
            "{tombstone}"
        );
        assert_eq!((&tombstone["props"], &tombstone["is_pinned"]), (&json!({}), &json!(false)));
    }
    let (dev, team) = (&fixture.dev, &fixture.team);
    for path in [
        format!("/channels/{dev}/posts"),
        format!("/channels/{dev}/posts?since=1"),
        format!("/channels/{dev}/pinned"),
        "/users/me/posts/flagged".to_owned(),
        format!("/users/me/teams/{team}/threads?deleted=true"),
    ] {
        assert!(!fixture.bob.get(&path).await.ok().to_string().contains(SECRET), "{path}");
    }
    for terms in [SECRET, "#topsecret"] {
        let found = fixture.bob.post(&format!("/teams/{team}/posts/search"), json!({"terms": terms, "is_or_search": false})).await.ok();
        assert_eq!(found["order"], json!([]), "{terms}");
    }
}

#[tokio::test]
async fn a_deleted_reply_leaves_no_text_in_its_thread() {
    let fixture = Fixture::new().await;
    let root = fixture.post(json!({"message": "root"})).await;
    let reply = fixture.full_post(&root).await;
    fixture.post(json!({"message": "another", "root_id": root})).await;
    fixture.ann.delete(&format!("/posts/{reply}")).await.ok();
    assert_eq!(fixture.rows_with_secrets().await, 0);
    for query in ["", "?fromUpdateAt=1", "?collapsedThreads=true"] {
        let thread = fixture.bob.get(&format!("/posts/{root}/thread{query}")).await.ok();
        assert!(!thread.to_string().contains(SECRET), "{query}");
    }
}

#[tokio::test]
async fn the_event_has_the_post_as_it_was() {
    let fixture = Fixture::new().await;
    let id = fixture.full_post("").await;
    let mut events = fixture.bob.subscribe().await;
    fixture.ann.delete(&format!("/posts/{id}")).await.ok();
    let event = events.wait_for("post_deleted").await;
    let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!((&post["message"], &post["hashtags"]), (&json!("topsecret #topsecret twice"), &json!("#topsecret")));
    assert_eq!((&post["delete_at"], &post["props"]["note"]), (&json!(0), &json!(SECRET)));
    assert_eq!(post["metadata"]["files"][0]["name"], "topsecret.txt");
}

#[tokio::test]
async fn events_tell_whose_mentions_change() {
    let fixture = Fixture::new().await;
    let mut events = fixture.bob.subscribe().await;
    let id = fixture.post(json!({"message": "hello"})).await;
    let bobs = |event: &Value, name: &str| event["data"][name].as_str().map(|list| list.contains(&fixture.bob.id.to_string()));
    let edit = async |message: &str| fixture.ann.put(&format!("/posts/{id}/patch"), json!({"message": message})).await.ok();
    edit("hello @bob").await;
    let event = events.wait_for("post_edited").await;
    assert_eq!((bobs(&event, "mentions_added"), bobs(&event, "mentions_removed")), (Some(true), None));
    edit("hello again").await;
    let event = events.wait_for("post_edited").await;
    assert_eq!((bobs(&event, "mentions_added"), bobs(&event, "mentions_removed")), (None, Some(true)));
    edit("@bob").await;
    let unread = async || fixture.bob.get(&format!("/users/me/channels/{}/unread", fixture.dev)).await.ok()["mention_count"].clone();
    // One is the message that Bob was added to the channel.
    assert_eq!(unread().await, 2);
    fixture.ann.delete(&format!("/posts/{id}")).await.ok();
    assert_eq!(bobs(&events.wait_for("post_deleted").await, "mentions"), Some(true));
    assert_eq!(unread().await, 1);
}

#[tokio::test]
async fn posts_that_were_deleted_before_are_erased_by_a_job() {
    let fixture = Fixture::new().await;
    let (kept, gone) = (fixture.full_post("").await, fixture.full_post("").await);
    fixture.server.execute("UPDATE posts SET delete_at = 1 WHERE id = (SELECT MAX(id) FROM posts WHERE message LIKE '%twice')").await;
    fixture.root.post("/jobs", json!({"type": "deleted_posts"})).await.ok();
    while fixture.server.app().services.run_due_jobs().await.unwrap() > 0 {}
    assert_eq!(fixture.rows_with_secrets().await, 2, "the living post and its earlier version");
    assert!(fixture.bob.get(&format!("/posts/{kept}")).await.ok().to_string().contains(SECRET));
    assert!(!fixture.root.get(&format!("/posts/{gone}?include_deleted=true")).await.ok().to_string().contains(SECRET));
}
