//! Text that is not perfect Unicode, and texts that are too long, from every side: the API, webhooks, and the answers of other
//! servers. No message is lost, and no request is a server error.

use crate::support::StubServer;
use axum::body::Body;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

struct Fixture {
    server: TestServer,
    ann: TestUser,
    team: Value,
    channel: Value,
    hook: String,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = "127.0.0.1".to_owned()).await;
        let ann = server.create_user("ann").await;
        let team = ann.create_team("builders").await;
        let channel = ann.create_channel(&team, "builds", "O").await;
        let hook = ann.post("/hooks/incoming", json!({"channel_id": channel["id"]})).await.ok();
        let hook = format!("/hooks/{}", hook["id"].as_str().unwrap());
        Self { server, ann, team, channel, hook }
    }

    async fn send(&self, path: &str, content_type: &str, body: &[u8]) -> TestResponse {
        let mut request = Request::post(path);
        if !content_type.is_empty() {
            request = request.header(CONTENT_TYPE, content_type);
        }
        self.ann.send(request.body(Body::from(body.to_vec())).unwrap()).await
    }

    /// The posts of the channel, the newest first.
    async fn posts(&self) -> Vec<Value> {
        let list = self.ann.get(&format!("/channels/{}/posts", self.channel["id"].as_str().unwrap())).await.ok();
        list["order"].as_array().unwrap().iter().map(|id| list["posts"][id.as_str().unwrap()].clone()).collect()
    }

    async fn newest(&self) -> Value {
        self.posts().await.swap_remove(0)
    }

    /// Sends a body to the webhook and returns the message that it became.
    async fn hooked(&self, content_type: &str, body: &[u8]) -> String {
        let answer = self.send(&self.hook, content_type, body).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ok"), "{}", String::from_utf8_lossy(body));
        self.newest().await["message"].as_str().unwrap().to_owned()
    }

    async fn command(&self, stub: &StubServer) -> TestResponse {
        let trigger = format!("go{}", stub.url.rsplit(':').next().unwrap());
        let command = json!({"team_id": self.team["id"], "trigger": trigger, "method": "P", "url": stub.url});
        self.ann.post("/commands", command).await.ok();
        let line = json!({"channel_id": self.channel["id"], "team_id": self.team["id"], "command": format!("/{trigger}")});
        self.ann.post("/commands/execute", line).await
    }

    async fn outgoing(&self, url: &str) -> Value {
        let hook = json!({
            "team_id": self.team["id"], "channel_id": self.channel["id"], "display_name": "out", "trigger_words": ["zap"], "callback_urls": [url],
        });
        self.ann.post("/hooks/outgoing", hook).await.ok()
    }

    async fn until_delivered(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    }
}

fn utf16(text: &str, mark: &[u8]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[tokio::test]
async fn webhooks_accept_every_character_set() {
    let fixture = Fixture::new().await;
    for (content_type, body) in [
        ("application/json; charset=iso-8859-1", b"{\"text\":\"Gr\xf6\xdfe\"}".to_vec()),
        (JSON, b"{\"text\":\"Gr\xf6\xdfe\"}".to_vec()),
        ("application/json; charset=utf-8", b"{\"text\":\"Gr\xf6\xdfe\"}".to_vec()),
        ("application/json; charset=unheard-of", "{\"text\":\"Größe\"}".into()),
        ("", "\u{feff}{\"text\":\"Größe\"}".into()),
        ("text/html", "\u{feff} {\"TEXT\":\"Größe\"}".into()),
        (JSON, utf16("{\"text\":\"Größe\"}", b"\xff\xfe")),
        (JSON, utf16("{\"text\":\"Größe\"}", b"")),
        (FORM, "{\"text\":\"Größe\"}".into()),
        (FORM, "\u{feff}{\"text\":\"Größe\"}".into()),
        (FORM, b"payload={\"text\":\"Gr%F6%DFe\"}".to_vec()),
        (FORM, b"text=Gr%C3%B6%C3%9Fe".to_vec()),
        ("application/x-www-form-urlencoded; charset=latin1", b"text=Gr%F6%DFe".to_vec()),
    ] {
        assert_eq!(fixture.hooked(content_type, &body).await, "Größe", "{content_type} {}", String::from_utf8_lossy(&body));
    }
}

#[tokio::test]
async fn webhooks_lose_no_message_for_a_character() {
    let fixture = Fixture::new().await;
    for (body, expected) in [
        (r#"{"text":"x \ud83d y"}"#, "x \u{fffd} y"),
        (r#"{"text":"x \ude00\ud83d"}"#, "x \u{fffd}\u{fffd}"),
        (r#"{"text":"te\u0000st"}"#, "te\u{fffd}st"),
        ("{\"text\":\"te\0st\"}\0", "te\u{fffd}st"),
        ("{\"text\":\"two\nlines\"}", "two\nlines"),
        (r#"{"text":"a","text":"b"}"#, "b"),
        (r#"{"text":"a","Text":"b","x":1,"x":2}"#, "b"),
        (r#"{"text":5}"#, "5"),
        (r#"{"text":true,"username":null,"attachments":null,"props":null}"#, "true"),
    ] {
        assert_eq!(fixture.hooked(JSON, body.as_bytes()).await, expected, "{body}");
    }
    for refused in ["", "[]", "{\"text\":", "nonsense", "{\"text\":[]}", "\0", "\u{feff}"] {
        fixture.send(&fixture.hook, JSON, refused.as_bytes()).await.assert_error(400, "web.incoming_webhook.parse.app_error");
    }
}

#[tokio::test]
async fn webhooks_accept_the_fields_of_a_form() {
    let fixture = Fixture::new().await;
    let path = format!("/{}", fixture.hook);
    let parts: &[(&str, Option<&str>, &[u8])] =
        &[("text", None, "multi <!here> ü".as_bytes()), ("username", None, b"mp"), ("extra", Some("a.bin"), b"\xff\0")];
    assert_eq!(fixture.ann.upload(&path, parts).await.text(), "ok");
    let post = fixture.newest().await;
    assert_eq!((&post["message"], &post["props"]["override_username"]), (&json!("multi @here ü"), &json!("mp")));

    let parts: &[(&str, Option<&str>, &[u8])] = &[("payload", Some("message.json"), b"{\"text\":\"from a file \xf6\"}")];
    assert_eq!(fixture.ann.upload(&path, parts).await.text(), "ok");
    assert_eq!(fixture.newest().await["message"], "from a file ö");

    let body = b"text=f%26+%2B&icon_emoji=%3Atada%3A&attachments=%5B%7B%22text%22%3A%22a%22%7D%5D&channel=builds";
    assert_eq!(fixture.hooked(FORM, body).await, "f& +");
    let post = fixture.newest().await;
    assert_eq!((&post["props"]["override_icon_emoji"], &post["props"]["attachments"][0]["text"]), (&json!("tada"), &json!("a")));
    for refused in ["other=1", "text", "attachments=%5B"] {
        let answer = fixture.send(&fixture.hook, FORM, refused.as_bytes()).await;
        assert_eq!(answer.status, 400, "{refused}");
    }
}

#[tokio::test]
async fn the_api_reads_bodies_as_leniently() {
    let fixture = Fixture::new().await;
    let id = fixture.channel["id"].as_str().unwrap();
    for (message, expected) in
        [(r"x \ud83d y", "x \u{fffd} y"), (r"a\u0000b", "a\u{fffd}b"), ("Gr\u{f6}\u{df}e", "Größe"), (r"a\\u0000b", r"a\u0000b")]
    {
        let body = format!(r#"{{"Channel_Id":"{id}","message":"lost","MESSAGE":"{message}"}}"#);
        let answer = fixture.send("/api/v4/posts", JSON, body.as_bytes()).await;
        assert_eq!((answer.status, &answer.ok()["message"]), (201, &json!(expected)), "{body}");
        assert_eq!(fixture.newest().await["message"], expected);
    }
    let latin1 = [format!("{{\"channel_id\":\"{id}\",\"message\":\"").as_bytes(), b"Gr\xf6\xdfe\"}"].concat();
    assert_eq!(fixture.send("/api/v4/posts", "application/json; charset=ISO-8859-1", &latin1).await.ok()["message"], "Größe");
    // Names within properties are the sender's.
    let body = format!(r#"{{"channel_id":"{id}","message":"m","props":{{"Key":1,"key":2,"K":"\ud83d"}}}}"#);
    let post = fixture.send("/api/v4/posts", JSON, body.as_bytes()).await.ok();
    assert_eq!((&post["props"]["Key"], &post["props"]["key"], &post["props"]["K"]), (&json!(1), &json!(2), &json!("\u{fffd}")));

    let path = format!("/api/v4/posts/{}", post["id"].as_str().unwrap());
    let edit = format!(r#"{{"ID":"{}","Message":"edited"}}"#, post["id"].as_str().unwrap());
    let request = Request::put(&path).body(Body::from(edit)).unwrap();
    assert_eq!(fixture.ann.send(request).await.ok()["message"], "edited");
    let request = Request::put(&path).body(Body::from(r#"{"message":"edited"}"#)).unwrap();
    fixture.ann.send(request).await.assert_error(400, "api.context.invalid_body_param.app_error");
}

#[tokio::test]
async fn answers_of_commands_are_read_as_leniently_and_split() {
    let fixture = Fixture::new().await;
    for (kind, body) in [
        (JSON, &b"\xef\xbb\xbf{\"Response_Type\":\"in_channel\",\"text\":\"a\",\"text\":\"Gr\xf6\xdfe\"}"[..]),
        ("application/json; charset=windows-1252", b"{\"response_type\":\"in_channel\",\"text\":\"Gr\xf6\xdfe\"}"),
    ] {
        let stub = StubServer::responding_with_bytes(200, kind, body).await;
        assert_eq!(fixture.command(&stub).await.ok()["text"], "Größe");
        assert_eq!(fixture.newest().await["message"], "Größe");
    }
    let stub = StubServer::responding_with_bytes(200, "text/plain; charset=latin1", b"Gr\xf6\xdfe\0").await;
    assert_eq!(fixture.command(&stub).await.ok()["text"], "Größe\u{fffd}");

    let code = format!("```rust\n{}```\nend", "let x = 1;\n".repeat(3_000));
    let body = json!({"response_type": "in_channel", "text": code, "attachments": [{"text": "last"}]}).to_string();
    let stub = StubServer::responding_with(200, JSON, body.leak()).await;
    fixture.command(&stub).await.ok();
    let posts = fixture.posts().await;
    assert!(posts[..3].iter().all(|post| post["message"].as_str().unwrap().matches("```").count() == 2), "{}", posts[0]["message"]);
    assert!(posts[..3].iter().all(|post| post["message"].as_str().unwrap().starts_with("```rust\n")));
    assert_eq!((&posts[0]["props"]["attachments"][0]["text"], &posts[1]["props"]["attachments"]), (&json!("last"), &Value::Null));

    let stub = StubServer::responding_with(200, "text/plain", "z".repeat(20_000).leak()).await;
    let mut events = fixture.ann.subscribe().await;
    fixture.command(&stub).await.ok();
    let mut chars = 0;
    for _ in 0..2 {
        let event = events.wait_for("ephemeral_message").await;
        let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
        chars += post["message"].as_str().unwrap().len();
    }
    assert_eq!(chars, 20_000);
}

#[tokio::test]
async fn answers_of_outgoing_webhooks_are_read_as_leniently_and_split() {
    let fixture = Fixture::new().await;
    let stub = StubServer::responding_with_bytes(200, JSON, b"{\"Text\":\"Gr\xf6\xdfe \\ud83d\",\"icon_emoji\":\":tada:\"}").await;
    let hook = fixture.outgoing(&stub.url).await;
    fixture.ann.create_post(&fixture.channel, "zap").await;
    fixture.until_delivered().await;
    let post = fixture.newest().await;
    assert_eq!((&post["message"], &post["props"]["override_icon_emoji"]), (&json!("Größe \u{fffd}"), &json!("tada")));
    fixture.ann.delete(&format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap())).await.ok();

    let body = json!({"text": "z".repeat(40_000), "response_type": "comment"}).to_string();
    let stub = StubServer::responding_with(200, JSON, body.leak()).await;
    fixture.outgoing(&stub.url).await;
    let root = fixture.ann.create_post(&fixture.channel, "zap").await;
    fixture.until_delivered().await;
    let posts = fixture.posts().await;
    let pieces: Vec<_> =
        posts.iter().filter(|post| post["message"].as_str().unwrap().starts_with('z') && post["root_id"] == root["id"]).collect();
    assert_eq!(pieces.iter().map(|post| post["message"].as_str().unwrap().len()).collect::<Vec<_>>().iter().sum::<usize>(), 40_000);
    assert_eq!(pieces.len(), 3);
}

#[tokio::test]
async fn failures_of_outgoing_webhooks_are_shown_to_their_owner() {
    let fixture = Fixture::new().await;
    let stub = StubServer::responding_in_turn(&[(404, "{}"), (403, "{}"), (200, "{\"text\":"), (200, "ok"), (404, "{}")]).await;
    let hook = fixture.outgoing(&stub.url).await;
    let path = format!("/hooks/outgoing/{}", hook["id"].as_str().unwrap());
    assert!(hook.get("last_error").is_none() && hook.get("last_error_at").is_none());
    let mut events = fixture.ann.subscribe().await;
    for (expected, is_told) in [("status 404", true), ("status 403", false), ("not valid JSON", false), ("", false), ("status 404", true)] {
        fixture.ann.create_post(&fixture.channel, "zap").await;
        fixture.until_delivered().await;
        let stored = fixture.ann.get(&path).await.ok();
        assert!(stored["last_error"].as_str().unwrap_or_default().contains(expected), "{stored}");
        assert_eq!(stored.get("last_error_at").is_none(), expected.is_empty(), "{stored}");
        if is_told {
            let event = events.wait_for("ephemeral_message").await;
            let text = event["data"]["post"].as_str().unwrap();
            assert!(text.contains("out") && text.contains(expected), "{text}");
        }
    }
}
