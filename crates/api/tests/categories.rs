//! The categories of the sidebar.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

/// Bob is a member of Ada's team and a channel; with the path of his sidebar.
async fn sidebar() -> (TestServer, TestUser, TestUser, Value, String) {
    let server = TestServer::start().await;
    let _root = server.create_user("root").await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let path = format!("/users/me/teams/{}/channels/categories", team["id"].as_str().unwrap());
    (server, ada, bob, dev, path)
}

async fn category(person: &TestUser, path: &str, kind: &str) -> Value {
    let all = person.get(path).await.ok();
    all["categories"].as_array().unwrap().iter().find(|category| category["type"] == kind).unwrap().clone()
}

#[tokio::test]
async fn every_user_has_three_default_categories() {
    let (_server, ada, bob, dev, path) = sidebar().await;
    let dm = bob.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    let all = bob.get(&path).await.ok();
    let kinds: Vec<_> = all["categories"].as_array().unwrap().iter().map(|category| category["type"].clone()).collect();
    assert_eq!(kinds, ["favorites", "channels", "direct_messages"]);
    let order: Vec<_> = all["categories"].as_array().unwrap().iter().map(|category| category["id"].clone()).collect();
    assert_eq!(all["order"], json!(order));
    assert!(order[0].as_str().unwrap().starts_with(&format!("favorites_{}_", bob.id)));
    let channels = all["categories"][1]["channel_ids"].as_array().unwrap();
    assert_eq!((channels.len(), &channels[0]), (3, &dev["id"]));
    assert_eq!((&all["categories"][2]["channel_ids"], &all["categories"][2]["sorting"]), (&json!([dm["id"]]), &json!("recent")));
    let one = bob.get(&format!("{path}/{}", order[1].as_str().unwrap())).await.ok();
    assert_eq!(one["display_name"], "Channels");
}

#[tokio::test]
async fn a_custom_category_takes_channels_and_returns_them_when_deleted() {
    let (_server, _, bob, dev, path) = sidebar().await;
    let mut events = bob.subscribe().await;
    let new = json!({"display_name": "Projects", "channel_ids": [dev["id"], "absentabsentabsentabsent00"], "type": "custom"});
    let created = bob.post(&path, new).await.ok();
    assert_eq!(
        (&created["display_name"], &created["channel_ids"], &created["type"]),
        (&json!("Projects"), &json!([dev["id"]]), &json!("custom"))
    );
    assert_eq!(events.wait_for("sidebar_category_created").await["data"]["category_id"], created["id"]);
    let order = bob.get(&format!("{path}/order")).await.ok();
    assert_eq!((order.as_array().unwrap().len(), &order[1]), (4, &created["id"]));
    assert_eq!(category(&bob, &path, "channels").await["channel_ids"].as_array().unwrap().len(), 2);

    let one = format!("{path}/{}", created["id"].as_str().unwrap());
    assert_eq!(bob.delete(&one).await.ok()["status"], "OK");
    events.wait_for("sidebar_category_deleted").await;
    assert_eq!(category(&bob, &path, "channels").await["channel_ids"].as_array().unwrap().len(), 3);
    assert_eq!(bob.delete(&one).await.error().0, 404);
    let built_in = category(&bob, &path, "channels").await;
    assert_eq!(bob.delete(&format!("{path}/{}", built_in["id"].as_str().unwrap())).await.error().0, 400);
}

#[tokio::test]
async fn a_favorite_is_removed_from_its_previous_category() {
    let (_server, _, bob, dev, path) = sidebar().await;
    let mut favorites = category(&bob, &path, "favorites").await;
    favorites["channel_ids"] = json!([dev["id"]]);
    let mut events = bob.subscribe().await;
    let updated = bob.put(&path, json!([favorites])).await.ok();
    assert_eq!(updated[0]["channel_ids"], json!([dev["id"]]));
    events.wait_for("sidebar_category_updated").await;
    assert_eq!(category(&bob, &path, "favorites").await["channel_ids"], json!([dev["id"]]));
    assert!(!category(&bob, &path, "channels").await["channel_ids"].as_array().unwrap().contains(&dev["id"]));
    favorites["channel_ids"] = json!([]);
    let one = format!("{path}/{}", favorites["id"].as_str().unwrap());
    bob.put(&one, favorites).await.ok();
    assert!(category(&bob, &path, "channels").await["channel_ids"].as_array().unwrap().contains(&dev["id"]));
}

#[tokio::test]
async fn categories_are_ordered_and_collapsed_and_sorted() {
    let (_server, _, bob, _, path) = sidebar().await;
    let order = bob.get(&format!("{path}/order")).await.ok();
    let turned: Vec<Value> = order.as_array().unwrap().iter().rev().cloned().collect();
    let mut events = bob.subscribe().await;
    assert_eq!(bob.put(&format!("{path}/order"), json!(turned)).await.ok(), json!(turned));
    assert_eq!(events.wait_for("sidebar_category_order_updated").await["data"]["order"], json!(turned));
    assert_eq!(bob.get(&path).await.ok()["order"], json!(turned));
    assert_eq!(bob.put(&format!("{path}/order"), json!(turned[1..])).await.error().0, 400);
    assert_eq!(bob.put(&format!("{path}/order"), json!(["nonsense"])).await.error().0, 400);

    let mut channels = category(&bob, &path, "channels").await;
    channels["collapsed"] = json!(true);
    channels["sorting"] = json!("alpha");
    channels["display_name"] = json!("Renamed");
    bob.put(&path, json!([channels])).await.ok();
    let changed = category(&bob, &path, "channels").await;
    assert_eq!((&changed["collapsed"], &changed["sorting"], &changed["display_name"]), (&json!(true), &json!("alpha"), &json!("Channels")));
    channels["sorting"] = json!("sideways");
    assert_eq!(bob.put(&path, json!([channels])).await.error().0, 400);
    assert_eq!(bob.post(&path, json!({"display_name": " "})).await.error().0, 400);
}

#[tokio::test]
async fn muting_a_category_mutes_its_channels() {
    let (_server, _, bob, dev, path) = sidebar().await;
    let mut created = bob.post(&path, json!({"display_name": "Noise", "channel_ids": [dev["id"]]})).await.ok();
    created["muted"] = json!(true);
    bob.put(&path, json!([created])).await.ok();
    let member = format!("/channels/{}/members/me", dev["id"].as_str().unwrap());
    assert_eq!(bob.get(&member).await.ok()["notify_props"]["mark_unread"], "mention");
    created["muted"] = json!(false);
    bob.put(&path, json!([created])).await.ok();
    assert_eq!(bob.get(&member).await.ok()["notify_props"]["mark_unread"], "all");
}

#[tokio::test]
async fn users_cannot_access_the_sidebar_of_others() {
    let (_server, ada, bob, _, path) = sidebar().await;
    let bobs = path.replace("/users/me/", &format!("/users/{}/", bob.id));
    assert_eq!(bob.get(&bobs).await.status, 200);
    assert_eq!(ada.get(&bobs).await.error(), (403, "api.context.permissions.app_error".to_owned()));
    assert_eq!(ada.post(&bobs, json!({"display_name": "Mine"})).await.status, 403);
}

#[tokio::test]
async fn favorites_are_stored_as_preferences_too() {
    let (_server, ada, bob, dev, path) = sidebar().await;
    let dm = bob.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    let favor =
        |channel: &Value, value: &str| json!([{"user_id": bob.id, "category": "favorite_channel", "name": channel["id"], "value": value}]);
    let mut events = bob.subscribe().await;
    bob.put("/users/me/preferences", favor(&dev, "true")).await.ok();
    events.wait_for("sidebar_category_updated").await;
    events.wait_for("preferences_changed").await;
    bob.put("/users/me/preferences", favor(&dm, "true")).await.ok();
    assert_eq!(category(&bob, &path, "favorites").await["channel_ids"], json!([dev["id"], dm["id"]]));
    bob.put("/users/me/preferences", favor(&dev, "false")).await.ok();
    assert_eq!(category(&bob, &path, "favorites").await["channel_ids"], json!([dm["id"]]));
    bob.post("/users/me/preferences/delete", favor(&dm, "true")).await.ok();
    assert_eq!(category(&bob, &path, "favorites").await["channel_ids"], json!([]));

    let mut favorites = category(&bob, &path, "favorites").await;
    favorites["channel_ids"] = json!([dm["id"]]);
    bob.put(&path, json!([favorites])).await.ok();
    let kept = bob.get("/users/me/preferences/favorite_channel").await.ok();
    let kept: Vec<_> = kept.as_array().unwrap().iter().filter(|kept| kept["value"] == "true").map(|kept| kept["name"].clone()).collect();
    assert_eq!(kept, [dm["id"].clone()]);
    bob.post(&path, json!({"display_name": "People", "channel_ids": [dm["id"]]})).await.ok();
    assert_eq!(category(&bob, &path, "favorites").await["channel_ids"], json!([]));
}
