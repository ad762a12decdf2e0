//! Searching posts: the query syntax, and the visibility of results.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    team: String,
    dev: Value,
    secret: Value,
}

impl Fixture {
    /// Ann and Bob are members of "dev", only Ann of "secret"; Eve is a member of the team only.
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
        let team = ann.create_team("crew").await;
        for person in [&bob, &eve] {
            ann.add_to_team(&team, person).await;
        }
        let dev = ann.create_channel(&team, "dev", "O").await;
        let secret = ann.create_channel(&team, "secret", "P").await;
        ann.add_to_channel(&dev, &bob).await;
        Self { server, ann, bob, eve, team: team["id"].as_str().unwrap().to_owned(), dev, secret }
    }

    async fn search(&self, person: &TestUser, request: Value) -> Vec<String> {
        let found = person.post(&format!("/teams/{}/posts/search", self.team), request).await.ok();
        let text = |id: &Value| found["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
        found["order"].as_array().unwrap().iter().map(text).collect()
    }

    async fn find(&self, person: &TestUser, terms: &str) -> Vec<String> {
        self.search(person, json!({"terms": terms, "is_or_search": false})).await
    }
}

#[tokio::test]
async fn words_phrases_exclusions_and_prefixes_are_supported() {
    let fixture = Fixture::new().await;
    for message in ["the quick brown fox", "a quick fox", "the brown bear", "Café société", "don't panic", "v1.2-beta3 of foo_bar"] {
        fixture.ann.create_post(&fixture.dev, message).await;
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
        assert_eq!(fixture.find(&fixture.bob, terms).await, found, "{terms}");
    }
    let either = fixture.search(&fixture.bob, json!({"terms": "bear panic", "is_or_search": true})).await;
    assert_eq!(either, ["don't panic", "the brown bear"]);
    fixture
        .bob
        .post(&format!("/teams/{}/posts/search", fixture.team), json!({"terms": " "}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
}

#[tokio::test]
async fn scripts_without_spaces_are_found_by_any_substring() {
    let fixture = Fixture::new().await;
    for message in ["私は日本語を話します", "今天天气很好", "สวัสดีครับ", "한국어를 공부해요", "日本へ行く", "語"]
    {
        fixture.ann.create_post(&fixture.dev, message).await;
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
        assert_eq!(fixture.find(&fixture.bob, terms).await, found, "{terms}");
    }
}

#[tokio::test]
async fn filters_restrict_the_results() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "plan one #alpha").await;
    fixture.bob.create_post(&fixture.dev, "plan two #alpha-beta").await;
    fixture.ann.create_post(&fixture.secret, "plan three").await;
    let direct = fixture.ann.post("/channels/direct", json!([fixture.ann.id, fixture.bob.id])).await.ok();
    fixture.bob.create_post(&direct, "plan four").await;
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
        // The clock of the test server is in January 2027.
        ("plan on:2027-01-15", vec!["plan four", "plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan before:2027-01-15", vec![]),
        ("plan after:2027-01-14", vec!["plan four", "plan three", "plan two #alpha-beta", "plan one #alpha"]),
        ("plan -on:2027-01-15", vec![]),
    ] {
        assert_eq!(fixture.find(&fixture.ann, terms).await, found, "{terms}");
    }
    let second = json!({"terms": "plan", "page": 1, "per_page": 3});
    assert_eq!(fixture.search(&fixture.ann, second).await, ["plan one #alpha"]);
    let everywhere = fixture.ann.post("/posts/search", json!({"terms": "plan"})).await.ok();
    assert_eq!(everywhere["order"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn only_posts_of_own_channels_are_found() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "needle in dev").await;
    fixture.ann.create_post(&fixture.secret, "needle in secret").await;
    assert_eq!(fixture.find(&fixture.bob, "needle").await, ["needle in dev"]);
    assert_eq!(fixture.find(&fixture.bob, "needle in:secret").await, Vec::<String>::new());
    assert_eq!(fixture.find(&fixture.eve, "needle").await, Vec::<String>::new());
    let stranger = fixture.server.create_user("zed").await;
    let path = format!("/teams/{}/posts/search", fixture.team);
    stranger.post(&path, json!({"terms": "needle"})).await.assert_error(403, "api.context.permissions.app_error");

    fixture.ann.delete(&format!("/channels/{}", fixture.dev["id"].as_str().unwrap())).await.ok();
    assert_eq!(fixture.find(&fixture.bob, "needle").await, Vec::<String>::new());
    let archived_too = json!({"terms": "needle", "include_deleted_channels": true});
    assert_eq!(fixture.search(&fixture.bob, archived_too).await, ["needle in dev"]);
}

#[tokio::test]
async fn edits_and_deletions_update_the_index() {
    let fixture = Fixture::new().await;
    let post = fixture.ann.create_post(&fixture.dev, "before").await;
    let reply = json!({"channel_id": fixture.dev["id"], "message": "reply word", "root_id": post["id"]});
    fixture.bob.post("/posts", reply).await.ok();
    let path = format!("/posts/{}", post["id"].as_str().unwrap());
    fixture.ann.put(&format!("{path}/patch"), json!({"message": "afterwards"})).await.ok();
    assert_eq!(fixture.find(&fixture.bob, "before").await, Vec::<String>::new());
    assert_eq!(fixture.find(&fixture.bob, "afterwards").await, ["afterwards"]);
    fixture.ann.delete(&path).await.ok();
    assert_eq!(fixture.find(&fixture.bob, "afterwards").await, Vec::<String>::new());
    assert_eq!(fixture.find(&fixture.bob, "word").await, Vec::<String>::new());
}

#[tokio::test]
async fn attachments_are_found_by_their_texts() {
    let fixture = Fixture::new().await;
    let card = json!({"channel_id": fixture.dev["id"], "message": "", "props": {"attachments": [{"pretext": "Build 77", "text": "zebra passed"}]}});
    fixture.ann.post("/posts", card).await.ok();
    assert_eq!(fixture.find(&fixture.bob, "zebra").await.len(), 1);
    assert_eq!(fixture.find(&fixture.bob, "77").await.len(), 1);
}
