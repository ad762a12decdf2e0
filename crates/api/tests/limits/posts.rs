//! How often messages are sent. The clock stands almost still: it advances by a millisecond whenever it is read.

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::json;

use super::{World, id, send};

const USER: &str = "api.post.create_post.user_rate.app_error";
const CHANNEL: &str = "api.post.create_post.channel_rate.app_error";
const TEAM: &str = "api.post.create_post.team_rate.app_error";
const SERVER: &str = "api.post.create_post.server_rate.app_error";

/// The seconds after which the message can be sent, which the sentence says, too.
fn assert_limited(answer: &TestResponse, error: &str) -> i64 {
    answer.assert_error(429, error);
    let seconds: i64 = answer.header("retry-after").parse().unwrap();
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with(&format!("can be sent in {seconds} s.")), "{message}");
    seconds
}

#[tokio::test]
async fn a_person_sends_so_many_messages_per_minute() {
    let world = World::new().await;
    world.set("RateLimitSettings", json!({"UserPostsPerMinute": 3})).await;
    for _ in 0..3 {
        send(&world.ann, &world.dev).await.ok();
    }
    let seconds = assert_limited(&send(&world.ann, &world.dev).await, USER);
    assert!((1..=20).contains(&seconds), "{seconds}");
    // The limit is the person's, everywhere, and nobody else's.
    assert_limited(&send(&world.ann, &world.ops).await, USER);
    send(&world.bob, &world.dev).await.ok();
    // After the time that was said, one.
    world.server.clock.advance_ms(seconds * 1_000);
    send(&world.ann, &world.dev).await.ok();
    assert_limited(&send(&world.ann, &world.dev).await, USER);
    world.server.clock.advance_ms(60_000);
    for _ in 0..3 {
        send(&world.ann, &world.dev).await.ok();
    }
    // Replies count, edits and reactions do not.
    let post = world.bob.create_post(&world.dev, "root").await;
    let reply = json!({"channel_id": world.dev["id"], "root_id": post["id"], "message": "reply"});
    assert_limited(&world.ann.post("/posts", reply).await, USER);
    let reaction = json!({"user_id": world.ann.id, "post_id": post["id"], "emoji_name": "heart"});
    world.ann.post("/reactions", reaction).await.ok();
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_found_and_not_limited() {
    let world = World::new().await;
    world.set("RateLimitSettings", json!({"UserPostsPerMinute": 1})).await;
    let message = json!({"channel_id": world.dev["id"], "message": "once", "pending_post_id": format!("{}:1", world.ann.id)});
    let first = world.ann.post("/posts", message.clone()).await.ok();
    let again = world.ann.post("/posts", message).await.ok();
    assert_eq!(first["id"], again["id"]);
    assert_limited(&send(&world.ann, &world.dev).await, USER);
}

#[tokio::test]
async fn an_invalid_message_is_not_counted() {
    let world = World::new().await;
    world.set("RateLimitSettings", json!({"UserPostsPerMinute": 1})).await;
    let long = "x".repeat(20_000);
    world
        .ann
        .post("/posts", json!({"channel_id": world.dev["id"], "message": long}))
        .await
        .assert_error(400, "model.post.is_valid.msg.app_error");
    send(&world.ann, &world.dev).await.ok();
}

#[tokio::test]
async fn guests_and_programs_have_limits_of_their_own() {
    let world = World::new().await;
    let limits = json!({"UserPostsPerMinute": 2, "GuestPostsPerMinute": 1, "ProgramPostsPerMinute": 3});
    world.set("RateLimitSettings", limits).await;
    let guest = world.guest("eve").await;
    send(&guest, &world.dev).await.ok();
    assert_limited(&send(&guest, &world.dev).await, USER);
    // What a webhook posts is counted apart from its owner's own messages.
    let hook = world.ann.post("/hooks/incoming", json!({"channel_id": world.dev["id"]})).await.ok();
    let call = async || world.server.anonymous().post(&format!("//hooks/{}", id(&hook)), json!({"text": "built"})).await;
    for _ in 0..3 {
        assert_eq!(call().await.status, 200);
    }
    assert_limited(&call().await, USER);
    send(&world.ann, &world.dev).await.ok();
    // A bot.
    let bot = world.root.post("/bots", json!({"username": "helper"})).await.ok();
    let bot_id = bot["user_id"].as_str().unwrap();
    let token = world.root.post(&format!("/users/{bot_id}/tokens"), json!({"description": "x"})).await.ok();
    let mut bot = world.root.with_token(token["token"].as_str().unwrap());
    bot.id = bot_id.parse().unwrap();
    world.ann.add_to_team(&world.team, &bot).await;
    world.ann.add_to_channel(&world.dev, &bot).await;
    for _ in 0..3 {
        send(&bot, &world.dev).await.ok();
    }
    assert_limited(&send(&bot, &world.dev).await, USER);
    // A slash command's message is the person's own: ann has sent one of two.
    let command = json!({"channel_id": world.dev["id"], "team_id": world.team["id"], "command": "/me waves"});
    world.ann.post("/commands/execute", command.clone()).await.ok();
    assert_limited(&world.ann.post("/commands/execute", command).await, USER);
}

#[tokio::test]
async fn a_long_message_of_a_webhook_is_posted_whole_and_counts_with_all_its_parts() {
    let world = World::new().await;
    world.set("RateLimitSettings", json!({"ProgramPostsPerMinute": 2})).await;
    let hook = world.ann.post("/hooks/incoming", json!({"channel_id": world.dev["id"]})).await.ok();
    let path = format!("//hooks/{}", id(&hook));
    let text = "word ".repeat(4 * 3_300);
    assert_eq!(world.server.anonymous().post(&path, json!({"text": text})).await.status, 200);
    let parts = world.server.count("SELECT COUNT(*) FROM posts WHERE message LIKE 'word%'").await;
    assert!(parts > 3, "{parts}");
    let seconds = assert_limited(&world.server.anonymous().post(&path, json!({"text": "more"})).await, USER);
    assert!(seconds > 60, "{seconds}");
}

#[tokio::test]
async fn a_channel_a_team_and_the_server_take_so_many_messages_of_all_together() {
    let world = World::new().await;
    world.limit("channels", id(&world.dev), json!({"posts_per_minute": 2})).await;
    world.limit("teams", id(&world.team), json!({"posts_per_minute": 3})).await;
    send(&world.ann, &world.dev).await.ok();
    send(&world.bob, &world.dev).await.ok();
    for person in [&world.ann, &world.bob, &world.root] {
        assert_limited(&send(person, &world.dev).await, CHANNEL);
    }
    send(&world.ann, &world.ops).await.ok();
    assert_limited(&send(&world.bob, &world.ops).await, TEAM);
    let direct = world.ann.post("/channels/direct", json!([world.ann.id, world.bob.id])).await.ok();
    send(&world.ann, &direct).await.ok();
    // What was rejected has counted for nobody.
    world.set("RateLimitSettings", json!({"ServerPostsPerMinute": 1})).await;
    world.server.clock.advance_ms(60_000);
    send(&world.ann, &direct).await.ok();
    assert_limited(&send(&world.bob, &direct).await, SERVER);
}

#[tokio::test]
async fn a_persons_own_limit_comes_before_those_of_roles_and_settings() {
    let world = World::new().await;
    world.set("RateLimitSettings", json!({"UserPostsPerMinute": 1, "ChannelPostsPerMinute": 100})).await;
    world.limit("roles", &world.role("system_admin").await, json!({"posts_per_minute": 2})).await;
    let sent = async |who: &TestUser| {
        world.server.clock.advance_ms(120_000);
        let mut sent = 0;
        while send(who, &world.dev).await.status == 201 {
            sent += 1;
            assert!(sent < 20);
        }
        sent
    };
    assert_eq!((sent(&world.ann).await, sent(&world.root).await), (1, 2));
    world.limit("users", &world.root.id.to_string(), json!({"posts_per_minute": 4})).await;
    assert_eq!((sent(&world.ann).await, sent(&world.root).await), (1, 4));
    world.root.delete(&format!("/limits/users/{}", world.root.id)).await.ok();
    assert_eq!(sent(&world.root).await, 2);
    // No limit, up to that of the channel.
    world.limit("users", &world.ann.id.to_string(), json!({"posts_per_minute": 0})).await;
    world.limit("channels", id(&world.dev), json!({"posts_per_minute": 7})).await;
    assert_eq!(sent(&world.ann).await, 7);
}

#[tokio::test]
async fn load_tests_switch_the_limits_off() {
    let world = World::on(TestServer::start().await).await;
    world.limit("users", &world.ann.id.to_string(), json!({"posts_per_minute": 1})).await;
    for _ in 0..5 {
        send(&world.ann, &world.dev).await.ok();
    }
    world.set("RateLimitSettings", json!({"Enable": true, "PerSec": 1_000_000, "MaxBurst": 1_000_000})).await;
    send(&world.ann, &world.dev).await.ok();
    assert_limited(&send(&world.ann, &world.dev).await, USER);
}
