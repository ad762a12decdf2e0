//! Lists of groups, what guests see of them, and the numbers of members in a channel.

use super::*;

fn names(groups: &Value) -> Vec<&str> {
    groups.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn groups_are_filtered_and_paged() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let dev = create_group(&ann, "dev", &[&ann, &bob]).await;
    let design = create_group(&ann, "design", &[]).await;
    let past = create_group(&ann, "past", &[&bob]).await;
    ann.delete(&format!("/groups/{}", id(&past))).await.ok();
    let team = ann.create_team("crew").await;
    let list = async |query: &str| bob.get(&format!("/groups?{query}")).await.ok();
    for (query, expected) in [
        ("", vec!["design", "dev"]),
        ("filter_allow_reference=true", vec!["design", "dev"]),
        ("q=DEV", vec!["dev"]),
        ("q=%40de", vec!["design", "dev"]),
        ("q=%25", vec![]),
        ("page=1&per_page=1", vec!["dev"]),
        ("group_source=custom", vec!["design", "dev"]),
        ("group_source=ldap", vec![]),
        ("only_syncable_sources=true", vec!["design", "dev"]),
        ("include_archived=true", vec!["design", "dev", "past"]),
        ("filter_archived=true", vec!["past"]),
        (format!("filter_has_member={}", bob.id).as_str(), vec!["dev"]),
        (format!("filter_has_member={}", "y".repeat(26)).as_str(), vec![]),
        ("since=1", vec!["design", "dev", "past"]),
        ("since=99999999999999", vec![]),
    ] {
        assert_eq!(names(&list(query).await), expected, "{query}");
    }
    bob.get(&format!("/groups?q={}", "x".repeat(257))).await.assert_error(400, "api.context.invalid_url_param.app_error");
    bob.get("/groups?since=soon").await.assert_error(400, "api.context.invalid_url_param.app_error");
    bob.get("/groups?filter_has_member=x").await.assert_error(400, "api.context.invalid_url_param.app_error");
    let with_numbers = list("include_member_count=true&include_member_ids=true").await;
    assert_eq!((&with_numbers[0]["member_count"], &with_numbers[0]["member_ids"]), (&json!(0), &json!([])));
    assert_eq!((&with_numbers[1]["member_count"], with_numbers[1]["member_ids"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(list("").await[0].get("member_count"), None);

    // Only for those who manage the team or channel.
    let general = ann.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    for query in [format!("not_associated_to_team={}", id(&team)), format!("not_associated_to_channel={}", id(&general))] {
        assert_eq!(names(&ann.get(&format!("/groups?{query}")).await.ok()), ["design", "dev"], "{query}");
        bob.get(&format!("/groups?{query}")).await.assert_error(403, PERMISSIONS);
    }
    assert_eq!(names(&bob.post("/groups/names", json!(["dev", "past", "none"])).await.ok()), ["dev"]);
    assert_eq!(names(&bob.get("/users/me/groups").await.ok()), ["dev"]);
    assert_eq!(names(&ann.get(&format!("/users/{}/groups", bob.id)).await.ok()), ["dev"]);
    bob.get(&format!("/users/{}/groups", ann.id)).await.assert_error(403, PERMISSIONS);
    assert_eq!(bob.get(&format!("/groups/{}", id(&design))).await.ok(), list("").await[0]);
    assert_eq!(bob.get(&format!("/groups/{}", id(&dev))).await.ok(), list("").await[1]);
}

#[tokio::test]
async fn members_in_a_channel_are_counted_by_group() {
    let server = TestServer::start().await;
    let (ann, bob, cat) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("cat").await);
    let team = ann.create_team("crew").await;
    let room = ann.create_channel(&team, "room", "P").await;
    ann.add_to_team(&team, &bob).await;
    ann.add_to_channel(&room, &bob).await;
    let dev = create_group(&ann, "dev", &[&ann, &bob, &cat]).await;
    let empty = create_group(&ann, "empty", &[&cat]).await;
    for (person, zone) in [(&ann, "Europe/Berlin"), (&bob, "Asia/Tokyo")] {
        let timezone = json!({"useAutomaticTimezone": "false", "automaticTimezone": "Europe/Paris", "manualTimezone": zone});
        person.put("/users/me/patch", json!({"timezone": timezone})).await.ok();
    }
    let path = format!("/channels/{}/member_counts_by_group", id(&room));
    let counts = |zones: i64| json!([{"group_id": dev["id"], "channel_member_count": 2, "channel_member_timezones_count": zones}]);
    assert_eq!(bob.get(&path).await.ok(), counts(0));
    assert_eq!(bob.get(&format!("{path}?include_timezones=true")).await.ok(), counts(2));
    cat.get(&path).await.assert_error(403, PERMISSIONS);
    let listed = bob.get(&format!("/groups?include_channel_member_count={}&include_timezones=true", id(&room))).await.ok();
    assert_eq!((&listed[0]["channel_member_count"], &listed[0]["channel_member_timezones_count"]), (&json!(2), &json!(2)));
    assert_eq!((&listed[1]["id"], &listed[1]["channel_member_count"]), (&empty["id"], &json!(0)));
    cat.get(&format!("/groups?include_channel_member_count={}", id(&room))).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn guests_see_groups_by_the_members_whom_they_see() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ann, bob, mut eve) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("eve").await);
    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await.ok();
    eve.log_in().await;
    let team = ann.create_team("crew").await;
    let room = ann.create_channel(&team, "room", "O").await;
    ann.add_to_team(&team, &eve).await;
    ann.add_to_channel(&room, &eve).await;
    let both = create_group(&ann, "both", &[&ann, &bob]).await;
    let hidden = create_group(&ann, "hidden", &[&bob]).await;
    let mine = create_group(&ann, "mine", &[&eve]).await;
    let listed = eve.get("/groups?include_member_count=true&include_member_ids=true").await.ok();
    assert_eq!(names(&listed), ["both", "mine"]);
    assert_eq!((&listed[0]["member_count"], &listed[0]["member_ids"]), (&json!(1), &json!([ann.id])));
    assert_eq!(usernames(&eve, &both).await, ["ann"]);
    assert_eq!(eve.get(&format!("/groups/{}?include_member_count=true", id(&both))).await.ok()["member_count"], 1);
    for path in ["", "/members"] {
        eve.get(&format!("/groups/{}{path}", id(&hidden))).await.assert_error(404, NOT_FOUND);
    }
    assert_eq!(eve.get(&format!("/users?in_group={}", id(&hidden))).await.ok(), json!([]));
    assert_eq!(eve.post("/groups/names", json!(["hidden", "mine"])).await.ok(), eve.get("/users/me/groups").await.ok());
    assert_eq!(eve.get(&format!("/groups?filter_has_member={}", bob.id)).await.ok(), json!([]));
    request_group(&eve, "new", &[]).await.assert_error(403, PERMISSIONS);
    eve.delete(&format!("/groups/{}", id(&mine))).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn groups_can_be_switched_off() {
    let server = TestServer::start_with_settings(|settings| settings.groups.enabled = false).await;
    let ann = server.create_user("ann").await;
    let off = "api.custom_groups.feature_disabled";
    request_group(&ann, "dev", &[]).await.assert_error(403, off);
    for path in ["/groups".to_owned(), format!("/groups/{}", "y".repeat(26)), "/users/me/groups".to_owned()] {
        ann.get(&path).await.assert_error(403, off);
    }
    assert_eq!(ann.get("/config/client?format=old").await.ok()["EnableCustomGroups"], "false");
}
