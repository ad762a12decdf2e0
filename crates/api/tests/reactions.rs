//! Reactions: adding, removing and listing them, for one post or many.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

struct Fixture {
    _server: TestServer,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    dev: Value,
    post: String,
}

async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
    let team = ann.create_team("crew").await;
    for person in [&bob, &eve] {
        ann.add_to_team(&team, person).await;
    }
    let dev = ann.create_channel(&team, "dev", "O").await;
    ann.add_to_channel(&dev, &bob).await;
    let post = ann.create_post(&dev, "hi").await["id"].as_str().unwrap().to_owned();
    Fixture { _server: server, ann, bob, eve, dev, post }
}

fn reaction(person: &TestUser, post: &str, name: &str) -> Value {
    json!({"user_id": person.id, "post_id": post, "emoji_name": name})
}

#[tokio::test]
async fn a_reaction_is_published_once_and_listed_with_its_post() {
    let fixture = fixture().await;
    let mut events = fixture.ann.subscribe().await;
    for _ in 0..2 {
        let answer = fixture.bob.post("/reactions", reaction(&fixture.bob, &fixture.post, "+1")).await.ok();
        assert_eq!((&answer["emoji_name"], &answer["user_id"], &answer["delete_at"]), (&json!("+1"), &json!(fixture.bob.id), &json!(0)));
    }
    assert_eq!(events.event_names().iter().filter(|name| *name == "reaction_added").count(), 1);
    let listed = fixture.ann.get(&format!("/posts/{}/reactions", fixture.post)).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let post = fixture.ann.get(&format!("/posts/{}", fixture.post)).await.ok();
    assert_eq!((&post["metadata"]["reactions"], &post["has_reactions"]), (&listed, &json!(true)));

    let path = format!("/users/me/posts/{}/reactions/+1", fixture.post);
    let mine = reaction(&fixture.ann, &fixture.post, "tada");
    fixture.ann.post("/reactions", mine).await.ok();
    fixture.bob.delete(&format!("/users/{}/posts/{}/reactions/tada", fixture.ann.id, fixture.post)).await.assert_error(403, FORBIDDEN);
    fixture.ann.delete(&format!("/users/me/posts/{}/reactions/tada", fixture.post)).await.ok();
    fixture.bob.delete(&path).await.ok();
    events.wait_for("reaction_removed").await;
    let post = fixture.ann.get(&format!("/posts/{}", fixture.post)).await.ok();
    assert_eq!(post["metadata"], json!({}));
    assert_eq!(fixture.ann.get(&format!("/posts/{}/reactions", fixture.post)).await.ok(), json!([]));
}

#[tokio::test]
async fn invalid_reactions_are_rejected() {
    let fixture = fixture().await;
    let react = async |body: Value| fixture.bob.post("/reactions", body).await;
    react(reaction(&fixture.ann, &fixture.post, "smile")).await.assert_error(403, "api.reaction.save_reaction.user_id.app_error");
    for name in ["", "a b", "<b>", &"x".repeat(65)] {
        react(reaction(&fixture.bob, &fixture.post, name)).await.assert_error(400, "model.reaction.is_valid.emoji_name.app_error");
    }
    react(reaction(&fixture.bob, &fixture.post, "no-such-emoji")).await.assert_error(404, "app.emoji.get_by_name.no_result");
    react(reaction(&fixture.bob, "absentabsentabsentabsent00", "smile")).await.assert_error(404, "app.post.get.app_error");
    assert_eq!(react(json!({"emoji_name": "smile"})).await.status, 400);
    fixture.eve.post("/reactions", reaction(&fixture.eve, &fixture.post, "smile")).await.assert_error(403, FORBIDDEN);
    fixture.ann.delete(&format!("/channels/{}", fixture.dev["id"].as_str().unwrap())).await.ok();
    react(reaction(&fixture.bob, &fixture.post, "smile")).await.assert_error(403, "api.reaction.save.archived_channel.app_error");
}

#[tokio::test]
async fn the_number_of_different_reactions_is_limited() {
    let fixture = fixture().await;
    let names = [
        "smile",
        "tada",
        "heart",
        "rocket",
        "eyes",
        "fire",
        "wave",
        "clap",
        "pray",
        "muscle",
        "cat",
        "dog",
        "mouse",
        "hamster",
        "rabbit",
        "fox_face",
        "bear",
        "panda_face",
        "koala",
        "tiger",
        "lion_face",
        "cow",
        "pig",
        "frog",
        "monkey",
        "chicken",
        "penguin",
        "bird",
        "baby_chick",
        "wolf",
        "boar",
        "horse",
        "unicorn_face",
        "bee",
        "bug",
        "snail",
        "beetle",
        "ant",
        "spider",
        "scorpion",
        "turtle",
        "snake",
        "octopus",
        "shrimp",
        "crab",
        "blowfish",
        "fish",
        "dolphin",
        "whale",
        "shark",
    ];
    for name in names {
        fixture.bob.post("/reactions", reaction(&fixture.bob, &fixture.post, name)).await.ok();
    }
    let more = reaction(&fixture.bob, &fixture.post, "apple");
    fixture.bob.post("/reactions", more).await.assert_error(400, "app.reaction.save.save.too_many_reactions");
    fixture.ann.post("/reactions", reaction(&fixture.ann, &fixture.post, "shark")).await.ok();
}

#[tokio::test]
async fn reactions_of_many_posts_are_listed_at_once() {
    let fixture = fixture().await;
    let other = fixture.ann.create_post(&fixture.dev, "ho").await["id"].as_str().unwrap().to_owned();
    fixture.bob.post("/reactions", reaction(&fixture.bob, &fixture.post, "smile")).await.ok();
    let found = fixture.ann.post("/posts/ids/reactions", json!([fixture.post, other])).await.ok();
    assert_eq!((found[&fixture.post].as_array().unwrap().len(), &found[&other]), (1, &json!([])));
    fixture.eve.post("/posts/ids/reactions", json!([fixture.post])).await.ok();
    fixture.eve.post("/posts/ids/reactions", json!(["absentabsentabsentabsent00"])).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn all_names_of_an_emoji_are_one_reaction() {
    let fixture = fixture().await;
    let listed = || async {
        let list = fixture.ann.get(&format!("/posts/{}/reactions", fixture.post)).await.ok();
        let mut names: Vec<String> = list.as_array().unwrap().iter().map(|one| one["emoji_name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let mut events = fixture.ann.subscribe().await;
    for (person, name) in [(&fixture.ann, "thumbsup"), (&fixture.bob, "+1"), (&fixture.bob, "thumbsup")] {
        let answer = person.post("/reactions", reaction(person, &fixture.post, name)).await.ok();
        assert_eq!(answer["emoji_name"], json!("+1"), "{name}");
    }
    assert_eq!(listed().await, ["+1", "+1"]);
    assert_eq!(events.event_names().iter().filter(|name| *name == "reaction_added").count(), 2);

    fixture.bob.post("/reactions", reaction(&fixture.bob, &fixture.post, "thumbsup_dark_skin_tone")).await.ok();
    assert_eq!(listed().await, ["+1", "+1", "+1_dark_skin_tone"]);

    fixture.bob.delete(&format!("/users/me/posts/{}/reactions/thumbsup", fixture.post)).await.ok();
    let removed = events.wait_for("reaction_removed").await;
    assert!(removed.to_string().contains("+1"), "{removed}");
    assert_eq!(listed().await, ["+1", "+1_dark_skin_tone"]);
}
