//! Memberships that change without an event: as if another node or a program had written, or an event was lost. The next check of
//! the connections takes them over.

use guildhall_api::live::recheck_connections;
use guildhall_model::id::{ChannelId, membership_digest};
use guildhall_testkit::{Dialect, TestServer};
use serde_json::{Value, json};

/// The texts of people's posts that were received.
fn texts(events: Vec<Value>) -> Vec<String> {
    let posts = events.into_iter().filter(|event| event["event"] == "posted");
    let posts = posts.map(|event| serde_json::from_str::<Value>(event["data"]["post"].as_str().unwrap()).unwrap());
    posts.filter(|post| post["type"] == "").map(|post| post["message"].as_str().unwrap().to_owned()).collect()
}

async fn check_on(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let app = server.app();
    let check = async || recheck_connections(app).await.unwrap();
    let _root = server.create_user("root").await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    let mut channels = Vec::new();
    for name in ["one", "two"] {
        channels.push(ann.create_channel(&team, name, "P").await);
    }
    // A channel that the digest tells from the second.
    let digest = |channel: &Value| membership_digest(&channel["id"].as_str().unwrap().parse::<ChannelId>().unwrap());
    let mut third = ann.create_channel(&team, "three", "P").await;
    while digest(&third) == digest(&channels[1]) {
        ann.put(&format!("/channels/{}/patch", third["id"].as_str().unwrap()), json!({"name": format!("old-{}", digest(&third))}))
            .await
            .ok();
        third = ann.create_channel(&team, "three", "P").await;
    }
    channels.push(third);
    ann.add_to_channel(&channels[0], &bob).await;
    let mut events = bob.subscribe().await;
    let broken_off = bob.subscribe().await.drop_connection();
    ann.add_to_channel(&channels[1], &bob).await;
    ann.add_to_channel(&channels[2], &bob).await;
    bob.delete(&format!("/channels/{}/members/me", channels[2]["id"].as_str().unwrap())).await.ok();
    let post_in_all = async |text: &str| {
        for channel in &channels {
            ann.create_post(channel, &format!("{text} {}", channel["name"].as_str().unwrap())).await;
        }
    };

    // Nothing was lost yet: what the connections follow equals what is stored.
    let queries = server.queries();
    check().await;
    assert_eq!(server.queries() - queries, 1, "one query for all connections");
    post_in_all("first").await;
    assert_eq!(texts(events.received_events()), ["first one", "first two"]);

    server
        .execute(
            "DELETE FROM channel_members WHERE user_id = (SELECT id FROM users WHERE username = 'bob') \
             AND channel_id = (SELECT id FROM channels WHERE name = 'one')",
        )
        .await;
    check().await;
    post_in_all("removed").await;
    assert_eq!(texts(events.received_events()), ["removed two"]);

    // As many memberships as before, but another one.
    server
        .execute(
            "UPDATE channel_members SET channel_id = (SELECT id FROM channels WHERE name = 'three') \
             WHERE user_id = (SELECT id FROM users WHERE username = 'bob') AND channel_id = (SELECT id FROM channels WHERE name = 'two')",
        )
        .await;
    check().await;
    post_in_all("moved").await;
    assert_eq!(texts(events.received_events()), ["moved three"]);

    let rename = async |name: &str| {
        ann.put(&format!("/teams/{}/patch", team["id"].as_str().unwrap()), json!({"display_name": name})).await.ok();
    };
    rename("Builders").await;
    let is_update = |event: &Value| event["event"] == "update_team";
    assert!(events.received_events().iter().any(is_update));
    server.execute("UPDATE team_members SET delete_at = 1 WHERE user_id = (SELECT id FROM users WHERE username = 'bob')").await;
    check().await;
    rename("Masons").await;
    assert!(!events.received_events().iter().any(is_update));

    // Both connections are still open, and the interrupted one did not follow longer than the other.
    assert!(!events.is_closed());
    let (mut resumed, is_resumed) = broken_off.resume(bob.token.as_deref().unwrap()).await.expect("a valid session");
    assert!(is_resumed);
    let expected = ["first one", "first two", "removed two", "moved three"];
    assert_eq!(texts(resumed.received_events()), expected);
    let queries = server.queries();
    check().await;
    assert_eq!(server.queries() - queries, 1, "nothing is loaded again without a change");
}

#[tokio::test]
async fn memberships_that_change_without_an_event_take_effect_at_the_next_check_on_sqlite() {
    check_on(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memberships_that_change_without_an_event_take_effect_at_the_next_check_on_postgres() {
    check_on(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memberships_that_change_without_an_event_take_effect_at_the_next_check_on_mysql() {
    check_on(Dialect::Mysql).await;
}
