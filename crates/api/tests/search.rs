//! Finding posts over the API: what the words mean, and whose posts are found.

use guildhall_testkit::{Person, TestServer};
use serde_json::{Value, json};

struct Scene {
    server: TestServer,
    ann: Person,
    bob: Person,
    eve: Person,
    team: String,
    dev: Value,
    secret: Value,
}

impl Scene {
    /// Ann and Bob are in "dev", Ann alone in "secret"; Eve is in the team only.
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob, eve) = (server.person("ann").await, server.person("bob").await, server.person("eve").await);
        let team = ann.team("crew").await;
        for person in [&bob, &eve] {
            ann.bring_to_team(&team, person).await;
        }
        let dev = ann.channel(&team, "dev", "O").await;
        let secret = ann.channel(&team, "secret", "P").await;
        ann.bring_to_channel(&dev, &bob).await;
        Self { server, ann, bob, eve, team: team["id"].as_str().unwrap().to_owned(), dev, secret }
    }

    async fn search(&self, person: &Person, request: Value) -> Vec<String> {
        let found = person.post(&format!("/teams/{}/posts/search", self.team), request).await.ok();
        let text = |id: &Value| found["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
        found["order"].as_array().unwrap().iter().map(text).collect()
    }

    async fn find(&self, person: &Person, terms: &str) -> Vec<String> {
        self.search(person, json!({"terms": terms, "is_or_search": false})).await
    }
}

#[tokio::test]
async fn words_phrases_exclusions_and_beginnings() {
    let scene = Scene::new().await;
    for message in ["the quick brown fox", "a quick fox", "the brown bear", "Café société", "don't panic", "v1.2-beta3 of foo_bar"] {
        scene.ann.say(&scene.dev, message).await;
    }
    for (terms, found) in [
        ("quick", vec!["a quick fox", "the quick brown fox"]),
        ("QUICK fox", vec!["a quick fox", "the quick brown fox"]),
        ("\"quick brown\"", vec!["the quick brown fox"]),
        ("\"brown quick\"", vec![]),
        ("fox -brown", vec!["a quick fox"]),
        ("-brown -quick the", vec![]),
        ("brown -\"brown bear\"", vec!["the quick brown fox"]),
        ("qui", vec![]),
        ("qui*", vec!["a quick fox", "the quick brown fox"]),
        ("cafe", vec!["Café société"]),
        ("CAFÉ SOCIETE", vec!["Café société"]),
        ("don't", vec!["don't panic"]),
        ("foo_bar", vec!["v1.2-beta3 of foo_bar"]),
        ("v1.2", vec!["v1.2-beta3 of foo_bar"]),
        ("a", vec!["a quick fox"]),
        ("the", vec!["the brown bear", "the quick brown fox"]),
        ("nothing", vec![]),
        ("!!!", vec![]),
    ] {
        assert_eq!(scene.find(&scene.bob, terms).await, found, "{terms}");
    }
    let either = scene.search(&scene.bob, json!({"terms": "bear panic", "is_or_search": true})).await;
    assert_eq!(either, ["don't panic", "the brown bear"]);
    scene
        .bob
        .post(&format!("/teams/{}/posts/search", scene.team), json!({"terms": " "}))
        .await
        .refused(400, "api.context.invalid_body_param.app_error");
}

#[tokio::test]
async fn scripts_without_spaces_are_found_by_any_piece() {
    let scene = Scene::new().await;
    for message in ["私は日本語を話します", "今天天气很好", "สวัสดีครับ", "한국어를 공부해요", "日本へ行く", "語"]
    {
        scene.ann.say(&scene.dev, message).await;
    }
    for (terms, found) in [
        ("日本語", vec!["私は日本語を話します"]),
        ("日本", vec!["日本へ行く", "私は日本語を話します"]),
        ("語", vec!["語", "私は日本語を話します"]),
        ("天气", vec!["今天天气很好"]),
        ("好", vec!["今天天气很好"]),
        ("สวัสดี", vec!["สวัสดีครับ"]),
        ("한국어", vec!["한국어를 공부해요"]),
        ("本日", vec![]),
        ("日本 -話", vec!["日本へ行く"]),
    ] {
        assert_eq!(scene.find(&scene.bob, terms).await, found, "{terms}");
    }
}

#[tokio::test]
async fn filters_narrow_what_is_found() {
    let scene = Scene::new().await;
    scene.ann.say(&scene.dev, "plan one #alpha").await;
    scene.bob.say(&scene.dev, "plan two #alpha-beta").await;
    scene.ann.say(&scene.secret, "plan three").await;
    let direct = scene.ann.post("/channels/direct", json!([scene.ann.id, scene.bob.id])).await.ok();
    scene.bob.say(&direct, "plan four").await;
    for (terms, found) in [
        ("plan", vec!["plan four", "plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan from:bob", vec!["plan four", "plan two #alpha-beta"]),
        ("from:bob", vec!["plan four", "plan two #alpha-beta"]),
        ("plan -from:@bob", vec!["plan three", "plan one #alpha"]),
        ("plan from:nobody", vec![]),
        ("plan in:secret", vec!["plan three"]),
        ("plan in:dev in:secret", vec!["plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan -in:dev", vec!["plan four", "plan three"]),
        ("plan in:@bob", vec!["plan four"]),
        ("plan in:nowhere", vec![]),
        ("#alpha", vec!["plan one #alpha"]),
        ("#ALPHA-beta plan", vec!["plan two #alpha-beta"]),
        ("alpha", vec!["plan two #alpha-beta", "plan one #alpha"]),
        // The server's clock stands in January 2027.
        ("plan on:2027-01-15", vec!["plan four", "plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan before:2027-01-15", vec![]),
        ("plan after:2027-01-14", vec!["plan four", "plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan -on:2027-01-15", vec![]),
    ] {
        assert_eq!(scene.find(&scene.ann, terms).await, found, "{terms}");
    }
    let second = json!({"terms": "plan", "page": 1, "per_page": 3});
    assert_eq!(scene.search(&scene.ann, second).await, ["plan one #alpha"]);
    let everywhere = scene.ann.post("/posts/search", json!({"terms": "plan"})).await.ok();
    assert_eq!(everywhere["order"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn only_posts_of_ones_own_channels_are_found() {
    let scene = Scene::new().await;
    scene.ann.say(&scene.dev, "needle in dev").await;
    scene.ann.say(&scene.secret, "needle in secret").await;
    assert_eq!(scene.find(&scene.bob, "needle").await, ["needle in dev"]);
    assert_eq!(scene.find(&scene.bob, "needle in:secret").await, Vec::<String>::new());
    assert_eq!(scene.find(&scene.eve, "needle").await, Vec::<String>::new());
    let stranger = scene.server.person("zed").await;
    let path = format!("/teams/{}/posts/search", scene.team);
    stranger.post(&path, json!({"terms": "needle"})).await.refused(403, "api.context.permissions.app_error");

    scene.ann.delete(&format!("/channels/{}", scene.dev["id"].as_str().unwrap())).await.ok();
    assert_eq!(scene.find(&scene.bob, "needle").await, Vec::<String>::new());
    let archived_too = json!({"terms": "needle", "include_deleted_channels": true});
    assert_eq!(scene.search(&scene.bob, archived_too).await, ["needle in dev"]);
}

#[tokio::test]
async fn edits_and_deletions_move_the_index() {
    let scene = Scene::new().await;
    let post = scene.ann.say(&scene.dev, "before").await;
    let reply = json!({"channel_id": scene.dev["id"], "message": "reply word", "root_id": post["id"]});
    scene.bob.post("/posts", reply).await.ok();
    let path = format!("/posts/{}", post["id"].as_str().unwrap());
    scene.ann.put(&format!("{path}/patch"), json!({"message": "afterwards"})).await.ok();
    assert_eq!(scene.find(&scene.bob, "before").await, Vec::<String>::new());
    assert_eq!(scene.find(&scene.bob, "afterwards").await, ["afterwards"]);
    scene.ann.delete(&path).await.ok();
    assert_eq!(scene.find(&scene.bob, "afterwards").await, Vec::<String>::new());
    assert_eq!(scene.find(&scene.bob, "word").await, Vec::<String>::new());
}

#[tokio::test]
async fn cards_are_found_by_their_texts() {
    let scene = Scene::new().await;
    let card =
        json!({"channel_id": scene.dev["id"], "message": "", "props": {"attachments": [{"pretext": "Build 77", "text": "zebra passed"}]}});
    scene.ann.post("/posts", card).await.ok();
    assert_eq!(scene.find(&scene.bob, "zebra").await.len(), 1);
    assert_eq!(scene.find(&scene.bob, "77").await.len(), 1);
}
