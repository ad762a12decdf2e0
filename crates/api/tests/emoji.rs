//! Custom emoji: creating, searching, reading and deleting them.

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

/// A PNG of 2 by 2 pixels.
const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0, 253, 212, 154, 115, 0, 0, 0, 16,
    73, 68, 65, 84, 120, 156, 99, 56, 33, 167, 1, 68, 12, 16, 10, 0, 32, 22, 4, 57, 97, 230, 194, 234, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66,
    96, 130,
];

async fn create(person: &TestUser, name: &str, image: &[u8]) -> TestResponse {
    let described = json!({"name": name, "creator_id": person.id}).to_string();
    person.upload("/emoji", &[("image", Some("e.png"), image), ("emoji", None, described.as_bytes())]).await
}

async fn created(person: &TestUser, name: &str) -> Value {
    create(person, name, PNG).await.ok()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|emoji| emoji["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_emoji_is_created_found_and_served() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let mut events = ann.subscribe().await;
    let parrot = created(&bob, "party-parrot").await;
    assert_eq!((parrot["creator_id"].as_str(), parrot["delete_at"].as_i64()), (Some(bob.id.to_string().as_str()), Some(0)));
    let published = events.wait_for("emoji_added").await;
    let published: Value = serde_json::from_str(published["data"]["emoji"].as_str().unwrap()).unwrap();
    assert_eq!(published["name"], "party-parrot");

    let id = parrot["id"].as_str().unwrap();
    assert_eq!(ann.get(&format!("/emoji/{id}")).await.ok(), parrot);
    assert_eq!(ann.get("/emoji/name/party-parrot").await.ok(), parrot);
    let image = ann.get(&format!("/emoji/{id}/image")).await;
    assert_eq!((image.header("content-type"), image.header("cache-control")), ("image/png", "max-age=2592000, private"));
    assert_eq!(image.body, PNG);

    created(&bob, "aardvark").await;
    assert_eq!(names(&ann.get("/emoji?page=0&per_page=10").await.ok()), ["party-parrot", "aardvark"]);
    assert_eq!(names(&ann.get("/emoji?sort=name").await.ok()), ["aardvark", "party-parrot"]);
    assert_eq!(names(&ann.get("/emoji?page=1&per_page=1").await.ok()), ["aardvark"]);
    assert_eq!(names(&ann.post("/emoji/names", json!(["aardvark", "nothing"])).await.ok()), ["aardvark"]);
    assert_eq!(names(&ann.post("/emoji/search", json!({"term": "parrot"})).await.ok()), ["party-parrot"]);
    assert_eq!(names(&ann.post("/emoji/search", json!({"term": "parrot", "prefix_only": "true"})).await.ok()), Vec::<&str>::new());
    assert_eq!(names(&ann.post("/emoji/search", json!({"term": "%"})).await.ok()), Vec::<&str>::new());
    assert_eq!(names(&ann.get("/emoji/autocomplete?name=par").await.ok()), ["party-parrot"]);
}

#[tokio::test]
async fn names_are_validated_and_unique() {
    let server = TestServer::start().await;
    let bob = server.create_user("bob").await;
    created(&bob, "mine").await;
    create(&bob, "mine", PNG).await.assert_error(400, "api.emoji.create.duplicate.app_error");
    create(&bob, "smile", PNG).await.assert_error(400, "model.emoji.system_emoji_name.app_error");
    for name in ["", "Upper", "with space", "é", &"x".repeat(65)] {
        create(&bob, name, PNG).await.assert_error(400, "model.emoji.name.app_error");
    }
    let services = &server.app().services;
    for (name, exists) in [("mine", true), ("smile", true), ("+1_dark_skin_tone", true), ("other", false), ("", false)] {
        assert_eq!(services.emoji().emoji_exists(name).await.unwrap(), exists, "{name}");
    }
}

#[tokio::test]
async fn images_are_validated_and_limited_in_size() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    create(&bob, "broken", b"not a picture").await.assert_error(400, "api.emoji.upload.image.app_error");
    create(&bob, "large", &vec![0; 512 * 1024 + 1]).await.assert_error(413, "api.emoji.create.too_large.app_error");
    bob.upload("/emoji", &[("image", Some("e.png"), PNG)]).await.assert_error(400, "api.emoji.create.parse.app_error");
    bob.upload("/emoji", &[("image", Some("e.png"), PNG), ("emoji", None, b"{")])
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
    bob.post("/emoji", json!({"name": "x"})).await.assert_error(400, "api.emoji.create.parse.app_error");
    let for_ann = json!({"name": "hers", "creator_id": ann.id}).to_string();
    let answer = bob.upload("/emoji", &[("image", Some("e.png"), PNG), ("emoji", None, for_ann.as_bytes())]).await;
    answer.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn an_emoji_is_deleted_by_its_creator_or_an_administrator() {
    let server = TestServer::start().await;
    let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
    let first = format!("/emoji/{}", created(&bob, "first").await["id"].as_str().unwrap());
    let second = format!("/emoji/{}", created(&bob, "second").await["id"].as_str().unwrap());
    ann.delete(&first).await.assert_error(403, "api.context.permissions.app_error");
    assert_eq!(bob.delete(&first).await.ok(), json!({"status": "OK"}));
    root.delete(&second).await.ok();
    bob.get(&first).await.assert_error(404, "app.emoji.get.no_result");
    bob.get(&format!("{first}/image")).await.assert_error(404, "app.emoji.get.no_result");
    bob.delete(&first).await.assert_error(404, "app.emoji.get.no_result");
    bob.get("/emoji/name/first").await.assert_error(404, "app.emoji.get_by_name.no_result");
    created(&ann, "first").await;
}

#[tokio::test]
async fn custom_emoji_can_be_disabled() {
    let server = TestServer::start_with_settings(|settings| settings.posts.custom_emoji = false).await;
    let bob = server.create_user("bob").await;
    create(&bob, "mine", PNG).await.assert_error(501, "api.emoji.disabled.app_error");
    bob.get("/emoji").await.assert_error(501, "api.emoji.disabled.app_error");
    server.anonymous().get("/emoji").await.assert_error(401, "api.context.session_expired.app_error");
}

#[tokio::test]
async fn the_sweep_keeps_pictures_that_a_row_references() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let team = ada.create_team("harbour").await;
    let (icon, picture) = (format!("/teams/{}/image", team["id"].as_str().unwrap()), format!("/users/{}/image", ada.id));
    ada.upload(&icon, &[("image", Some("icon.png"), PNG)]).await.ok();
    ada.upload(&picture, &[("image", Some("picture.png"), PNG)]).await.ok();
    let emoji = created(&ada, "party-parrot").await;
    // Until the sweep has looked for their rows.
    assert!(server.count("SELECT COUNT(*) FROM released_blobs").await > 0);
    server.clock.advance_ms(24 * 60 * 60 * 1000);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(server.count("SELECT COUNT(*) FROM released_blobs").await, 0);
    for path in [icon, picture, format!("/emoji/{}/image", emoji["id"].as_str().unwrap())] {
        assert_eq!(ada.get(&path).await.status, 200, "{path}");
    }
}
