//! The address of the site can change at any time: nothing that is stored carries it, and what was made before goes on.

use axum::body::Body;
use guildhall_testkit::TestServer;
use http::Request;
use serde_json::{Value, json};

use crate::support::StubServer;

const FIRST: &str = "first-address.example";
const SECOND: &str = "second-address.example";

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn another_address_keeps_data_sessions_and_links() {
    let server = TestServer::start_on_disk(|settings| settings.files.public_links = true).await;
    let root = server.create_user("root").await;
    let set_address = async |host: &str| {
        root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": format!("https://{host}")}})).await.ok();
    };
    set_address(FIRST).await;
    let ann = server.create_user("ann").await;
    let team = ann.create_team("builders").await;
    let channel = ann.create_channel(&team, "builds", "O").await;
    let upload = ann.upload(&format!("/files?channel_id={}", text(&channel["id"])), &[("files", Some("a.txt"), b"hello")]).await.ok();
    let file = text(&upload["file_infos"][0]["id"]).to_owned();
    let draft = json!({"channel_id": channel["id"], "message": "@root see **this**", "file_ids": [file]});
    let post = ann.post("/posts", draft).await.ok();
    ann.post("/posts", json!({"channel_id": channel["id"], "root_id": post["id"], "message": "a reply"})).await.ok();
    let before = text(&ann.get(&format!("/files/{file}/link")).await.ok()["link"]).to_owned();
    assert!(before.starts_with(&format!("https://{FIRST}/files/")), "{before}");

    let stub = StubServer::responding_with(200, "application/json", r#"{"text": "answered", "response_type": "in_channel"}"#).await;
    root.put("/config/patch", json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": "127.0.0.1"}})).await.ok();
    let hook = ann.post("/hooks/incoming", json!({"channel_id": channel["id"]})).await.ok();
    let outgoing = json!({"team_id": team["id"], "display_name": "x", "trigger_words": ["see"], "callback_urls": [stub.url]});
    root.post("/hooks/outgoing", outgoing).await.ok();
    let command = json!({"team_id": team["id"], "trigger": "ask", "method": "P", "url": stub.url});
    ann.post("/commands", command).await.ok();
    ann.post("/commands/execute", json!({"channel_id": channel["id"], "team_id": team["id"], "command": "/ask now"})).await.ok();
    let bot = root.post("/bots", json!({"username": "robot"})).await.ok();
    root.post(&format!("/users/{}/tokens", text(&bot["user_id"])), json!({"description": "for scripts"})).await.ok();
    let app = json!({"name": "x", "description": "x", "homepage": "https://app.example", "callback_urls": ["https://app.example"]});
    root.post("/oauth/apps", app).await.ok();
    let image = include_bytes!("support/dot.png");
    let emoji = json!({"name": "dot", "creator_id": root.id}).to_string();
    root.upload("/emoji", &[("image", Some("e.png"), &image[..]), ("emoji", None, emoji.as_bytes())]).await.ok();

    set_address(SECOND).await;
    assert!(server.columns_containing_text(SECOND).await.len() > 1, "the setting and its audit record are found");
    let carriers = server.columns_containing_text(FIRST).await;
    assert_eq!(carriers, ["audits.extra_info"], "the record of who changed the address is all that has the former one");

    // Sessions, webhooks and links go on, also after a restart.
    let server = server.restart().await;
    let ann = server.reconnect(&ann);
    assert_eq!(ann.get(&format!("/posts/{}", text(&post["id"]))).await.ok()["message"], "@root see **this**");
    let posted = server.anonymous().post(&format!("//hooks/{}", text(&hook["id"])), json!({"text": "from outside"})).await;
    assert_eq!(posted.status, 200);
    let after = text(&ann.get(&format!("/files/{file}/link")).await.ok()["link"]).to_owned();
    assert_eq!(after, before.replace(FIRST, SECOND));
    let path = after.strip_prefix(&format!("https://{SECOND}")).unwrap();
    let request = Request::get(path).header("host", SECOND).body(Body::empty()).unwrap();
    assert_eq!(server.anonymous().send(request).await.status, 200);
}

/// The rule has its tests beside it; the set-up page asks by this operation.
#[tokio::test]
async fn the_set_up_learns_for_which_name_there_can_be_a_certificate() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    for (url, name) in
        [("https%3A%2F%2Fchat.example.com%2Fchat", "chat.example.com"), ("https%3A%2F%2Fstudio.local", ""), ("chat", ""), ("", "")]
    {
        assert_eq!(root.get(&format!("/system/tls/certificate_name?url={url}")).await.ok(), json!({"name": name}), "{url}");
    }
    assert_eq!(root.get("/system/tls/certificate_name").await.status, 400);
    assert_eq!(bob.get("/system/tls/certificate_name?url=x").await.status, 403);
}
