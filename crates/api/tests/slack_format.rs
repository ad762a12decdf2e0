//! Messages in Slack's format: brackets, attachments of every shape, and the names and icons of integrations.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
    hook: String,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ann = server.create_user("ann").await;
        let bob = server.create_user("bob").await;
        let team = ann.create_team("builders").await;
        ann.add_to_team(&team, &bob).await;
        let channel = ann.create_channel(&team, "builds", "O").await;
        ann.add_to_channel(&channel, &bob).await;
        let hook = ann.post("/hooks/incoming", json!({"channel_id": channel["id"]})).await.ok();
        let hook = format!("//hooks/{}", hook["id"].as_str().unwrap());
        Self { server, ann, bob, team, channel, hook }
    }

    /// The post that a message becomes.
    async fn send(&self, message: Value) -> Value {
        assert_eq!(self.server.anonymous().post(&self.hook, message).await.text(), "ok");
        let list = self.ann.get(&format!("/channels/{}/posts", self.channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }

    async fn attachment(&self, attachment: Value) -> Value {
        self.send(json!({ "attachments": [attachment] })).await["props"]["attachments"][0].clone()
    }
}

#[tokio::test]
async fn brackets_become_markdown() {
    let fixture = Fixture::new().await;
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    let (bob, builds) = (fixture.bob.id, fixture.channel["id"].as_str().unwrap());
    for (text, expected) in [
        (format!("hey <@{bob}> in <#{builds}>"), "hey @bob in ~builds".to_owned()),
        ("<@bob> <@U1|carl> <#C1|general> <!subteam^S1|@ops>".to_owned(), "@bob @carl ~general @ops".to_owned()),
        (format!("<#{}>", hidden["id"].as_str().unwrap()), format!("<#{}>", hidden["id"].as_str().unwrap())),
        ("<tel:+49|call> <!here> &lt;b&gt; R&amp;D".to_owned(), "[call](tel:+49) @here <b> R&D".to_owned()),
        ("`<!here> &lt;` <!date^1392734382^{date}|Feb 18, 2014>".to_owned(), "`<!here> &lt;` Feb 18, 2014".to_owned()),
    ] {
        assert_eq!(fixture.send(json!({ "text": text })).await["message"], expected, "{text}");
    }
}

#[tokio::test]
async fn a_user_who_is_mentioned_by_id_is_told() {
    let fixture = Fixture::new().await;
    let path = format!("/users/me/channels/{}/unread", fixture.channel["id"].as_str().unwrap());
    let mentions = async || fixture.bob.get(&path).await.ok()["mention_count"].as_i64().unwrap();
    let before = mentions().await;
    fixture.send(json!({"text": format!("look, <@{}>", fixture.bob.id)})).await;
    assert_eq!(mentions().await, before + 1);
}

#[tokio::test]
async fn every_text_of_an_attachment_is_converted() {
    let fixture = Fixture::new().await;
    let attachment = fixture
        .attachment(json!({
            "pretext": "<http://x.org|p>", "Title": "<!here> x", "text": format!("<@{}>", fixture.bob.id), "author_name": "a &amp; b",
            "footer": "<mailto:a@b.example|write>", "fields": [{"title": "<!channel>", "value": "<http://x.org|v>", "short": "true"}],
        }))
        .await;
    let texts = ["pretext", "title", "text", "author_name", "footer"].map(|name| attachment[name].as_str().unwrap());
    assert_eq!(texts, ["[p](http://x.org)", "@here x", "@bob", "a & b", "[write](mailto:a@b.example)"]);
    assert_eq!(attachment["fields"], json!([{"title": "@channel", "value": "[v](http://x.org)", "short": true}]));
}

#[tokio::test]
async fn attachments_of_other_types_are_accepted() {
    let fixture = Fixture::new().await;
    let attachment = fixture.attachment(json!({"text": 7, "title": false, "color": null, "fields": null, "ts": 1.5})).await;
    assert_eq!((&attachment["text"], &attachment["title"], &attachment["color"]), (&json!("7"), &json!("false"), &json!("")));
    let fields = json!([{"title": 1, "value": 5}, {"title": "b", "value": true, "short": 1}, {"value": null}, null, "x"]);
    let attachment = fixture.attachment(json!({ "fields": fields })).await;
    let fields: Vec<_> =
        attachment["fields"].as_array().unwrap().iter().map(|field| (&field["title"], &field["value"], &field["short"])).collect();
    assert_eq!(
        fields,
        [(&json!("1"), &json!("5"), &json!(false)), (&json!("b"), &json!("true"), &json!(true)), (&json!(""), &json!(""), &json!(false))]
    );
    assert_eq!(fixture.attachment(json!({"fallback": "build <http://x.org|7> failed"})).await["text"], "build [7](http://x.org) failed");
    let long = json!({"text": "x".repeat(20_000), "attachments": [{"text": "y".repeat(9_000)}, {"text": "y".repeat(9_000)}]});
    assert_eq!(fixture.send(long).await["props"]["attachments"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn names_and_icons_are_taken_over() {
    let fixture = Fixture::new().await;
    let post = fixture.send(json!({"text": "x", "username": 7, "icon_emoji": ":robot_face:", "icon_url": null})).await;
    let props = &post["props"];
    assert_eq!((&props["override_username"], &props["override_icon_emoji"]), (&json!("7"), &json!("robot_face")));
    assert!(props["override_icon_url"].is_null());
}
