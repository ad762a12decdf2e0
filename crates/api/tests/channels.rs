//! Channels: creating, joining, leaving, changing and searching them.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

struct Fixture {
    _server: TestServer,
    root: TestUser,
    ada: TestUser,
    bob: TestUser,
    eve: TestUser,
    team: Value,
}

/// Ada's team with Bob and Eve; the system administrator is not a member.
async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, bob, eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    ada.add_to_team(&team, &eve).await;
    Fixture { _server: server, root, ada, bob, eve, team }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn names(channels: &Value) -> Vec<String> {
    channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap().to_owned()).collect()
}

/// The names of the received events, without those of presence.
fn event_names(events: &mut EventStream) -> Vec<String> {
    events.event_names().into_iter().filter(|name| name != "status_change").collect()
}

/// The types of the posts in a channel, oldest first.
async fn kinds(person: &TestUser, channel: &Value) -> Vec<String> {
    let posts = person.get(&format!("/channels/{}/posts", id(channel))).await.ok();
    let order = posts["order"].as_array().unwrap();
    order.iter().rev().map(|post| posts["posts"][post.as_str().unwrap()]["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_creator_is_a_member_of_a_new_channel() {
    let Fixture { ada, team, _server, .. } = fixture().await;
    let mut events = ada.subscribe().await;
    let dev = json!({"team_id": team["id"], "name": "dev", "display_name": "Dev", "type": "O", "purpose": "build", "header": "see docs"});
    let created = ada.post("/channels", dev).await;
    assert_eq!(created.status, 201);
    let dev = created.ok();
    assert_eq!((&dev["purpose"], &dev["header"], &dev["total_msg_count"]), (&json!("build"), &json!("see docs"), &json!(0)));
    assert_eq!(ada.get(&format!("/channels/{}/members/me", id(&dev))).await.ok()["roles"], "channel_user channel_admin");
    assert_eq!(event_names(&mut events), ["channel_created", "posted"]);
    assert_eq!(kinds(&ada, &dev).await, ["system_join_channel"]);
}

#[tokio::test]
async fn names_of_channels_are_checked_and_unique() {
    let Fixture { ada, team, _server, .. } = fixture().await;
    ada.create_channel(&team, "dev", "O").await;
    let create = async |name: &str, kind: &str| {
        ada.post("/channels", json!({"team_id": team["id"], "name": name, "display_name": "X", "type": kind})).await.error()
    };
    let bad = |id: &str| (400, id.to_owned());
    assert_eq!(create("dev", "P").await, bad("store.sql_channel.save_channel.exists.app_error"));
    for name in ["BAD NAME", "-x", "_", ""] {
        assert_eq!(create(name, "O").await, bad("model.channel.is_valid.2_or_more.app_error"), "{name}");
    }
    for name in ["x", "x-", "x_"] {
        ada.create_channel(&team, name, "O").await;
    }
    assert_eq!(create(&format!("{}__{}", ada.id, ada.id), "O").await.0, 400);
    assert_eq!(create("dm", "D").await, bad("api.channel.create_channel.direct_channel.app_error"));
    assert_eq!(create("dm", "X").await, bad("model.channel.is_valid.type.app_error"));
    let nowhere = json!({"team_id": "absentabsentabsentabsent00", "name": "dev", "display_name": "X", "type": "O"});
    assert_eq!(ada.post("/channels", nowhere).await.error(), (403, PERMISSIONS.to_owned()));
    let long = json!({"team_id": team["id"], "name": "long", "display_name": "X", "type": "O", "header": "x".repeat(1025)});
    assert_eq!(ada.post("/channels", long).await.error(), bad("model.channel.is_valid.header.app_error"));
}

#[tokio::test]
async fn concurrent_creations_with_the_same_name_make_one_channel() {
    let Fixture { ada, bob, team, _server, .. } = fixture().await;
    let dev = json!({"team_id": team["id"], "name": "dev", "display_name": "Dev", "type": "O"});
    let (one, other) = tokio::join!(ada.post("/channels", dev.clone()), bob.post("/channels", dev));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400]);
}

#[tokio::test]
async fn public_channels_can_be_joined_and_private_ones_cannot() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    let secret = ada.create_channel(&team, "secret", "P").await;
    let join = json!({"user_id": bob.id});
    let mut events = bob.subscribe().await;
    let joined = bob.post(&format!("/channels/{}/members", id(&dev)), join.clone()).await;
    assert_eq!((joined.status, &joined.ok()["roles"]), (201, &json!("channel_user")));
    assert_eq!(event_names(&mut events), ["user_added", "posted"]);
    // Joining again changes nothing and publishes nothing.
    assert_eq!(bob.post(&format!("/channels/{}/members", id(&dev)), join.clone()).await.status, 201);
    assert!(event_names(&mut events).is_empty());

    let refused = (403, PERMISSIONS.to_owned());
    assert_eq!(bob.post(&format!("/channels/{}/members", id(&secret)), join).await.error(), refused);
    for path in ["", "/members", "/members/me", "/stats", "/timezones", "/posts"] {
        assert_eq!(bob.get(&format!("/channels/{}{path}", id(&secret))).await.error(), refused, "{path}");
    }
    let hidden = bob.get(&format!("/teams/{}/channels/name/secret", id(&team))).await.error();
    assert_eq!(hidden, (404, "app.channel.get_by_name.missing.app_error".to_owned()));
    assert_eq!(bob.get(&format!("/teams/{}/channels/name/nothing", id(&team))).await.error(), hidden);

    bob.post(&format!("/channels/{}/members", id(&dev)), json!({"user_id": eve.id})).await.ok();
    let member = eve.get(&format!("/channels/{}/members/me", id(&dev))).await.ok();
    assert_eq!((&member["mention_count"], &member["msg_count"]), (&json!(1), &json!(0)));
    assert_eq!(kinds(&eve, &dev).await, ["system_join_channel", "system_join_channel", "system_add_to_channel"]);
}

#[tokio::test]
async fn only_team_members_can_join_its_channels() {
    let Fixture { root, ada, bob, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    let path = format!("/channels/{}/members", id(&dev));
    let outsider = ada.post(&path, json!({"user_id": root.id})).await.error();
    assert_eq!(outsider, (404, "app.team.get_member.missing.app_error".to_owned()));
    // The system administrator may read the channel, but is no member of the team either.
    assert_eq!(root.post(&path, json!({"user_id": root.id})).await.error().0, 404);
    assert_eq!(ada.post(&path, json!({"user_id": "absentabsentabsentabsent00"})).await.error().0, 404);
    assert_eq!(ada.post(&path, json!({})).await.error().0, 400);
    let many = ada.post(&path, json!({"user_ids": [bob.id]})).await.ok();
    assert_eq!(many[0]["user_id"], json!(bob.id));
}

#[tokio::test]
async fn earlier_posts_are_read_for_a_new_member() {
    let Fixture { ada, bob, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.create_post(&dev, "one").await;
    ada.create_post(&dev, "two").await;
    ada.add_to_channel(&dev, &bob).await;
    let unread = bob.get(&format!("/users/me/channels/{}/unread", id(&dev))).await.ok();
    assert_eq!((&unread["msg_count"], &unread["mention_count"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn leaving_is_published_to_the_channel_and_the_former_member() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    ada.add_to_channel(&dev, &eve).await;
    let (mut member_events, mut former_member_events) = (bob.subscribe().await, eve.subscribe().await);
    eve.delete(&format!("/channels/{}/members/me", id(&dev))).await.ok();
    assert_eq!(event_names(&mut member_events), ["user_removed", "posted"]);
    assert_eq!(event_names(&mut former_member_events), ["user_removed"]);
    assert_eq!(eve.get(&format!("/channels/{}/members/me", id(&dev))).await.error().0, 404);

    ada.delete(&format!("/channels/{}/members/{}", id(&dev), bob.id)).await.ok();
    assert_eq!(event_names(&mut member_events), ["user_removed"]);
    let last = kinds(&ada, &dev).await;
    assert_eq!(last[last.len() - 2..], ["system_leave_channel", "system_remove_from_channel"]);
    assert_eq!(ada.delete(&format!("/channels/{}/members/{}", id(&dev), bob.id)).await.error().0, 404);

    let town = ada.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    let kept = bob.delete(&format!("/channels/{}/members/me", id(&town))).await.error();
    assert_eq!(kept, (400, "api.channel.remove.default.app_error".to_owned()));
}

#[tokio::test]
async fn a_direct_channel_is_accessible_to_its_two_members_only() {
    let Fixture { root, ada, bob, eve, _server, .. } = fixture().await;
    let mut events = eve.subscribe().await;
    let dm = bob.post("/channels/direct", json!([bob.id, eve.id])).await;
    assert_eq!(dm.status, 201);
    let dm = dm.ok();
    assert_eq!((&dm["type"], &dm["team_id"], &dm["shared"]), (&json!("D"), &json!(""), &json!(false)));
    assert_eq!(event_names(&mut events), ["direct_added"]);
    assert_eq!(eve.post("/channels/direct", json!([eve.id, bob.id])).await.ok()["id"], dm["id"]);
    assert!(event_names(&mut events).is_empty());
    for other in [&ada, &root] {
        assert_eq!(other.get(&format!("/channels/{}", id(&dm))).await.error(), (403, PERMISSIONS.to_owned()));
        assert_eq!(other.get(&format!("/channels/{}/posts", id(&dm))).await.error(), (403, PERMISSIONS.to_owned()));
    }
    assert_eq!(bob.post("/channels/direct", json!([ada.id, eve.id])).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(bob.post("/channels/direct", json!([bob.id])).await.error().0, 400);
    let absent = bob.post("/channels/direct", json!([bob.id, "absentabsentabsentabsent00"])).await.error();
    assert_eq!(absent, (400, "api.channel.create_direct_channel.invalid_user.app_error".to_owned()));
    let alone = bob.post("/channels/direct", json!([bob.id, bob.id])).await.ok();
    assert_eq!(bob.get(&format!("/channels/{}/members", id(&alone))).await.ok().as_array().unwrap().len(), 1);

    let path = format!("/channels/{}", id(&dm));
    let error = |id: &str| (400, id.to_owned());
    let add = bob.post(&format!("{path}/members"), json!({"user_id": ada.id})).await.error();
    assert_eq!(add, error("api.channel.add_user_to_channel.type.app_error"));
    let leave = bob.delete(&format!("{path}/members/me")).await.error();
    assert_eq!(leave, error("api.channel.remove_channel_member.type.app_error"));
    assert_eq!(bob.delete(&path).await.error(), error("api.channel.delete_channel.type.invalid"));
    let public = bob.put(&format!("{path}/privacy"), json!({"privacy": "O"})).await.error();
    assert_eq!(public, error("api.channel.update_channel_privacy.direct.app_error"));
    assert_eq!(bob.put(&format!("{path}/patch"), json!({"header": "ours"})).await.ok()["header"], "ours");
}

#[tokio::test]
async fn concurrent_creations_of_a_direct_channel_return_the_same_channel() {
    let Fixture { bob, eve, _server, .. } = fixture().await;
    let both = json!([bob.id, eve.id]);
    let (one, other) = tokio::join!(bob.post("/channels/direct", both.clone()), eve.post("/channels/direct", both));
    assert_eq!((one.status, other.status), (201, 201));
    assert_eq!(one.ok()["id"], other.ok()["id"]);
}

#[tokio::test]
async fn a_group_channel_has_three_to_eight_members() {
    let Fixture { root, ada, bob, eve, _server, .. } = fixture().await;
    let mut events = eve.subscribe().await;
    let gm = bob.post("/channels/group", json!([eve.id, ada.id])).await.ok();
    assert_eq!((&gm["type"], &gm["display_name"], &gm["creator_id"]), (&json!("G"), &json!("ada, bob, eve"), &json!("")));
    assert_eq!(event_names(&mut events), ["group_added"]);
    assert_eq!(ada.post("/channels/group", json!([bob.id, eve.id, ada.id])).await.ok()["id"], gm["id"]);
    assert_eq!(root.get(&format!("/channels/{}", id(&gm))).await.error(), (403, PERMISSIONS.to_owned()));
    let few = bob.post("/channels/group", json!([eve.id])).await.error();
    assert_eq!(few, (400, "api.channel.create_group.bad_size.app_error".to_owned()));
    let absent = bob.post("/channels/group", json!([eve.id, "absentabsentabsentabsent00"])).await.error();
    assert_eq!(absent, (400, "api.channel.create_group.bad_user.app_error".to_owned()));
    assert_eq!(bob.post("/channels/group/search", json!({"term": "ev"})).await.ok()[0]["id"], gm["id"]);
    assert_eq!(bob.post("/channels/group/search", json!({"term": "zz"})).await.ok(), json!([]));
}

#[tokio::test]
async fn a_group_channel_can_be_converted_where_all_members_are_in_the_team() {
    let Fixture { root, ada, bob, eve, team, _server } = fixture().await;
    let gm = bob.post("/channels/group", json!([eve.id, ada.id])).await.ok();
    let path = format!("/channels/{}", id(&gm));
    assert_eq!(bob.get(&format!("{path}/common_teams")).await.ok()[0]["id"], team["id"]);
    let conversion = json!({"channel_id": gm["id"], "team_id": team["id"], "name": "trio", "display_name": "Trio"});
    let converted = bob.post(&format!("{path}/convert_to_channel?team_id={}", id(&team)), conversion.clone()).await.ok();
    assert_eq!((&converted["type"], &converted["team_id"], &converted["name"]), (&json!("P"), &team["id"], &json!("trio")));
    assert_eq!(bob.post(&format!("{path}/convert_to_channel"), conversion.clone()).await.error().0, 400);
    let with_outsider = bob.post("/channels/group", json!([eve.id, root.id])).await.ok();
    let refused = bob.post(&format!("/channels/{}/convert_to_channel", id(&with_outsider)), conversion).await.error();
    assert_eq!(refused, (400, "app.channel.gm_to_channel_conversion.not_in_team.app_error".to_owned()));
}

#[tokio::test]
async fn changes_of_texts_are_posted_in_the_channel() {
    let Fixture { ada, bob, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let path = format!("/channels/{}", id(&dev));
    let mut events = bob.subscribe().await;
    let patched = bob.put(&format!("{path}/patch"), json!({"header": "new", "purpose": "why", "display_name": "Devs"})).await.ok();
    assert_eq!((&patched["header"], &patched["purpose"], &patched["display_name"]), (&json!("new"), &json!("why"), &json!("Devs")));
    assert_eq!(event_names(&mut events), ["channel_updated", "posted", "posted", "posted"]);
    // Identical texts are no change.
    bob.put(&format!("{path}/patch"), json!({"header": "new"})).await.ok();
    assert!(event_names(&mut events).is_empty());
    let posts = bob.get(&format!("{path}/posts")).await.ok();
    let change = posts["posts"].as_object().unwrap().values().find(|post| post["type"] == "system_header_change").unwrap().clone();
    assert_eq!(change["props"], json!({"username": "bob", "old_header": "", "new_header": "new"}));

    let all_fields =
        json!({"id": dev["id"], "name": "developers", "display_name": "Developers", "header": "h", "purpose": "p", "type": "O"});
    assert_eq!(bob.put(&path, all_fields).await.ok()["name"], "developers");
    let other_kind = bob.put(&path, json!({"id": dev["id"], "type": "P"})).await.error();
    assert_eq!(other_kind, (400, "api.channel.update_channel.typechange.app_error".to_owned()));
    assert_eq!(bob.put(&path, json!({"id": team["id"]})).await.error().0, 400);
    let town = ada.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    let renamed = ada.put(&format!("/channels/{}/patch", id(&town)), json!({"name": "plaza"})).await.error();
    assert_eq!(renamed, (400, "api.channel.update_channel.tried.app_error".to_owned()));
}

#[tokio::test]
async fn concurrent_changes_are_all_applied() {
    let Fixture { ada, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    let (channel, account) = (format!("/channels/{}/patch", id(&dev)), format!("/users/{}/patch", ada.id));
    let headers = futures::future::join_all((0..16).map(|n| ada.put(&channel, json!({"header": format!("header {n}")})))).await;
    let names = futures::future::join_all((0..16).map(|n| ada.put(&account, json!({"nickname": format!("ada {n}")})))).await;
    assert!(headers.iter().chain(&names).all(|answer| answer.status == 200));
}

#[tokio::test]
async fn an_archived_channel_rejects_writes_until_it_is_restored() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let path = format!("/channels/{}", id(&dev));
    let (mut member_events, mut team_events) = (bob.subscribe().await, eve.subscribe().await);
    ada.delete(&path).await.ok();
    assert_eq!(event_names(&mut member_events), ["posted", "channel_deleted"]);
    assert_eq!(event_names(&mut team_events), ["channel_deleted"]);

    let error = |id: &str| (400, id.to_owned());
    assert_eq!(ada.delete(&path).await.error(), error("api.channel.delete_channel.deleted.app_error"));
    let patched = bob.put(&format!("{path}/patch"), json!({"header": "x"})).await.error();
    assert_eq!(patched, error("api.channel.update_channel.deleted.app_error"));
    let joined = eve.post(&format!("{path}/members"), json!({"user_id": eve.id})).await.error();
    assert_eq!(joined, error("api.channel.add_user.to.channel.failed.deleted.app_error"));
    assert_eq!(bob.delete(&format!("{path}/members/me")).await.error().0, 400);
    let own = bob.get(&format!("/users/me/teams/{}/channels", id(&team))).await.ok();
    assert!(!names(&own).contains(&"dev".to_owned()));
    let with_archived = bob.get(&format!("/users/me/teams/{}/channels?include_deleted=true", id(&team))).await.ok();
    assert!(names(&with_archived).contains(&"dev".to_owned()));
    assert_eq!(names(&eve.get(&format!("/teams/{}/channels/deleted", id(&team))).await.ok()), ["dev"]);
    assert_eq!(eve.get(&format!("/teams/{}/channels/name/dev", id(&team))).await.error().0, 404);
    assert_eq!(eve.get(&format!("/teams/{}/channels/name/dev?include_deleted=true", id(&team))).await.ok()["id"], dev["id"]);

    assert_eq!(bob.post(&format!("{path}/restore"), json!({})).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(ada.post(&format!("{path}/restore"), json!({})).await.ok()["delete_at"], 0);
    assert_eq!(event_names(&mut member_events), ["channel_restored", "posted"]);
    assert_eq!(ada.post(&format!("{path}/restore"), json!({})).await.error().0, 400);
    let town = ada.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    assert_eq!(ada.delete(&format!("/channels/{}", id(&town))).await.error(), error("api.channel.delete_channel.cannot.app_error"));
}

#[tokio::test]
async fn a_channel_can_be_made_private_and_public_again() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let path = format!("/channels/{}", id(&dev));
    assert_eq!(bob.put(&format!("{path}/privacy"), json!({"privacy": "P"})).await.error(), (403, PERMISSIONS.to_owned()));
    let (mut member_events, mut team_events) = (bob.subscribe().await, eve.subscribe().await);
    assert_eq!(ada.put(&format!("{path}/privacy"), json!({"privacy": "P"})).await.ok()["type"], "P");
    assert_eq!(event_names(&mut member_events), ["channel_updated", "posted", "channel_converted"]);
    assert_eq!(event_names(&mut team_events), ["channel_converted"]);
    assert_eq!(eve.get(&path).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(ada.put(&format!("{path}/privacy"), json!({"privacy": "O"})).await.ok()["type"], "O");
    assert_eq!(eve.get(&path).await.ok()["type"], "O");
    assert_eq!(ada.put(&format!("{path}/privacy"), json!({"privacy": "X"})).await.error().0, 400);
    let town = ada.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    let default = ada.put(&format!("/channels/{}/privacy", id(&town)), json!({"privacy": "P"})).await.error();
    assert_eq!(default, (400, "api.channel.update_channel_privacy.default_channel_error".to_owned()));
}

#[tokio::test]
async fn moving_a_channel_keeps_members_of_the_other_team() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let other = ada.create_team("two").await;
    ada.add_to_team(&other, &bob).await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    ada.add_to_channel(&dev, &eve).await;
    let path = format!("/channels/{}/move", id(&dev));
    assert_eq!(bob.post(&path, json!({"team_id": other["id"]})).await.error(), (403, PERMISSIONS.to_owned()));
    let rejected = ada.post(&path, json!({"team_id": other["id"]})).await.error();
    assert_eq!(rejected, (400, "app.channel.move_channel.members_do_not_match.error".to_owned()));
    let mut events = eve.subscribe().await;
    assert_eq!(ada.post(&path, json!({"team_id": other["id"], "force": true})).await.ok()["team_id"], other["id"]);
    assert_eq!(event_names(&mut events), ["user_removed"]);
    assert_eq!(eve.get(&format!("/channels/{}", id(&dev))).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(bob.get(&format!("/channels/{}/members", id(&dev))).await.ok().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn roles_and_notify_props_of_members_can_be_changed() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let member = format!("/channels/{}/members/{}", id(&dev), bob.id);
    assert_eq!(bob.put(&format!("{member}/schemeRoles"), json!({"scheme_user": true, "scheme_admin": true})).await.error().0, 403);
    ada.put(&format!("{member}/schemeRoles"), json!({"scheme_user": true, "scheme_admin": true})).await.ok();
    assert_eq!(bob.get(&member).await.ok()["roles"], "channel_user channel_admin");
    ada.put(&format!("{member}/roles"), json!({"roles": "channel_user"})).await.ok();
    assert_eq!(ada.put(&format!("{member}/roles"), json!({"roles": "channel_user system_admin"})).await.error().0, 400);
    assert_eq!(ada.put(&format!("{member}/roles"), json!({"roles": "channel_guest"})).await.error().0, 400);

    let mut events = bob.subscribe().await;
    let props = json!({"user_id": bob.id, "channel_id": dev["id"], "desktop": "all", "mark_unread": "mention"});
    bob.put(&format!("{member}/notify_props"), props.clone()).await.ok();
    let published: Value =
        serde_json::from_str(events.wait_for("channel_member_updated").await["data"]["channelMember"].as_str().unwrap()).unwrap();
    assert_eq!((&published["notify_props"]["desktop"], &published["notify_props"]["email"]), (&json!("all"), &json!("default")));
    assert_eq!(eve.put(&format!("{member}/notify_props"), props).await.error(), (403, PERMISSIONS.to_owned()));
    let wrong = bob.put(&format!("{member}/notify_props"), json!({"desktop": "loud"})).await.error();
    assert_eq!(wrong, (400, "model.channel_member.is_valid.notify_props.app_error".to_owned()));
    // In a muted channel only mentions are counted.
    ada.create_post(&dev, "hello").await;
    ada.create_post(&dev, "hello @bob").await;
    let unread = bob.get(&format!("/users/me/channels/{}/unread", id(&dev))).await.ok();
    assert_eq!((&unread["msg_count"], &unread["mention_count"]), (&json!(0), &json!(2)));
}

#[tokio::test]
async fn viewing_a_channel_marks_it_as_read() {
    let Fixture { ada, bob, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    ada.create_post(&dev, "one").await;
    let last = ada.create_post(&dev, "two @bob").await;
    let unread = format!("/users/me/channels/{}/unread", id(&dev));
    assert_eq!(bob.get(&unread).await.ok()["msg_count"], 2);
    let mut events = bob.subscribe().await;
    let viewed = bob.post("/channels/members/me/view", json!({"channel_id": dev["id"], "prev_channel_id": ""})).await.ok();
    assert_eq!(viewed["last_viewed_at_times"][id(&dev)], last["create_at"]);
    assert_eq!(event_names(&mut events), ["multiple_channels_viewed", "channel_viewed", "thread_read_changed"]);
    let read = bob.get(&unread).await.ok();
    assert_eq!((&read["msg_count"], &read["mention_count"], &read["msg_count_root"]), (&json!(0), &json!(0), &json!(0)));
    ada.create_post(&dev, "three").await;
    let apart = json!({"channel_id": dev["id"], "collapsed_threads_supported": true});
    bob.post("/channels/members/me/view", apart).await.ok();
    assert_eq!(event_names(&mut events), ["posted", "multiple_channels_viewed", "channel_viewed"]);
    ada.create_post(&dev, "four").await;
    let many = bob.post("/channels/members/me/mark_read", json!([dev["id"], "absentabsentabsentabsent00"])).await.ok();
    assert_eq!(many["last_viewed_at_times"].as_object().unwrap().len(), 1);
    assert_eq!(bob.get(&unread).await.ok()["msg_count"], 0);
    assert_eq!(bob.post("/channels/members/me/view", json!({"channel_id": ""})).await.ok()["status"], "OK");
    let dm = ada.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    ada.create_post(&dm, "psst").await;
    bob.put("/channels/members/me/direct/read", json!({})).await.ok();
    assert_eq!(bob.get(&format!("/users/me/channels/{}/unread", id(&dm))).await.ok()["msg_count"], 0);
    let others = ada.post(&format!("/channels/members/{}/view", bob.id), json!({"channel_id": dev["id"]})).await.error();
    assert_eq!(others, (403, PERMISSIONS.to_owned()));
}

#[tokio::test]
async fn searches_find_visible_channels_only() {
    let Fixture { root, ada, bob, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.create_channel(&team, "dev-secret", "P").await;
    let in_team = format!("/teams/{}/channels", id(&team));
    assert_eq!(names(&bob.get(&format!("{in_team}?page=0&per_page=50")).await.ok()), ["dev", "off-topic", "town-square"]);
    assert_eq!(names(&bob.post(&format!("{in_team}/search"), json!({"term": "DE"})).await.ok()), ["dev"]);
    assert_eq!(names(&bob.get(&format!("{in_team}/autocomplete?name=d")).await.ok()), ["dev"]);
    assert_eq!(names(&ada.get(&format!("{in_team}/autocomplete?name=d")).await.ok()), ["dev", "dev-secret"]);
    assert_eq!(names(&ada.get(&format!("{in_team}/search_autocomplete?name=d")).await.ok()), ["dev", "dev-secret"]);
    assert_eq!(names(&bob.post(&format!("{in_team}/ids"), json!([dev["id"]])).await.ok()), ["dev"]);
    assert_eq!(bob.get(&format!("{in_team}/private")).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(names(&root.get(&format!("{in_team}/private")).await.ok()), ["dev-secret"]);
    assert_eq!(bob.get("/channels").await.error(), (403, PERMISSIONS.to_owned()));
    let all = root.get("/channels?include_total_count=true&exclude_default_channels=true").await.ok();
    assert_eq!((&all["total_count"], &all["channels"][0]["team_name"]), (&json!(2), &json!("one")));
    let found = root.post("/channels/search", json!({"term": "secret", "private": true, "page": 0, "per_page": 10})).await.ok();
    assert_eq!((&found["total_count"], names(&found["channels"])), (&json!(1), vec!["dev-secret".to_owned()]));
    assert_eq!(bob.post("/channels/search", json!({"term": "dev"})).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(names(&ada.post("/channels/search?system_console=false", json!({"term": "dev"})).await.ok()), ["dev", "dev-secret"]);
    let counts = bob.post("/channels/stats/member_count", json!([dev["id"]])).await.ok();
    assert_eq!(counts[id(&dev)], 1);
}

#[tokio::test]
async fn users_list_their_own_channels_only() {
    let Fixture { root, ada, bob, eve, team, _server } = fixture().await;
    bob.post("/channels/direct", json!([bob.id, eve.id])).await.ok();
    let own = bob.get("/users/me/channels").await;
    assert_eq!(own.ok().as_array().unwrap().len(), 3);
    let tag = own.header("etag").to_owned();
    assert!(!tag.is_empty());
    let of_team = format!("/users/{}/teams/{}/channels", bob.id, id(&team));
    assert_eq!(bob.get(&of_team).await.ok().as_array().unwrap().len(), 3);
    assert_eq!(bob.get(&format!("{of_team}/members")).await.ok().as_array().unwrap().len(), 3);
    assert_eq!(bob.get("/users/me/channel_members?per_page=200").await.ok().as_array().unwrap().len(), 3);
    assert_eq!(ada.get(&format!("/users/{}/channels", bob.id)).await.error(), (403, PERMISSIONS.to_owned()));
    // An administrator sees the channels, but no direct ones.
    assert_eq!(root.get(&format!("/users/{}/channels", bob.id)).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(root.get(&format!("{of_team}/members")).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(root.get(&format!("/users/{}/channel_members", bob.id)).await.ok().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn members_and_statistics_of_a_channel_are_listed() {
    let Fixture { ada, bob, eve, team, _server, .. } = fixture().await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    let path = format!("/channels/{}", id(&dev));
    assert_eq!(bob.get(&format!("{path}/members?per_page=1")).await.ok().as_array().unwrap().len(), 1);
    let by_ids = bob.post(&format!("{path}/members/ids"), json!([bob.id, eve.id])).await.ok();
    assert_eq!((by_ids.as_array().unwrap().len(), &by_ids[0]["user_id"]), (1, &json!(bob.id)));
    let stats = bob.get(&format!("{path}/stats")).await.ok();
    assert_eq!((&stats["member_count"], &stats["guest_count"], &stats["pinnedpost_count"]), (&json!(2), &json!(0), &json!(0)));
    assert_eq!(bob.get(&format!("{path}/stats?exclude_files_count=true")).await.ok()["files_count"], -1);
    assert!(bob.get(&format!("{path}/timezones")).await.ok().is_array());
    assert_eq!(bob.get("/channels/nonsense").await.error(), (400, "api.context.invalid_url_param.app_error".to_owned()));
    assert_eq!(bob.get("/channels/absentabsentabsentabsent00").await.error(), (403, PERMISSIONS.to_owned()));
}
