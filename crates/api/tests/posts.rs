//! Posts over the API: written, changed, pinned, deleted, and what the others hear of it.

use guildhall_testkit::{Ears, Person, TestServer};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

/// Ann made the team and its channel "dev"; Bob is in it; Eve is in the team only.
struct Scene {
    server: TestServer,
    ann: Person,
    bob: Person,
    eve: Person,
    team: Value,
    dev: Value,
}

impl Scene {
    async fn new() -> Self {
        // Outgoing webhooks look at new posts on tasks of their own, which would be counted among a post's queries.
        let server = TestServer::start_with(|settings| settings.integrations.outgoing_webhooks = false).await;
        let admin = server.person("root").await;
        let (ann, bob, eve) = (server.person("ann").await, server.person("bob").await, server.person("eve").await);
        let team = admin.team("crew").await;
        for person in [&ann, &bob, &eve] {
            admin.bring_to_team(&team, person).await;
        }
        let dev = ann.channel(&team, "dev", "O").await;
        ann.bring_to_channel(&dev, &bob).await;
        Self { server, ann, bob, eve, team, dev }
    }

    fn draft(&self, message: &str) -> Value {
        json!({"channel_id": self.dev["id"], "message": message})
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// What came, but for people coming and going.
fn heard(ears: &mut Ears) -> Vec<String> {
    ears.names().into_iter().filter(|name| name != "status_change").collect()
}

fn with(mut value: Value, name: &str, field: Value) -> Value {
    value[name] = field;
    value
}

#[tokio::test]
async fn a_post_is_answered_stored_and_told() {
    let scene = Scene::new().await;
    let mut bob = scene.bob.listen().await;
    let draft = with(scene.draft("Hello **world** #first"), "pending_post_id", json!("ann:1"));
    let answer = scene.ann.post("/posts", draft).await;
    assert_eq!(answer.status, 201);
    let post = answer.json();
    assert_eq!(
        (&post["message"], &post["hashtags"], &post["pending_post_id"]),
        (&json!("Hello **world** #first"), &json!("#first"), &json!("ann:1"))
    );
    assert_eq!((&post["root_id"], &post["parent_id"], &post["type"], &post["edit_at"]), (&json!(""), &json!(""), &json!(""), &json!(0)));
    assert_eq!((&post["props"], &post["metadata"]), (&json!({}), &json!({})));

    let event = bob.next("posted").await;
    assert_eq!(event["data"]["sender_name"], "@ann");
    assert_eq!(event["data"]["team_id"], scene.team["id"]);
    let told: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(told, post);

    let read = scene.bob.get(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(read["pending_post_id"], "", "its name was the sender's business");
    assert_eq!(read["message"], post["message"]);
}

#[tokio::test]
async fn the_same_message_twice_is_one_post() {
    let scene = Scene::new().await;
    let mut bob = scene.bob.listen().await;
    let draft = with(scene.draft("once"), "pending_post_id", json!("ann:7"));
    let first = scene.ann.post("/posts", draft.clone()).await.ok();
    let again = scene.ann.post("/posts", draft.clone()).await;
    assert_eq!((again.status, again.json()["id"].clone()), (201, first["id"].clone()));
    let (a, b) = tokio::join!(
        scene.ann.post("/posts", with(draft.clone(), "pending_post_id", json!("ann:8"))),
        scene.ann.post("/posts", with(draft.clone(), "pending_post_id", json!("ann:8")))
    );
    assert_eq!((a.status, b.status), (201, 201));
    assert_eq!(a.json()["id"], b.json()["id"]);
    assert_eq!(heard(&mut bob).iter().filter(|name| *name == "posted").count(), 2);
    let others = scene.bob.post("/posts", draft).await.ok();
    assert_ne!(others["id"], first["id"], "the name is the sender's own");
}

#[tokio::test]
async fn what_cannot_be_posted_is_refused_by_its_name() {
    let scene = Scene::new().await;
    let root = scene.ann.say(&scene.dev, "root").await;
    let reply = scene.ann.post("/posts", with(scene.draft("reply"), "root_id", root["id"].clone())).await.ok();
    let post = async |draft: Value| scene.ann.post("/posts", draft).await;
    let town = scene.ann.get(&format!("/teams/{}/channels/name/town-square", id(&scene.team))).await.ok();

    let nested = with(scene.draft("nested"), "root_id", reply["id"].clone());
    post(nested).await.refused(400, "api.post.create_post.root_id.app_error");
    let absent = with(scene.draft("x"), "root_id", json!("absentabsentabsentabsent00"));
    post(absent).await.refused(400, "api.post.create_post.root_id.app_error");
    let elsewhere = json!({"channel_id": town["id"], "message": "x", "root_id": root["id"]});
    post(elsewhere).await.refused(400, "api.post.create_post.channel_root_id.app_error");
    post(scene.draft(&"x".repeat(16_384))).await.refused(400, "model.post.is_valid.msg.app_error");
    assert_eq!(post(scene.draft(&"é".repeat(16_383))).await.status, 201);
    assert_eq!(post(scene.draft("")).await.status, 201);
    post(json!({"message": "nowhere"})).await.refused(403, FORBIDDEN);
    scene.eve.post("/posts", scene.draft("let me in")).await.refused(403, FORBIDDEN);
    scene.server.nobody().post("/posts", scene.draft("x")).await.refused(401, "api.context.session_expired.app_error");
    let system = with(scene.draft("x"), "type", json!("system_join_channel"));
    assert_eq!(post(system).await.status, 400);
    assert_eq!(post(with(scene.draft("x"), "pending_post_id", json!("x".repeat(129)))).await.status, 400);
    assert_eq!(post(scene.draft("a\u{0}b")).await.status, 400);
    let strangers_file = with(scene.draft("x"), "file_ids", json!(["absentabsentabsentabsent00"]));
    assert_eq!(post(strangers_file).await.status, 400);

    scene.ann.delete(&format!("/channels/{}", id(&scene.dev))).await.ok();
    post(scene.draft("late")).await.refused(400, "api.post.create_post.can_not_post_to_deleted.error");
}

#[tokio::test]
async fn nobody_poses_as_somebody_else() {
    let scene = Scene::new().await;
    let forged = json!({
        "from_webhook": "true", "override_username": "ceo", "override_icon_url": "https://x/y.png", "from_bot": "true",
        "webhook_display_name": "hook", "mine": {"a": 1},
        "attachments": [{"text": "card", "color": "#ff0000", "fields": [{"title": "a", "value": "b", "short": true}]}, "no object"],
    });
    let post = scene.ann.post("/posts", with(scene.draft("with props"), "props", forged)).await.ok();
    let kept: Vec<&String> = post["props"].as_object().unwrap().keys().collect();
    assert_eq!(kept, ["attachments", "mine"]);
    let attachment = &post["props"]["attachments"][0];
    assert_eq!(attachment["fallback"], "");
    assert_eq!(attachment["fields"][0], json!({"title": "a", "value": "b", "short": true}));
    assert!(attachment["ts"].is_null() && attachment["id"] == 0);
    assert_eq!(post["metadata"]["embeds"], json!([{"type": "message_attachment"}]));

    let patch = json!({"props": {"override_username": "ceo", "mine": 2}});
    let patched = scene.ann.put(&format!("/posts/{}/patch", id(&post)), patch).await.ok();
    assert_eq!(patched["props"], json!({"mine": 2}));
}

#[tokio::test]
async fn mentions_reach_who_is_meant() {
    let scene = Scene::new().await;
    let mut ears = scene.bob.listen().await;
    let mut mentioned = async |message: &str| {
        scene.ann.say(&scene.dev, message).await;
        let event = ears.next("posted").await;
        let list: Vec<String> = event["data"]["mentions"].as_str().map(|list| serde_json::from_str(list).unwrap()).unwrap_or_default();
        list
    };
    let bob = scene.bob.id.to_string();
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
        ":@bob:",
        "http://a/@bob",
        "[a](http://x/@bob)",
    ] {
        assert!(mentioned(message).await.is_empty(), "{message}");
    }
}

#[tokio::test]
async fn here_reaches_who_is_online_at_that_moment() {
    let scene = Scene::new().await;
    let services = &scene.server.app().services;
    let path = format!("/channels/{}/members/me", id(&scene.dev));
    let mentions = async || scene.bob.get(&path).await.ok()["mention_count"].as_i64().unwrap();
    let before = mentions().await;
    scene.ann.say(&scene.dev, "@here").await;
    assert_eq!(mentions().await, before, "nobody is connected");
    let mut ears = scene.bob.listen().await;
    for person in [&scene.ann, &scene.bob, &scene.eve] {
        services.statuses().connected(person.id).await;
    }
    assert_eq!(scene.ann.get(&format!("/users/{}/status", scene.bob.id)).await.ok()["status"], "online");
    scene.ann.say(&scene.dev, "@here").await;
    let event = ears.next("posted").await;
    assert_eq!(event["data"]["mentions"], json!([scene.bob.id]).to_string());
    assert_eq!(mentions().await, before + 1);
    scene.bob.put("/users/me/status", json!({"user_id": scene.bob.id, "status": "dnd"})).await.ok();
    scene.ann.say(&scene.dev, "@here").await;
    assert_eq!(mentions().await, before + 1);
}

#[tokio::test]
async fn people_hear_of_the_words_they_chose() {
    let scene = Scene::new().await;
    let mut ears = scene.bob.listen().await;
    let mut mentioned = async |message: &str| {
        scene.ann.say(&scene.dev, message).await;
        ears.next("posted").await["data"].get("mentions").is_some()
    };
    let choose = async |keys: &str, first: &str| {
        let notify = json!({"mention_keys": keys, "first_name": first, "channel": "false"});
        scene.bob.put("/users/me/patch", json!({"first_name": "Robert", "notify_props": notify})).await.ok();
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
async fn unread_counts_move_for_the_mentioned_only() {
    let scene = Scene::new().await;
    let member = async |person: &Person| person.get(&format!("/channels/{}/members/me", id(&scene.dev))).await.ok();
    let before = member(&scene.bob).await;
    scene.ann.say(&scene.dev, "hi").await;
    scene.ann.say(&scene.dev, "hi @bob").await;
    let after = member(&scene.bob).await;
    assert_eq!(after["msg_count"], before["msg_count"]);
    for count in ["mention_count", "mention_count_root"] {
        assert_eq!(after[count].as_i64(), before[count].as_i64().map(|n| n + 1), "{count}");
    }
    let unread = scene.bob.get(&format!("/users/me/channels/{}/unread", id(&scene.dev))).await.ok();
    assert_eq!((&unread["msg_count"], &unread["mention_count"]), (&json!(2), &after["mention_count"]));
    // Whoever writes has read.
    let mut ears = scene.bob.listen().await;
    scene.bob.say(&scene.dev, "here").await;
    assert_eq!(heard(&mut ears), ["posted", "multiple_channels_viewed", "channel_viewed"]);
}

#[tokio::test]
async fn direct_messages_mention_the_other_side() {
    let scene = Scene::new().await;
    let direct = scene.ann.post("/channels/direct", json!([scene.ann.id, scene.bob.id])).await.ok();
    let mut ears = scene.bob.listen().await;
    scene.ann.say(&direct, "just us").await;
    let event = ears.next("posted").await;
    assert_eq!(event["data"]["mentions"], format!("[\"{}\"]", scene.bob.id));
    scene.eve.get(&format!("/channels/{}/posts", id(&direct))).await.refused(403, FORBIDDEN);
}

#[tokio::test]
async fn an_edit_keeps_what_was_said_before() {
    let scene = Scene::new().await;
    let post = scene.ann.say(&scene.dev, "first #one").await;
    let path = format!("/posts/{}/patch", id(&post));
    let mut ears = scene.bob.listen().await;
    let edited = scene.ann.put(&path, json!({"message": "second #two"})).await.ok();
    assert_eq!((&edited["message"], &edited["hashtags"], &edited["id"]), (&json!("second #two"), &json!("#two"), &post["id"]));
    assert!(edited["edit_at"].as_i64() > Some(0) && edited["edit_at"] == edited["update_at"]);
    assert_eq!(heard(&mut ears), ["post_edited"]);

    let history = scene.ann.get(&format!("/posts/{}/edit_history", id(&post))).await.ok();
    assert_eq!(history.as_array().unwrap().len(), 1);
    assert_eq!((&history[0]["message"], &history[0]["original_id"]), (&json!("first #one"), &post["id"]));
    scene.bob.get(&format!("/posts/{}/edit_history", id(&post))).await.refused(403, FORBIDDEN);
    scene.bob.put(&path, json!({"message": "not mine"})).await.refused(403, FORBIDDEN);
    scene.ann.put(&path, json!({"message": "x".repeat(16_384)})).await.refused(400, "model.post.is_valid.msg.app_error");
    scene
        .ann
        .put(&format!("/posts/{}", id(&post)), json!({"id": "absentabsentabsentabsent00", "message": "x"}))
        .await
        .refused(400, "api.context.invalid_body_param.app_error");
    let whole = scene.ann.put(&format!("/posts/{}", id(&post)), with(edited, "message", json!("third"))).await.ok();
    assert_eq!(whole["message"], "third");
    let restore = format!("/posts/{}/restore/{}", id(&post), id(&history[0]));
    scene.bob.post(&restore, Value::Null).await.refused(403, FORBIDDEN);
    assert_eq!(scene.ann.post(&restore, Value::Null).await.ok()["message"], "first #one");
    let other = scene.ann.say(&scene.dev, "other").await;
    scene.ann.post(&format!("/posts/{}/restore/{}", id(&other), id(&history[0])), Value::Null).await.refused(404, "app.post.get.app_error");
    scene.ann.put(&path, json!({"message": "third"})).await.ok();
    let page = scene.ann.get(&format!("/channels/{}/posts", id(&scene.dev))).await.ok();
    let texts: Vec<&str> = page["posts"].as_object().unwrap().values().filter_map(|post| post["message"].as_str()).collect();
    assert!(texts.contains(&"third") && !texts.contains(&"first #one") && !texts.contains(&"second #two"));
}

#[tokio::test]
async fn of_edits_at_the_same_time_the_last_stays_and_all_are_kept() {
    let scene = Scene::new().await;
    let post = scene.ann.say(&scene.dev, "text 0").await;
    let path = format!("/posts/{}", id(&post));
    let edit = async |n| scene.ann.put(&format!("{path}/patch"), json!({"message": format!("text {n}")})).await.ok();
    let edited = futures::future::join_all((1..=16).map(edit)).await;
    let last = edited.iter().max_by_key(|post| post["update_at"].as_i64().unwrap()).unwrap();
    assert_eq!(scene.bob.get(&path).await.ok()["message"], last["message"]);
    let history = scene.ann.get(&format!("{path}/edit_history")).await.ok();
    let mut said: Vec<&str> = history.as_array().unwrap().iter().chain([last]).map(|post| post["message"].as_str().unwrap()).collect();
    said.sort_by_key(|text| text[5..].parse::<u8>().unwrap());
    assert_eq!(said, (0..=16).map(|n| format!("text {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn editing_ends_when_its_time_is_over() {
    let server = TestServer::start_with(|settings| settings.posts.edit_time_limit_seconds = 60).await;
    let ann = server.person("ann").await;
    let team = ann.team("crew").await;
    let channel = ann.channel(&team, "dev", "O").await;
    let post = ann.say(&channel, "hi").await;
    let path = format!("/posts/{}/patch", id(&post));
    assert_eq!(ann.put(&path, json!({"message": "ho"})).await.status, 200);
    server.clock.advance_ms(61_000);
    ann.put(&path, json!({"message": "late"})).await.refused(400, "api.post.update_post.permissions_time_limit.app_error");
}

#[tokio::test]
async fn pinned_posts_are_listed_and_told_once() {
    let scene = Scene::new().await;
    let post = scene.ann.say(&scene.dev, "keep this").await;
    let mut ears = scene.bob.listen().await;
    for _ in 0..2 {
        scene.bob.post(&format!("/posts/{}/pin", id(&post)), Value::Null).await.ok();
    }
    let pinned = scene.ann.get(&format!("/channels/{}/pinned", id(&scene.dev))).await.ok();
    assert_eq!(pinned["order"], json!([post["id"]]));
    assert_eq!(pinned["posts"][id(&post)]["is_pinned"], true);
    scene.bob.post(&format!("/posts/{}/unpin", id(&post)), Value::Null).await.ok();
    assert_eq!(scene.ann.get(&format!("/channels/{}/pinned", id(&scene.dev))).await.ok()["order"], json!([]));
    assert_eq!(heard(&mut ears), ["post_edited", "post_edited"]);
}

#[tokio::test]
async fn a_deleted_post_is_gone_with_its_thread() {
    let scene = Scene::new().await;
    let root = scene.ann.say(&scene.dev, "root").await;
    let reply = scene.bob.post("/posts", with(scene.draft("reply"), "root_id", root["id"].clone())).await.ok();
    let root_path = format!("/posts/{}", id(&root));
    scene.bob.delete(&root_path).await.refused(403, FORBIDDEN);
    scene.eve.delete(&root_path).await.refused(403, FORBIDDEN);
    let mut ears = scene.bob.listen().await;
    scene.ann.delete(&format!("{root_path}?permanent=true")).await.refused(501, "api.post.delete_post.not_enabled.app_error");
    scene.ann.delete(&root_path).await.ok();
    let event = ears.next("post_deleted").await;
    assert!(event["data"]["post"].as_str().unwrap().contains(id(&root)));
    for gone in [&root, &reply] {
        scene.bob.get(&format!("/posts/{}", id(gone))).await.refused(404, "app.post.get.app_error");
    }
    scene.ann.delete(&root_path).await.refused(404, "app.post.get.app_error");
    scene.ann.put(&format!("{root_path}/patch"), json!({"message": "x"})).await.refused(404, "app.post.get.app_error");
}

#[tokio::test]
async fn a_root_deleted_meanwhile_keeps_no_reply() {
    let scene = Scene::new().await;
    for round in 0..6 {
        let root = scene.ann.say(&scene.dev, "root").await;
        let draft = with(scene.draft("reply"), "root_id", root["id"].clone());
        let path = format!("/posts/{}", id(&root));
        let (early, deleted, late) = futures::join!(
            futures::future::join_all((0..round).map(|_| scene.bob.post("/posts", draft.clone()))),
            scene.ann.delete(&path),
            futures::future::join_all((round..8).map(|_| scene.bob.post("/posts", draft.clone()))),
        );
        deleted.ok();
        for answer in early.iter().chain(&late) {
            if answer.status == 201 {
                scene.bob.get(&format!("/posts/{}", id(&answer.ok()))).await.refused(404, "app.post.get.app_error");
            } else {
                answer.refused(400, "api.post.create_post.root_id.app_error");
            }
        }
    }
    let list = scene.bob.get(&format!("/channels/{}/posts", id(&scene.dev))).await.ok();
    assert!(list["posts"].as_object().unwrap().values().all(|post| post["root_id"] == ""));
}

#[tokio::test]
async fn a_channel_archived_meanwhile_takes_no_posts() {
    let scene = Scene::new().await;
    let path = format!("/channels/{}", id(&scene.dev));
    let (archived, said) = futures::join!(
        scene.ann.delete(&path),
        futures::future::join_all((0..8).map(|_| scene.bob.post("/posts", scene.draft("last words")))),
    );
    archived.ok();
    for answer in said.iter().filter(|answer| answer.status != 201) {
        answer.refused(400, "api.post.create_post.can_not_post_to_deleted.error");
    }
    scene.bob.post("/posts", scene.draft("too late")).await.refused(400, "api.post.create_post.can_not_post_to_deleted.error");
}

#[tokio::test]
async fn a_post_costs_few_queries() {
    let scene = Scene::new().await;
    let cost = async |draft: Value| {
        let before = scene.server.queries();
        scene.ann.post("/posts", draft).await.ok();
        scene.server.queries() - before
    };
    // Only the first asks whether the author is there, and who listens to the channel from outside.
    cost(scene.draft("good morning")).await;
    // The channel, and the author; then the post, the channel's count, the index, the author's own view.
    assert_eq!(cost(scene.draft("hello there")).await, 6);
    // And the mentioned.
    assert_eq!(cost(scene.draft("hello @bob")).await, 7);
    assert_eq!(cost(scene.draft(&(0..400).map(|n| format!("word{n} ")).collect::<String>())).await, 6);
}

#[tokio::test]
async fn ephemeral_posts_are_told_and_forgotten() {
    let scene = Scene::new().await;
    let root = scene.server.person("zed").await;
    let draft = json!({"user_id": scene.bob.id, "post": {"channel_id": scene.dev["id"], "message": "psst"}});
    scene.ann.post("/posts/ephemeral", draft.clone()).await.refused(403, FORBIDDEN);
    root.post("/posts/ephemeral", draft).await.refused(403, FORBIDDEN);
}

#[tokio::test]
async fn posts_by_ids_are_those_one_may_read() {
    let scene = Scene::new().await;
    let open = scene.ann.say(&scene.dev, "open").await;
    let private = scene.ann.channel(&scene.team, "secret", "P").await;
    let hidden = scene.ann.say(&private, "hidden").await;
    let both = json!([hidden["id"], open["id"], "absentabsentabsentabsent00"]);
    let seen = scene.ann.post("/posts/ids", both.clone()).await.ok();
    assert_eq!((seen[0]["id"].clone(), seen[1]["id"].clone()), (hidden["id"].clone(), open["id"].clone()));
    let seen = scene.bob.post("/posts/ids", both).await.ok();
    assert_eq!(seen.as_array().unwrap().len(), 1);
    scene.bob.post("/posts/ids", json!([hidden["id"]])).await.refused(404, "app.post.get.app_error");
    assert_eq!(scene.bob.post("/posts/ids", json!([])).await.status, 400);
    assert_eq!(scene.bob.post("/posts/ids", json!(["nonsense"])).await.status, 400);
    scene
        .bob
        .post("/posts/ids", json!(vec!["absentabsentabsentabsent00"; 1001]))
        .await
        .refused(400, "api.post.posts_by_ids.invalid_body.request_error");
    scene.bob.get(&format!("/posts/{}", id(&hidden))).await.refused(403, FORBIDDEN);
    let info = scene.bob.get(&format!("/posts/{}/info", id(&open))).await.ok();
    assert_eq!((&info["channel_id"], &info["team_id"], &info["has_joined_channel"]), (&scene.dev["id"], &scene.team["id"], &json!(true)));
}

#[tokio::test]
async fn typing_reaches_the_others() {
    let scene = Scene::new().await;
    let (mut ann, mut bob) = (scene.ann.listen().await, scene.bob.listen().await);
    let path = format!("/users/{}/typing", scene.ann.id);
    scene.ann.post(&path, json!({"channel_id": scene.dev["id"], "parent_id": ""})).await.ok();
    assert_eq!((heard(&mut ann), heard(&mut bob)), (Vec::new(), vec!["typing".to_owned()]));
    scene.eve.post("/users/me/typing", json!({"channel_id": scene.dev["id"]})).await.refused(403, FORBIDDEN);
    scene.bob.post(&path, json!({"channel_id": scene.dev["id"]})).await.refused(403, FORBIDDEN);
}
