//! Reactions: added, taken back, read one post or many at a time.

use guildhall_testkit::{Person, TestServer};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";

struct Scene {
    _server: TestServer,
    ann: Person,
    bob: Person,
    eve: Person,
    dev: Value,
    post: String,
}

async fn scene() -> Scene {
    let server = TestServer::start().await;
    let (ann, bob, eve) = (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let team = ann.team("crew").await;
    for person in [&bob, &eve] {
        ann.bring_to_team(&team, person).await;
    }
    let dev = ann.channel(&team, "dev", "O").await;
    ann.bring_to_channel(&dev, &bob).await;
    let post = ann.say(&dev, "hi").await["id"].as_str().unwrap().to_owned();
    Scene { _server: server, ann, bob, eve, dev, post }
}

fn reaction(person: &Person, post: &str, name: &str) -> Value {
    json!({"user_id": person.id, "post_id": post, "emoji_name": name})
}

#[tokio::test]
async fn a_reaction_is_told_once_and_read_with_its_post() {
    let scene = scene().await;
    let mut ears = scene.ann.listen().await;
    for _ in 0..2 {
        let answer = scene.bob.post("/reactions", reaction(&scene.bob, &scene.post, "+1")).await.ok();
        assert_eq!((&answer["emoji_name"], &answer["user_id"], &answer["delete_at"]), (&json!("+1"), &json!(scene.bob.id), &json!(0)));
    }
    assert_eq!(ears.names().iter().filter(|name| *name == "reaction_added").count(), 1);
    let listed = scene.ann.get(&format!("/posts/{}/reactions", scene.post)).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let post = scene.ann.get(&format!("/posts/{}", scene.post)).await.ok();
    assert_eq!((&post["metadata"]["reactions"], &post["has_reactions"]), (&listed, &json!(true)));

    let path = format!("/users/me/posts/{}/reactions/+1", scene.post);
    let mine = reaction(&scene.ann, &scene.post, "tada");
    scene.ann.post("/reactions", mine).await.ok();
    scene.bob.delete(&format!("/users/{}/posts/{}/reactions/tada", scene.ann.id, scene.post)).await.refused(403, FORBIDDEN);
    scene.ann.delete(&format!("/users/me/posts/{}/reactions/tada", scene.post)).await.ok();
    scene.bob.delete(&path).await.ok();
    ears.next("reaction_removed").await;
    let post = scene.ann.get(&format!("/posts/{}", scene.post)).await.ok();
    assert_eq!(post["metadata"], json!({}));
    assert_eq!(scene.ann.get(&format!("/posts/{}/reactions", scene.post)).await.ok(), json!([]));
}

#[tokio::test]
async fn what_is_no_reaction_is_refused() {
    let scene = scene().await;
    let react = async |body: Value| scene.bob.post("/reactions", body).await;
    react(reaction(&scene.ann, &scene.post, "smile")).await.refused(403, "api.reaction.save_reaction.user_id.app_error");
    for name in ["", "a b", "<b>", &"x".repeat(65)] {
        react(reaction(&scene.bob, &scene.post, name)).await.refused(400, "model.reaction.is_valid.emoji_name.app_error");
    }
    react(reaction(&scene.bob, &scene.post, "no-such-emoji")).await.refused(404, "app.emoji.get_by_name.no_result");
    react(reaction(&scene.bob, "absentabsentabsentabsent00", "smile")).await.refused(404, "app.post.get.app_error");
    assert_eq!(react(json!({"emoji_name": "smile"})).await.status, 400);
    scene.eve.post("/reactions", reaction(&scene.eve, &scene.post, "smile")).await.refused(403, FORBIDDEN);
    scene.ann.delete(&format!("/channels/{}", scene.dev["id"].as_str().unwrap())).await.ok();
    react(reaction(&scene.bob, &scene.post, "smile")).await.refused(403, "api.reaction.save.archived_channel.app_error");
}

#[tokio::test]
async fn a_post_has_so_many_different_reactions() {
    let scene = scene().await;
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
        scene.bob.post("/reactions", reaction(&scene.bob, &scene.post, name)).await.ok();
    }
    let more = reaction(&scene.bob, &scene.post, "apple");
    scene.bob.post("/reactions", more).await.refused(400, "app.reaction.save.save.too_many_reactions");
    scene.ann.post("/reactions", reaction(&scene.ann, &scene.post, "shark")).await.ok();
}

#[tokio::test]
async fn many_posts_at_once() {
    let scene = scene().await;
    let other = scene.ann.say(&scene.dev, "ho").await["id"].as_str().unwrap().to_owned();
    scene.bob.post("/reactions", reaction(&scene.bob, &scene.post, "smile")).await.ok();
    let found = scene.ann.post("/posts/ids/reactions", json!([scene.post, other])).await.ok();
    assert_eq!((found[&scene.post].as_array().unwrap().len(), &found[&other]), (1, &json!([])));
    scene.eve.post("/posts/ids/reactions", json!([scene.post])).await.ok();
    scene.eve.post("/posts/ids/reactions", json!(["absentabsentabsentabsent00"])).await.refused(403, FORBIDDEN);
}
