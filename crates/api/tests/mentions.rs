//! Whom a post mentions, as its members' counts say; names, keywords and hashtags in what is text, code and address.

use guildhall_model::Clock;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::StubServer;

/// Ann created "dev", where Bob is a member, too.
struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    dev: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(TestServer::start().await).await
    }

    async fn with(server: TestServer) -> Self {
        let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
        let team = ann.create_team("crew").await;
        let dev = ann.create_channel(&team, "dev", "O").await;
        let fixture = Self { server, ann, bob, team, dev };
        fixture.admit(&fixture.bob).await;
        fixture
    }

    /// A further member. Signed up with a plain name, because the address is made of it.
    async fn member(&self, sign_up_name: &str, username: &str) -> TestUser {
        let user = self.server.create_user(sign_up_name).await;
        user.put("/users/me/patch", json!({"username": username})).await.ok();
        self.admit(&user).await;
        user
    }

    async fn admit(&self, user: &TestUser) {
        self.ann.add_to_team(&self.team, user).await;
        self.ann.add_to_channel(&self.dev, user).await;
    }

    fn path(&self, tail: &str) -> String {
        format!("/channels/{}{tail}", self.dev["id"].as_str().unwrap())
    }

    async fn mention_count(&self, user: &TestUser) -> i64 {
        user.get(&self.path("/members/me")).await.ok()["mention_count"].as_i64().unwrap()
    }

    /// How many mentions of the user the message of Ann adds.
    async fn mentions(&self, user: &TestUser, message: &str) -> i64 {
        let before = self.mention_count(user).await;
        self.ann.create_post(&self.dev, message).await;
        self.mention_count(user).await - before
    }

    async fn choose_keywords(&self, keys: &str) {
        self.bob.put("/users/me/patch", json!({"notify_props": {"mention_keys": keys}})).await.ok();
    }
}

#[tokio::test]
async fn names_count_in_text_of_any_structure() {
    let fixture = Fixture::new().await;
    for message in [
        "- list\n    - @bob do it",
        "- list\n\t- @bob do it",
        "1. item\n\n    @bob do it",
        "text\n    @bob",
        "```ls``` @bob please",
        "`a\nb` @bob",
        "``@bob`",
        "```x```\n@bob",
        "> quote\n@bob answers",
        "> ```\n> x\n> ```\n@bob",
        "| a |\n|---|\n| @bob |",
        "**@bob** and __all__",
        "[@bob](https://a.org/x)",
        "https://a.org/x @bob",
        "<div>@bob</div>",
        "@bob你好",
        "请@bob 看",
        "@bobさん、",
        "@bob's turn",
        "x/@bob",
        "R&amp;D @bob",
        "[todo]: @bob",
        "@bob.Please",
        "(@BOB)",
    ] {
        assert_eq!(fixture.mentions(&fixture.bob, message).await, 1, "{message}");
    }
    for message in [
        "text\n\n    @bob",
        "````\n```\n@bob\n```\n````",
        "~~~\n@bob\n```",
        "- a\n  ```\n  @bob\n  ```",
        "`a\n@bob`",
        "``` @bob ```",
        "``` @bob\nx\n```",
        "> @bob",
        "- > @bob",
        "[a](https://a.org/@bob)",
        "https://a.org/*/@bob",
        "www.a.org/@bob",
        "![@bob](https://a.org/i.png)",
        "mail@bob.com",
        "für@bob",
        "@bobé",
        "\\@bob",
        "@bob_x",
        "@bobby",
    ] {
        assert_eq!(fixture.mentions(&fixture.bob, message).await, 0, "{message}");
    }
}

#[tokio::test]
async fn names_may_begin_and_end_in_punctuation() {
    let fixture = Fixture::new().await;
    for (sign_up_name, name, messages) in [
        ("one", "dot.", ["@dot.", "@dot.: x", "(@dot.)"]),
        ("two", "dash-", ["@dash-: x", "@dash-", "@dash-, hi"]),
        ("three", "under_", ["@under_: x", "@under_", "@under_ hi"]),
        ("four", "_lead", ["@_lead", "@_lead and @_lead", "hi @_lead."]),
        ("five", ".start", ["@.start", "hi @.start!", "@.start: x"]),
    ] {
        let user = fixture.member(sign_up_name, name).await;
        for message in messages {
            assert_eq!(fixture.mentions(&user, message).await, 1, "{message}");
        }
    }
    // The longer name is meant where somebody has it.
    let dot = fixture.member("six", "dot").await;
    for (message, count) in [("@dot", 1), ("@dot, x", 1), ("@dot.", 0), ("@dot-x", 1)] {
        assert_eq!(fixture.mentions(&dot, message).await, count, "{message}");
    }
}

#[tokio::test]
async fn everyone_is_mentioned_by_the_same_rules() {
    let fixture = Fixture::new().await;
    for message in ["@all", "大家@all看", "- a\n    - @channel", "@Channel: x", "**@all**", "@all's"] {
        assert_eq!(fixture.mentions(&fixture.bob, message).await, 1, "{message}");
    }
    for message in ["@allan @channels", "`@all`", "> @all", "x@all", "https://a.org/@all", "\\@all", "text\n\n    @channel"] {
        assert_eq!(fixture.mentions(&fixture.bob, message).await, 0, "{message}");
    }
}

#[tokio::test]
async fn keywords_of_any_script_and_form_count() {
    let fixture = Fixture::new().await;
    for (keys, hits, misses) in [
        ("日本", vec!["日本は遠い", "in日本"], vec!["日 本", "`日本`"]),
        ("배포", vec!["배포했습니다"], vec!["배 포"]),
        ("ประชุม", vec!["วันนี้ประชุมทีม"], vec!["> ประชุม"]),
        ("code review", vec!["please Code Review this", "code   review", "code\nreview"], vec!["code\n\nreview", "code `x` review"]),
        ("c++,R&D", vec!["I like C++ a lot", "our R&D."], vec!["objc++", "HR&D"]),
        ("#urgent,:fire:", vec!["this is #urgent now", "on :fire: now"], vec!["#urgently", "fire"]),
        ("деплой", vec!["Деплой!"], vec!["деплойка"]),
        ("straße", vec!["STRASSE"], vec!["Straßen"]),
        ("cafe\u{301}", vec!["Café?"], vec!["cafe"]),
        ("deploy", vec!["re-deploy"], vec!["@deploy", ":deploy:", "https://a.org/deploy", "[a](/deploy)", "- x\n\n      deploy"]),
    ] {
        fixture.choose_keywords(keys).await;
        for message in hits {
            assert_eq!(fixture.mentions(&fixture.bob, message).await, 1, "{keys} in {message}");
        }
        for message in misses {
            assert_eq!(fixture.mentions(&fixture.bob, message).await, 0, "{keys} in {message}");
        }
    }
    fixture.choose_keywords("").await;
    assert_eq!(fixture.mentions(&fixture.bob, "deploy 日本 c++").await, 0);
}

#[tokio::test]
async fn a_webhook_mentions_its_owner() {
    let fixture = Fixture::new().await;
    let hook = fixture.ann.post("/hooks/incoming", json!({"channel_id": fixture.dev["id"], "display_name": "CI"})).await.ok();
    let path = format!("//hooks/{}", hook["id"].as_str().unwrap());
    let send = async |message: Value| {
        let before = (fixture.mention_count(&fixture.ann).await, fixture.mention_count(&fixture.bob).await);
        assert_eq!(fixture.server.anonymous().post(&path, message).await.status, 200);
        (fixture.mention_count(&fixture.ann).await - before.0, fixture.mention_count(&fixture.bob).await - before.1)
    };
    assert_eq!(send(json!({"text": "@ann build failed"})).await, (1, 0));
    assert_eq!(send(json!({"text": "@all build failed"})).await, (1, 1));
    assert_eq!(send(json!({"text": "x", "attachments": [{"text": "- a\n    - @bob"}, {"pretext": "`@bob`"}]})).await, (0, 1));
    assert_eq!(send(json!({"text": "@allan `@ann`"})).await, (0, 0));
    fixture.ann.create_post(&fixture.dev, "@ann talks to herself").await;
    assert_eq!(fixture.mention_count(&fixture.ann).await, 0);
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

async fn check_webhook_in_thread(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let fixture = Fixture::with(server).await;
    let addresses = json!({"ServiceSettings": {"AllowedUntrustedInternalConnections": "127.0.0.1"}});
    fixture.ann.put("/config/patch", addresses).await.ok();
    let mut hook =
        json!({"team_id": fixture.team["id"], "channel_id": fixture.dev["id"], "display_name": "CI", "trigger_words": ["build"]});
    let called = StubServer::responding_with(200, "application/json", r#"{"text": "@ann it failed", "response_type": "comment"}"#).await;
    hook["callback_urls"] = json!([called.url]);
    let hook = fixture.ann.post("/hooks/outgoing", hook).await.ok();
    let thread = async || {
        let path = format!("/users/me/teams/{}/threads", text(&fixture.team, "id"));
        let threads = fixture.ann.get(&path).await.ok();
        let [replies, mentions] = ["unread_replies", "unread_mentions"].map(|name| threads["threads"][0][name].clone());
        [replies, mentions, threads["total_unread_mentions"].clone()]
    };

    // Bob's post is answered by Ann's webhook, which mentions her: in the thread, and in the channel.
    let mut events = fixture.ann.subscribe().await;
    let before = fixture.mention_count(&fixture.ann).await;
    let root = fixture.bob.create_post(&fixture.dev, "build").await;
    let updated = events.wait_for("thread_updated").await;
    let told: Value = serde_json::from_str(updated["data"]["thread"].as_str().unwrap()).unwrap();
    assert_eq!((&told["unread_replies"], &told["unread_mentions"]), (&json!(1), &json!(1)));
    assert_eq!(thread().await, [1, 1, 1]);
    assert_eq!(fixture.mention_count(&fixture.ann).await - before, 1);

    // A comment of the webhook that does not mention her changes nothing, and leaves unread what is unread.
    let silent = StubServer::responding_with(200, "application/json", r#"{"text": "again", "response_type": "comment"}"#).await;
    let changed = json!({"id": hook["id"], "team_id": fixture.team["id"], "channel_id": fixture.dev["id"], "display_name": "CI",
        "trigger_words": ["build"], "callback_urls": [silent.url]});
    fixture.ann.put(&format!("/hooks/outgoing/{}", text(&hook, "id")), changed).await.ok();
    let again = json!({"channel_id": fixture.dev["id"], "root_id": root["id"], "message": "build again"});
    fixture.bob.post("/posts", again).await.ok();
    for _ in 0..2 {
        events.wait_for("thread_updated").await;
    }
    assert_eq!(thread().await, [2, 1, 1], "Bob's reply is unread, the webhook's is not");

    // Reading and marking as unread count the same.
    let path = format!("/users/me/teams/{}/threads/{}", text(&fixture.team, "id"), text(&root, "id"));
    let replies = fixture.ann.get(&format!("/posts/{}/thread", text(&root, "id"))).await.ok();
    let first = replies["order"].as_array().unwrap().iter().map(|id| &replies["posts"][id.as_str().unwrap()]);
    let first = first.filter(|post| post["root_id"] != "").min_by_key(|post| post["create_at"].as_i64()).unwrap().clone();
    let now = fixture.server.clock.now().0;
    fixture.ann.put(&format!("{path}/read/{now}"), json!({})).await.ok();
    assert_eq!(thread().await, [0, 0, 0]);
    let marked = fixture.ann.post(&format!("{path}/set_unread/{}", text(&first, "id")), json!({})).await.ok();
    assert_eq!((&marked["unread_replies"], &marked["unread_mentions"]), (&json!(2), &json!(1)));
    assert_eq!(thread().await, [2, 1, 1]);
    let marked = fixture.ann.post(&format!("/users/me/posts/{}/set_unread", text(&first, "id")), json!({})).await.ok();
    assert_eq!(marked["mention_count"], 1);
}

#[tokio::test]
async fn a_webhook_mentions_its_owner_in_a_thread_on_sqlite() {
    check_webhook_in_thread(Dialect::Sqlite).await;
}

#[tokio::test]
async fn a_webhook_mentions_its_owner_in_a_thread_on_postgres() {
    check_webhook_in_thread(Dialect::Postgres).await;
}

#[tokio::test]
async fn a_webhook_mentions_its_owner_in_a_thread_on_mysql() {
    check_webhook_in_thread(Dialect::Mysql).await;
}

#[tokio::test]
async fn marking_as_unread_counts_the_same_mentions() {
    let fixture = Fixture::new().await;
    fixture.server.create_user("bob.smith").await;
    let before = fixture.mention_count(&fixture.bob).await;
    let first = fixture.ann.create_post(&fixture.dev, "- a\n    - @bob").await;
    for message in ["@bob.smith", "text\n\n    @bob", "```ls``` @bob", "@bob.jones", "> @bob"] {
        fixture.ann.create_post(&fixture.dev, message).await;
    }
    assert_eq!(fixture.mention_count(&fixture.bob).await - before, 3);
    let path = format!("/users/me/posts/{}/set_unread", first["id"].as_str().unwrap());
    assert_eq!(fixture.bob.post(&path, json!({})).await.ok()["mention_count"], 3);
}

#[tokio::test]
async fn channels_and_hashtags_count_in_text_only() {
    let fixture = Fixture::new().await;
    fixture.ann.create_channel(&fixture.team, "ops", "O").await;
    let post = fixture.ann.create_post(&fixture.dev, "频道~dev看 `~ops` #议程, `#code` 会议#Großes. https://a.org/#x C#sharp").await;
    let channels: Vec<&str> = post["props"]["channel_mentions"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((channels, &post["hashtags"]), (vec!["dev"], &json!("#议程 #Großes")));
    let post = fixture.ann.create_post(&fixture.dev, "```\n~ops #tag\n```").await;
    assert_eq!((&post["props"], &post["hashtags"]), (&json!({}), &json!("")));
    let search = json!({"terms": "#Großes", "is_or_search": false});
    let found = fixture.bob.post(&format!("/teams/{}/posts/search", fixture.team["id"].as_str().unwrap()), search).await.ok();
    assert_eq!(found["order"].as_array().unwrap().len(), 1);
}
