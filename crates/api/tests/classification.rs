//! The classification banner: in the client configuration, and as the properties that Mattermost's apps read.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const FIELDS: &str = "/properties/groups/access_control/system/fields?target_type=system&target_id=";
const VALUES: &str = "/properties/groups/access_control/system/values";
const SEARCH: &str = "/properties/groups/access_control/fields/search";
const NO_GROUP: &str = "api.property_field.invalid_group_name.app_error";

async fn set(root: &TestUser, settings: Value) {
    root.put("/config/patch", json!({"ClassificationSettings": settings})).await.ok();
}

#[tokio::test]
async fn apps_find_the_level_and_where_it_is_shown() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let search = json!({"object_types": ["system", "channel"], "target_type": "system", "target_id": ""});
    let none = json!([]);
    assert_eq!((bob.get(FIELDS).await.ok(), bob.get(VALUES).await.ok()), (none.clone(), none.clone()));
    // Enabled without a level, it is not there.
    set(&root, json!({"EnableBanner": true})).await;
    assert_eq!((bob.get(FIELDS).await.ok(), bob.get(VALUES).await.ok()), (none.clone(), none.clone()));

    set(&root, json!({"Level": "SECRET", "Text": "Project staff only", "BackgroundColor": "#aa0000"})).await;
    let fields = bob.get(FIELDS).await.ok();
    let [field] = fields.as_array().unwrap().as_slice() else { panic!("{fields}") };
    let expected = [
        ("name", json!("classification")),
        ("type", json!("select")),
        ("object_type", json!("system")),
        ("target_type", json!("system")),
        ("target_id", json!("")),
        ("delete_at", json!(0)),
    ];
    for (name, value) in expected {
        assert_eq!(field[name], value, "{name}");
    }
    assert_eq!(field["attrs"]["actions"], json!(["display_banner_top"]));
    let option = &field["attrs"]["options"][0];
    assert_eq!((&option["name"], &option["color"]), (&json!("SECRET // Project staff only"), &json!("#aa0000")));
    let values = bob.get(VALUES).await.ok();
    let value = &values[0];
    assert_eq!((&value["field_id"], &value["group_id"], &value["value"]), (&field["id"], &field["group_id"], &option["id"]));
    assert_eq!((&value["target_id"], &value["target_type"], values.as_array().unwrap().len()), (&json!("system"), &json!("system"), 1));

    let found = bob.post(SEARCH, search.clone()).await.ok();
    assert_eq!((&found[0]["id"], &found[0]["attrs"]), (&field["id"], &field["attrs"]));
    set(&root, json!({"Placement": "top_and_bottom"})).await;
    let moved = bob.post(SEARCH, search.clone()).await.ok();
    assert_eq!(moved[0]["attrs"]["actions"], json!(["display_banner_top", "display_banner_bottom"]));
    // Apps keep the newer version.
    assert!(moved[0]["update_at"].as_i64() > found[0]["update_at"].as_i64());

    // Channels and people have no properties of this group.
    for path in ["channel/fields?target_type=system", "user/fields", "system/fields?target_type=channel", "system/fields?target_id=x"] {
        assert_eq!(bob.get(&format!("/properties/groups/access_control/{path}")).await.ok(), none, "{path}");
    }
    assert_eq!(bob.get(&format!("/properties/groups/access_control/channel/values/{}", bob.id)).await.ok(), none);
    assert_eq!(bob.post(SEARCH, json!({"object_types": ["channel"]})).await.ok(), none);
    for path in ["system/fields", "system/values", "channel/values/x"] {
        bob.get(&format!("/properties/groups/boards/{path}")).await.assert_error(404, NO_GROUP);
        let answer = server.anonymous().get(&format!("/properties/groups/access_control/{path}")).await;
        answer.assert_error(401, "api.context.session_expired.app_error");
    }
    bob.post("/properties/groups/boards/fields/search", search).await.assert_error(404, NO_GROUP);
}

#[tokio::test]
async fn the_banner_is_on_the_page_where_people_log_in_and_changes_at_once() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let mut events = bob.subscribe().await;
    set(&root, json!({"EnableBanner": true, "Level": "CONFIDENTIAL", "Placement": "top_and_bottom"})).await;
    let published = events.wait_for("config_changed").await["data"]["config"].clone();
    let public = server.anonymous().get("/config/client?format=old").await.ok();
    for (name, value) in [
        ("FeatureFlagClassificationMarkings", "true"),
        ("ClassificationMarkingsGlobalBannerEnabled", "true"),
        ("ClassificationMarkingsGlobalBannerLevelName", "CONFIDENTIAL"),
        ("ClassificationMarkingsGlobalBannerColor", "#c8102e"),
        ("ClassificationMarkingsGlobalBannerTextColor", "#ffffff"),
        ("ClassificationMarkingsGlobalBannerPlacement", "top_and_bottom"),
    ] {
        assert_eq!((&public[name], &published[name]), (&json!(value), &json!(value)), "{name}");
    }
    for settings in [json!({"Placement": "left"}), json!({"BackgroundColor": "red"}), json!({"Level": "x".repeat(65)})] {
        let answer = root.put("/config/patch", json!({"ClassificationSettings": settings})).await;
        answer.assert_error(400, "model.config.is_valid.value.app_error");
    }
}
