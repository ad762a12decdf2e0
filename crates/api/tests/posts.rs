//! Posts: creating, editing, pinning and deleting them, and their events.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

/// Ann created the team and its channel "dev"; Bob is a member of it; Eve is a member of the team only.
struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    team: Value,
    dev: Value,
}

impl Fixture {
    async fn new() -> Self {
        // Outgoing webhooks query the database in tasks of their own, which would be counted, too.
        let server = TestServer::start_with_settings(|settings| settings.integrations.outgoing_webhooks = false).await;
        let admin = server.create_user("root").await;
        let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
        let team = admin.create_team("crew").await;
        for person in [&ann, &bob, &eve] {
            admin.add_to_team(&team, person).await;
        }
        let dev = ann.create_channel(&team, "dev", "O").await;
        ann.add_to_channel(&dev, &bob).await;
        Self { server, ann, bob, eve, team, dev }
    }

    fn draft(&self, message: &str) -> Value {
        json!({"channel_id": self.dev["id"], "message": message})
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The names of the received events, without those of presence.
fn event_names(events: &mut EventStream) -> Vec<String> {
    events.event_names().into_iter().filter(|name| name != "status_change").collect()
}

fn with(mut value: Value, name: &str, field: Value) -> Value {
    value[name] = field;
    value
}

#[tokio::test]
async fn a_post_is_returned_stored_and_published() {
    let fixture = Fixture::new().await;
    let mut bob = fixture.bob.subscribe().await;
    let draft = with(fixture.draft("Hello **world** #first"), "pending_post_id", json!("ann:1"));
    let answer = fixture.ann.post("/posts", draft).await;
    assert_eq!(answer.status, 201);
    let post = answer.json();
    assert_eq!(
        (&post["message"], &post["hashtags"], &post["pending_post_id"]),
        (&json!("Hello **world** #first"), &json!("#first"), &json!("ann:1"))
    );
    assert_eq!((&post["root_id"], &post["parent_id"], &post["type"], &post["edit_at"]), (&json!(""), &json!(""), &json!(""), &json!(0)));
    assert_eq!((&post["props"], &post["metadata"]), (&json!({}), &json!({})));

    let event = bob.wait_for("posted").await;
    assert_eq!(event["data"]["sender_name"], "@ann");
    assert_eq!(event["data"]["team_id"], fixture.team["id"]);
    let published: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(published, post);

    let read = fixture.bob.get(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(read["pending_post_id"], "", "its name was the sender's business");
    assert_eq!(read["message"], post["message"]);
}

#[tokio::test]
async fn a_pending_post_id_is_idempotent() {
    let fixture = Fixture::new().await;
    let mut bob = fixture.bob.subscribe().await;
    let draft = with(fixture.draft("once"), "pending_post_id", json!("ann:7"));
    let first = fixture.ann.post("/posts", draft.clone()).await.ok();
    let again = fixture.ann.post("/posts", draft.clone()).await;
    assert_eq!((again.status, again.json()["id"].clone()), (201, first["id"].clone()));
    let (a, b) = tokio::join!(
        fixture.ann.post("/posts", with(draft.clone(), "pending_post_id", json!("ann:8"))),
        fixture.ann.post("/posts", with(draft.clone(), "pending_post_id", json!("ann:8")))
    );
    assert_eq!((a.status, b.status), (201, 201));
    assert_eq!(a.json()["id"], b.json()["id"]);
    assert_eq!(event_names(&mut bob).iter().filter(|name| *name == "posted").count(), 2);
    let others = fixture.bob.post("/posts", draft).await.ok();
    assert_ne!(others["id"], first["id"], "the name is the sender's own");
}

#[tokio::test]
async fn invalid_posts_are_rejected_with_their_error_ids() {
    let fixture = Fixture::new().await;
    let root = fixture.ann.create_post(&fixture.dev, "root").await;
    let reply = fixture.ann.post("/posts", with(fixture.draft("reply"), "root_id", root["id"].clone())).await.ok();
    let post = async |draft: Value| fixture.ann.post("/posts", draft).await;
    let town = fixture.ann.get(&format!("/teams/{}/channels/name/town-square", id(&fixture.team))).await.ok();

    let nested = with(fixture.draft("nested"), "root_id", reply["id"].clone());
    post(nested).await.assert_error(400, "api.post.create_post.root_id.app_error");
    let absent = with(fixture.draft("x"), "root_id", json!("absentabsentabsentabsent00"));
    post(absent).await.assert_error(400, "api.post.create_post.root_id.app_error");
    let elsewhere = json!({"channel_id": town["id"], "message": "x", "root_id": root["id"]});
    post(elsewhere).await.assert_error(400, "api.post.create_post.channel_root_id.app_error");
    post(fixture.draft(&"x".repeat(16_384))).await.assert_error(400, "model.post.is_valid.msg.app_error");
    assert_eq!(post(fixture.draft(&"é".repeat(16_383))).await.status, 201);
    assert_eq!(post(fixture.draft("")).await.status, 201);
    post(json!({"message": "nowhere"})).await.assert_error(403, FORBIDDEN);
    fixture.eve.post("/posts", fixture.draft("let me in")).await.assert_error(403, FORBIDDEN);
    fixture.server.anonymous().post("/posts", fixture.draft("x")).await.assert_error(401, "api.context.session_expired.app_error");
    let system = with(fixture.draft("x"), "type", json!("system_join_channel"));
    assert_eq!(post(system).await.status, 400);
    assert_eq!(post(with(fixture.draft("x"), "pending_post_id", json!("x".repeat(129)))).await.status, 400);
    assert_eq!(post(fixture.draft("a\u{0}b")).await.ok()["message"], "a\u{fffd}b");
    let strangers_file = with(fixture.draft("x"), "file_ids", json!(["absentabsentabsentabsent00"]));
    assert_eq!(post(strangers_file).await.status, 400);

    fixture.ann.delete(&format!("/channels/{}", id(&fixture.dev))).await.ok();
    post(fixture.draft("late")).await.assert_error(400, "api.post.create_post.can_not_post_to_deleted.error");
}

#[tokio::test]
async fn clients_cannot_impersonate_other_users() {
    let fixture = Fixture::new().await;
    let forged = json!({
        "from_webhook": "true", "override_username": "ceo", "override_icon_url": "https://x/y.png", "from_bot": "true",
        "webhook_display_name": "hook", "mine": {"a": 1},
        "attachments": [{"text": "card", "color": "#ff0000", "fields": [{"title": "a", "value": "b", "short": true}]}, "no object"],
    });
    let post = fixture.ann.post("/posts", with(fixture.draft("with props"), "props", forged)).await.ok();
    let kept: Vec<&String> = post["props"].as_object().unwrap().keys().collect();
    assert_eq!(kept, ["attachments", "mine"]);
    let attachment = &post["props"]["attachments"][0];
    assert_eq!(attachment["fallback"], "");
    assert_eq!(attachment["fields"][0], json!({"title": "a", "value": "b", "short": true}));
    assert!(attachment["ts"].is_null() && attachment["id"] == 0);
    assert_eq!(post["metadata"]["embeds"], json!([{"type": "message_attachment"}]));

    let patch = json!({"props": {"override_username": "ceo", "mine": 2}});
    let patched = fixture.ann.put(&format!("/posts/{}/patch", id(&post)), patch).await.ok();
    assert_eq!(patched["props"], json!({"mine": 2}));
}

#[tokio::test]
async fn mentions_are_counted_for_the_mentioned_users() {
    let fixture = Fixture::new().await;
    let mut events = fixture.bob.subscribe().await;
    let mut mentioned = async |message: &str| {
        fixture.ann.create_post(&fixture.dev, message).await;
        let event = events.wait_for("posted").await;
        let list: Vec<String> = event["data"]["mentions"].as_str().map(|list| serde_json::from_str(list).unwrap()).unwrap_or_default();
        list
    };
    let bob = fixture.bob.id.to_string();
    for message in ["hi @bob", "hi @bob, you", "@BOB.", "(@bob)", "@channel", "see @all!", "*@bob*", "x:@bob", "[@bob](http://x)"] {
        assert_eq!(mentioned(message).await, std::slice::from_ref(&bob), "{message}");
    }
    for message in [
        "bob",
        "@bobby",
        "`@bob`",
        "```\n@bob\n```",
        "> @bob said",
        "mail@bob.com",
        "@ann",
        "@eve is not here",
        "http://a/@bob",
        "[a](http://x/@bob)",
    ] {
        assert!(mentioned(message).await.is_empty(), "{message}");
    }
}

#[tokio::test]
async fn here_mentions_the_users_who_are_online() {
    let fixture = Fixture::new().await;
    let services = &fixture.server.app().services;
    let path = format!("/channels/{}/members/me", id(&fixture.dev));
    let mentions = async || fixture.bob.get(&path).await.ok()["mention_count"].as_i64().unwrap();
    let before = mentions().await;
    fixture.ann.create_post(&fixture.dev, "@here").await;
    assert_eq!(mentions().await, before, "no user is connected");
    let mut events = fixture.bob.subscribe().await;
    for person in [&fixture.ann, &fixture.bob, &fixture.eve] {
        services.statuses().user_connected(person.id).await;
    }
    assert_eq!(fixture.ann.get(&format!("/users/{}/status", fixture.bob.id)).await.ok()["status"], "online");
    fixture.ann.create_post(&fixture.dev, "@here").await;
    let event = events.wait_for("posted").await;
    assert_eq!(event["data"]["mentions"], json!([fixture.bob.id]).to_string());
    assert_eq!(mentions().await, before + 1);
    fixture.bob.put("/users/me/status", json!({"user_id": fixture.bob.id, "status": "dnd"})).await.ok();
    fixture.ann.create_post(&fixture.dev, "@here").await;
    assert_eq!(mentions().await, before + 1);
}

#[tokio::test]
async fn custom_mention_keys_are_mentions() {
    let fixture = Fixture::new().await;
    let mut events = fixture.bob.subscribe().await;
    let mut mentioned = async |message: &str| {
        fixture.ann.create_post(&fixture.dev, message).await;
        events.wait_for("posted").await["data"].get("mentions").is_some()
    };
    let choose = async |keys: &str, first: &str| {
        let notify = json!({"mention_keys": keys, "first_name": first, "channel": "false"});
        fixture.bob.put("/users/me/patch", json!({"first_name": "Robert", "notify_props": notify})).await.ok();
    };
    assert!(!mentioned("deploy").await);
    choose("deploy,Build", "true").await;
    for message in ["deploy now", "the build.", "Robert?", "@bob"] {
        assert!(mentioned(message).await, "{message}");
    }
    for message in ["deployed", "robert?", "@channel"] {
        assert!(!mentioned(message).await, "{message}");
    }
    choose("", "false").await;
    for message in ["deploy now", "Robert?"] {
        assert!(!mentioned(message).await, "{message}");
    }
}

#[tokio::test]
async fn mention_counts_increase_for_mentioned_users_only() {
    let fixture = Fixture::new().await;
    let member = async |person: &TestUser| person.get(&format!("/channels/{}/members/me", id(&fixture.dev))).await.ok();
    let before = member(&fixture.bob).await;
    fixture.ann.create_post(&fixture.dev, "hi").await;
    fixture.ann.create_post(&fixture.dev, "hi @bob").await;
    let after = member(&fixture.bob).await;
    assert_eq!(after["msg_count"], before["msg_count"]);
    for count in ["mention_count", "mention_count_root"] {
        assert_eq!(after[count].as_i64(), before[count].as_i64().map(|n| n + 1), "{count}");
    }
    let unread = fixture.bob.get(&format!("/users/me/channels/{}/unread", id(&fixture.dev))).await.ok();
    assert_eq!((&unread["msg_count"], &unread["mention_count"]), (&json!(2), &after["mention_count"]));
    // Creating a post marks the channel as read.
    let mut events = fixture.bob.subscribe().await;
    fixture.bob.create_post(&fixture.dev, "here").await;
    assert_eq!(event_names(&mut events), ["posted", "multiple_channels_viewed", "channel_viewed"]);
}

#[tokio::test]
async fn direct_messages_mention_the_other_member() {
    let fixture = Fixture::new().await;
    let direct = fixture.ann.post("/channels/direct", json!([fixture.ann.id, fixture.bob.id])).await.ok();
    let mut events = fixture.bob.subscribe().await;
    fixture.ann.create_post(&direct, "just us").await;
    let event = events.wait_for("posted").await;
    assert_eq!(event["data"]["mentions"], format!("[\"{}\"]", fixture.bob.id));
    fixture.eve.get(&format!("/channels/{}/posts", id(&direct))).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn an_edit_keeps_the_previous_version() {
    let fixture = Fixture::new().await;
    let post = fixture.ann.create_post(&fixture.dev, "first #one").await;
    let path = format!("/posts/{}/patch", id(&post));
    let mut events = fixture.bob.subscribe().await;
    let edited = fixture.ann.put(&path, json!({"message": "second #two"})).await.ok();
    assert_eq!((&edited["message"], &edited["hashtags"], &edited["id"]), (&json!("second #two"), &json!("#two"), &post["id"]));
    assert!(edited["edit_at"].as_i64() > Some(0) && edited["edit_at"] == edited["update_at"]);
    assert_eq!(event_names(&mut events), ["post_edited"]);

    let history = fixture.ann.get(&format!("/posts/{}/edit_history", id(&post))).await.ok();
    assert_eq!(history.as_array().unwrap().len(), 1);
    assert_eq!((&history[0]["message"], &history[0]["original_id"]), (&json!("first #one"), &post["id"]));
    fixture.bob.get(&format!("/posts/{}/edit_history", id(&post))).await.assert_error(403, FORBIDDEN);
    fixture.bob.put(&path, json!({"message": "not mine"})).await.assert_error(403, FORBIDDEN);
    fixture.ann.put(&path, json!({"message": "x".repeat(16_384)})).await.assert_error(400, "model.post.is_valid.msg.app_error");
    fixture
        .ann
        .put(&format!("/posts/{}", id(&post)), json!({"id": "absentabsentabsentabsent00", "message": "x"}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
    let updated = fixture.ann.put(&format!("/posts/{}", id(&post)), with(edited, "message", json!("third"))).await.ok();
    assert_eq!(updated["message"], "third");
    let restore = format!("/posts/{}/restore/{}", id(&post), id(&history[0]));
    fixture.bob.post(&restore, Value::Null).await.assert_error(403, FORBIDDEN);
    assert_eq!(fixture.ann.post(&restore, Value::Null).await.ok()["message"], "first #one");
    let other = fixture.ann.create_post(&fixture.dev, "other").await;
    fixture
        .ann
        .post(&format!("/posts/{}/restore/{}", id(&other), id(&history[0])), Value::Null)
        .await
        .assert_error(404, "app.post.get.app_error");
    fixture.ann.put(&path, json!({"message": "third"})).await.ok();
    let page = fixture.ann.get(&format!("/channels/{}/posts", id(&fixture.dev))).await.ok();
    let texts: Vec<&str> = page["posts"].as_object().unwrap().values().filter_map(|post| post["message"].as_str()).collect();
    assert!(texts.contains(&"third") && !texts.contains(&"first #one") && !texts.contains(&"second #two"));
}

#[tokio::test]
async fn concurrent_edits_are_all_kept_in_the_history() {
    let fixture = Fixture::new().await;
    let post = fixture.ann.create_post(&fixture.dev, "text 0").await;
    let path = format!("/posts/{}", id(&post));
    let edit = async |n| fixture.ann.put(&format!("{path}/patch"), json!({"message": format!("text {n}")})).await.ok();
    let edited = futures::future::join_all((1..=16).map(edit)).await;
    let last = edited.iter().max_by_key(|post| post["update_at"].as_i64().unwrap()).unwrap();
    assert_eq!(fixture.bob.get(&path).await.ok()["message"], last["message"]);
    let history = fixture.ann.get(&format!("{path}/edit_history")).await.ok();
    let mut messages: Vec<&str> = history.as_array().unwrap().iter().chain([last]).map(|post| post["message"].as_str().unwrap()).collect();
    messages.sort_by_key(|text| text[5..].parse::<u8>().unwrap());
    assert_eq!(messages, (0..=16).map(|n| format!("text {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn editing_is_limited_in_time() {
    let server = TestServer::start_with_settings(|settings| settings.posts.edit_time_limit_seconds = 60).await;
    let ann = server.create_user("ann").await;
    let team = ann.create_team("crew").await;
    let channel = ann.create_channel(&team, "dev", "O").await;
    let post = ann.create_post(&channel, "hi").await;
    let path = format!("/posts/{}/patch", id(&post));
    assert_eq!(ann.put(&path, json!({"message": "ho"})).await.status, 200);
    server.clock.advance_ms(61_000);
    ann.put(&path, json!({"message": "late"})).await.assert_error(400, "api.post.update_post.permissions_time_limit.app_error");
}

#[tokio::test]
async fn pinned_posts_are_listed_and_published_once() {
    let fixture = Fixture::new().await;
    let post = fixture.ann.create_post(&fixture.dev, "keep this").await;
    let mut events = fixture.bob.subscribe().await;
    for _ in 0..2 {
        fixture.bob.post(&format!("/posts/{}/pin", id(&post)), Value::Null).await.ok();
    }
    let pinned = fixture.ann.get(&format!("/channels/{}/pinned", id(&fixture.dev))).await.ok();
    assert_eq!(pinned["order"], json!([post["id"]]));
    assert_eq!(pinned["posts"][id(&post)]["is_pinned"], true);
    fixture.bob.post(&format!("/posts/{}/unpin", id(&post)), Value::Null).await.ok();
    assert_eq!(fixture.ann.get(&format!("/channels/{}/pinned", id(&fixture.dev))).await.ok()["order"], json!([]));
    assert_eq!(event_names(&mut events), ["post_edited", "post_edited"]);
}

#[tokio::test]
async fn a_post_is_deleted_with_its_thread() {
    let fixture = Fixture::new().await;
    let root = fixture.ann.create_post(&fixture.dev, "root").await;
    let reply = fixture.bob.post("/posts", with(fixture.draft("reply"), "root_id", root["id"].clone())).await.ok();
    let root_path = format!("/posts/{}", id(&root));
    fixture.bob.delete(&root_path).await.assert_error(403, FORBIDDEN);
    fixture.eve.delete(&root_path).await.assert_error(403, FORBIDDEN);
    let mut events = fixture.bob.subscribe().await;
    fixture.ann.delete(&format!("{root_path}?permanent=true")).await.assert_error(501, "api.post.delete_post.not_enabled.app_error");
    fixture.ann.delete(&root_path).await.ok();
    let event = events.wait_for("post_deleted").await;
    assert!(event["data"]["post"].as_str().unwrap().contains(id(&root)));
    for gone in [&root, &reply] {
        fixture.bob.get(&format!("/posts/{}", id(gone))).await.assert_error(404, "app.post.get.app_error");
    }
    fixture.ann.delete(&root_path).await.assert_error(404, "app.post.get.app_error");
    fixture.ann.put(&format!("{root_path}/patch"), json!({"message": "x"})).await.assert_error(404, "app.post.get.app_error");
}

#[tokio::test]
async fn a_concurrently_deleted_root_keeps_no_reply() {
    let fixture = Fixture::new().await;
    for round in 0..6 {
        let root = fixture.ann.create_post(&fixture.dev, "root").await;
        let draft = with(fixture.draft("reply"), "root_id", root["id"].clone());
        let path = format!("/posts/{}", id(&root));
        let (early, deleted, late) = futures::join!(
            futures::future::join_all((0..round).map(|_| fixture.bob.post("/posts", draft.clone()))),
            fixture.ann.delete(&path),
            futures::future::join_all((round..8).map(|_| fixture.bob.post("/posts", draft.clone()))),
        );
        deleted.ok();
        for answer in early.iter().chain(&late) {
            if answer.status == 201 {
                fixture.bob.get(&format!("/posts/{}", id(&answer.ok()))).await.assert_error(404, "app.post.get.app_error");
            } else {
                answer.assert_error(400, "api.post.create_post.root_id.app_error");
            }
        }
    }
    let list = fixture.bob.get(&format!("/channels/{}/posts", id(&fixture.dev))).await.ok();
    assert!(list["posts"].as_object().unwrap().values().all(|post| post["root_id"] == ""));
}

#[tokio::test]
async fn a_concurrently_archived_channel_accepts_no_posts() {
    let fixture = Fixture::new().await;
    let path = format!("/channels/{}", id(&fixture.dev));
    let (archived, answers) = futures::join!(
        fixture.ann.delete(&path),
        futures::future::join_all((0..8).map(|_| fixture.bob.post("/posts", fixture.draft("last words")))),
    );
    archived.ok();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert_error(400, "api.post.create_post.can_not_post_to_deleted.error");
    }
    fixture.bob.post("/posts", fixture.draft("too late")).await.assert_error(400, "api.post.create_post.can_not_post_to_deleted.error");
}

#[tokio::test]
async fn creating_a_post_needs_few_queries() {
    let fixture = Fixture::new().await;
    let cost = async |draft: Value| {
        let before = fixture.server.queries();
        fixture.ann.post("/posts", draft).await.ok();
        fixture.server.queries() - before
    };
    // Only the first post queries the author's presence and the outgoing webhooks of the channel.
    cost(fixture.draft("good morning")).await;
    // Queries: the channel, the author; the post, the channel's count, the index, the author's membership.
    assert_eq!(cost(fixture.draft("hello there")).await, 6);
    // Plus the mentioned users.
    assert_eq!(cost(fixture.draft("hello @bob")).await, 7);
    assert_eq!(cost(fixture.draft(&(0..400).map(|n| format!("word{n} ")).collect::<String>())).await, 6);
}

#[tokio::test]
async fn ephemeral_posts_are_published_but_not_stored() {
    let fixture = Fixture::new().await;
    let root = fixture.server.create_user("zed").await;
    let draft = json!({"user_id": fixture.bob.id, "post": {"channel_id": fixture.dev["id"], "message": "psst"}});
    fixture.ann.post("/posts/ephemeral", draft.clone()).await.assert_error(403, FORBIDDEN);
    root.post("/posts/ephemeral", draft).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn posts_by_ids_omits_unreadable_posts() {
    let fixture = Fixture::new().await;
    let open = fixture.ann.create_post(&fixture.dev, "open").await;
    let private = fixture.ann.create_channel(&fixture.team, "secret", "P").await;
    let hidden = fixture.ann.create_post(&private, "hidden").await;
    let both = json!([hidden["id"], open["id"], "absentabsentabsentabsent00"]);
    let seen = fixture.ann.post("/posts/ids", both.clone()).await.ok();
    assert_eq!((seen[0]["id"].clone(), seen[1]["id"].clone()), (hidden["id"].clone(), open["id"].clone()));
    let seen = fixture.bob.post("/posts/ids", both).await.ok();
    assert_eq!(seen.as_array().unwrap().len(), 1);
    fixture.bob.post("/posts/ids", json!([hidden["id"]])).await.assert_error(404, "app.post.get.app_error");
    assert_eq!(fixture.bob.post("/posts/ids", json!([])).await.status, 400);
    assert_eq!(fixture.bob.post("/posts/ids", json!(["nonsense"])).await.status, 400);
    fixture
        .bob
        .post("/posts/ids", json!(vec!["absentabsentabsentabsent00"; 1001]))
        .await
        .assert_error(400, "api.post.posts_by_ids.invalid_body.request_error");
    fixture.bob.get(&format!("/posts/{}", id(&hidden))).await.assert_error(403, FORBIDDEN);
    let info = fixture.bob.get(&format!("/posts/{}/info", id(&open))).await.ok();
    assert_eq!(
        (&info["channel_id"], &info["team_id"], &info["has_joined_channel"]),
        (&fixture.dev["id"], &fixture.team["id"], &json!(true))
    );
}

#[tokio::test]
async fn typing_is_published_to_the_other_members() {
    let fixture = Fixture::new().await;
    let (mut ann, mut bob) = (fixture.ann.subscribe().await, fixture.bob.subscribe().await);
    let path = format!("/users/{}/typing", fixture.ann.id);
    fixture.ann.post(&path, json!({"channel_id": fixture.dev["id"], "parent_id": ""})).await.ok();
    assert_eq!((event_names(&mut ann), event_names(&mut bob)), (Vec::new(), vec!["typing".to_owned()]));
    fixture.eve.post("/users/me/typing", json!({"channel_id": fixture.dev["id"]})).await.assert_error(403, FORBIDDEN);
    fixture.bob.post(&path, json!({"channel_id": fixture.dev["id"]})).await.assert_error(403, FORBIDDEN);
}
