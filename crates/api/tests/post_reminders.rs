//! Reminders of posts.

use guildhall_model::Clock;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const FORBIDDEN: &str = "api.context.permissions.app_error";

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    eve: TestUser,
    dev: Value,
    post: Value,
}

async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    server.create_user("root").await;
    let (ann, bob, eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
    let team = ann.create_team("crew").await;
    ann.add_to_team(&team, &bob).await;
    ann.add_to_team(&team, &eve).await;
    let dev = ann.create_channel(&team, "dev", "P").await;
    ann.add_to_channel(&dev, &bob).await;
    let post = ann.create_post(&dev, "the contract").await;
    Fixture { server, ann, bob, eve, dev, post }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

impl Fixture {
    fn in_minutes(&self, minutes: i64) -> Value {
        json!({"target_time": (self.server.clock.now().0 + minutes * MINUTE_MS) / 1_000})
    }

    fn path(&self) -> String {
        format!("/users/me/posts/{}/reminder", id(&self.post))
    }

    async fn after_minutes(&self, minutes: i64) {
        self.server.clock.advance_ms(minutes * MINUTE_MS);
        self.server.app().services.run_due_jobs().await.unwrap();
    }
}

fn reminders(events: &[Value]) -> Vec<Value> {
    let posts = events.iter().filter(|event| event["event"] == "posted");
    let posts = posts.map(|event| serde_json::from_str::<Value>(event["data"]["post"].as_str().unwrap()).unwrap());
    posts.filter(|post| post["type"] == "reminder").collect()
}

#[tokio::test]
async fn a_person_is_reminded_once_at_the_time_that_they_chose() {
    let fixture = fixture().await;
    let bob = &fixture.bob;
    bob.post(&fixture.path(), fixture.in_minutes(5)).await.ok();
    // Another time instead.
    bob.post(&fixture.path(), fixture.in_minutes(20)).await.ok();
    let mut events = bob.subscribe().await;
    fixture.after_minutes(10).await;
    assert!(reminders(&events.received_events()).is_empty());
    fixture.after_minutes(11).await;
    let posts = reminders(&events.received_events());
    let [reminder] = &posts[..] else { panic!("{posts:?}") };
    let link = format!("/crew/pl/{}", id(&fixture.post));
    assert!(reminder["message"].as_str().unwrap().ends_with(&link), "{reminder}");
    assert_eq!(reminder["props"]["post_id"], fixture.post["id"]);
    assert_eq!((&reminder["props"]["team_name"], &reminder["props"]["username"]), (&json!("crew"), &json!("ann")));
    fixture.after_minutes(60).await;
    assert!(reminders(&events.received_events()).is_empty());
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM post_reminders").await, 0);
}

#[tokio::test]
async fn a_reminder_that_was_sent_is_not_sent_again_after_a_crash() {
    let fixture = fixture().await;
    fixture.bob.post(&fixture.path(), fixture.in_minutes(5)).await.ok();
    let mut events = fixture.bob.subscribe().await;
    let row = "INSERT INTO post_reminders (user_id, post_id, target_at, create_at) SELECT user_id, post_id, target_at, create_at FROM kept";
    fixture.server.execute("CREATE TABLE kept AS SELECT * FROM post_reminders").await;
    fixture.after_minutes(6).await;
    assert_eq!(reminders(&events.received_events()).len(), 1);
    // As if the process had ended between the message and the end of the reminder.
    fixture.server.execute(row).await;
    fixture.after_minutes(1).await;
    assert!(reminders(&events.received_events()).is_empty());
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM post_reminders").await, 0);
}

#[tokio::test]
async fn reminders_are_for_oneself_of_what_one_can_read_in_the_future() {
    let fixture = fixture().await;
    let soon = fixture.in_minutes(5);
    fixture.eve.post(&fixture.path(), soon.clone()).await.assert_error(403, FORBIDDEN);
    let of_bob = format!("/users/{}/posts/{}/reminder", fixture.bob.id, id(&fixture.post));
    fixture.ann.post(&of_bob, soon).await.assert_error(403, FORBIDDEN);
    for time in [fixture.in_minutes(-5), json!({"target_time": 0}), json!({"target_time": i64::MAX}), fixture.in_minutes(100_000_000)] {
        fixture.bob.post(&fixture.path(), time).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM post_reminders").await, 0);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_cannot_read_any_more() {
    let fixture = fixture().await;
    let Fixture { ann, bob, dev, post, .. } = &fixture;
    let other = ann.create_post(dev, "to be deleted").await;
    bob.post(&fixture.path(), fixture.in_minutes(5)).await.ok();
    bob.post(&format!("/users/me/posts/{}/reminder", id(&other)), fixture.in_minutes(5)).await.ok();
    ann.delete(&format!("/posts/{}", id(&other))).await.ok();
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM post_reminders").await, 1, "it goes with its post");
    ann.delete(&format!("/channels/{}/members/{}", id(dev), bob.id)).await.ok();
    let mut events = bob.subscribe().await;
    fixture.after_minutes(6).await;
    assert!(reminders(&events.received_events()).is_empty(), "{post}");
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM post_reminders").await, 0);
}

#[tokio::test]
async fn the_link_to_a_direct_message_names_no_team() {
    let fixture = fixture().await;
    let direct = fixture.ann.post("/channels/direct", json!([fixture.ann.id, fixture.bob.id])).await.ok();
    let post = fixture.ann.create_post(&direct, "between us").await;
    fixture.bob.post(&format!("/users/me/posts/{}/reminder", id(&post)), fixture.in_minutes(5)).await.ok();
    let mut events = fixture.bob.subscribe().await;
    fixture.after_minutes(6).await;
    let posts = reminders(&events.received_events());
    assert_eq!(posts[0]["props"]["team_name"], "_redirect");
}
