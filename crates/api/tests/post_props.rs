//! The props of posts: their types, and those that only the server sets.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

async fn fixture() -> (TestServer, TestUser, Value, Value) {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let team = ann.create_team("crew").await;
    let dev = ann.create_channel(&team, "dev", "O").await;
    (server, ann, team, dev)
}

async fn create_post(ann: &TestUser, channel: &Value, message: &str, props: Value) -> Value {
    ann.post("/posts", json!({"channel_id": channel["id"], "message": message, "props": props})).await.ok()
}

#[tokio::test]
async fn props_have_the_types_that_clients_expect() {
    let (_server, ann, _, dev) = fixture().await;
    let strange = json!({
        "card": {"a": 1}, "mine": {"a": 1},
        "attachments": [{"title": 1, "ts": [], "fields": [{"value": {"a": 1}}], "actions": [null, {"name": 5, "options": [null]}]}],
    });
    let post = create_post(&ann, &dev, "hi", strange.clone()).await;
    let checked = |post: &Value| {
        let props = &post["props"];
        assert!(props["card"].is_null() && props["mine"]["a"] == 1, "{props}");
        let card = &props["attachments"][0];
        assert!(card["title"] == "1" && card["ts"].is_null() && card["fields"][0]["value"] == r#"{"a":1}"#, "{card}");
        // Buttons without an id get one, by which they are pressed.
        assert_eq!(card["actions"], json!([{"id": card["actions"][0]["id"], "options": []}]));
        assert_eq!(card["actions"][0]["id"].as_str().map(str::len), Some(26));
    };
    checked(&post);
    let path = format!("/posts/{}", post["id"].as_str().unwrap());
    checked(&ann.put(&format!("{path}/patch"), json!({ "props": strange })).await.ok());
    checked(&ann.get(&path).await.ok());
    assert_eq!(create_post(&ann, &dev, "hi", json!({"card": "text", "attachments": "none"})).await["props"], json!({"card": "text"}));
}

#[tokio::test]
async fn channel_mentions_are_set_by_the_server_only() {
    let (_server, ann, team, dev) = fixture().await;
    ann.create_channel(&team, "hidden", "P").await;
    let old = ann.create_channel(&team, "old", "O").await;
    ann.delete(&format!("/channels/{}", old["id"].as_str().unwrap())).await.ok();
    let called = json!({"dev": {"display_name": dev["display_name"], "team_name": "crew"}});
    let forged = json!({"channel_mentions": {"dev": {"display_name": "forged"}, "hidden": 5}, "mine": 1});
    let post = create_post(&ann, &dev, "to ~dev, ~hidden, ~old and ~none", forged.clone()).await;
    assert_eq!(post["props"], json!({"channel_mentions": called, "mine": 1}));

    let path = format!("/posts/{}/patch", post["id"].as_str().unwrap());
    assert_eq!(ann.put(&path, json!({"message": "to nowhere", "props": forged})).await.ok()["props"], json!({"mine": 1}));
    assert_eq!(ann.put(&path, json!({"message": "~dev"})).await.ok()["props"]["channel_mentions"], called);
    assert_eq!(create_post(&ann, &dev, "hi", json!({"channel_mentions": 5})).await["props"], json!({}));
}
