//! Links of groups with teams and channels: whom they add, who may make them, and what is listed.

use guildhall_testkit::{Dialect, TestServer, TestUser};
use http::Method;
use serde_json::{Value, json};

use super::{NOT_FOUND, PERMISSIONS, change_members, create_group, id};

const NOT_LINKED: &str = "store.sql_group.no_rows";

fn team_link(group: &Value, team: &Value) -> String {
    format!("/groups/{}/teams/{}/link", id(group), id(team))
}

fn channel_link(group: &Value, channel: &Value) -> String {
    format!("/groups/{}/channels/{}/link", id(group), id(channel))
}

fn adding() -> Value {
    json!({"auto_add": true})
}

/// Runs the jobs that are due, after the period of that which adds members.
async fn run_jobs(server: &TestServer) {
    server.clock.advance_ms(11_000);
    server.app().services.run_due_jobs().await.unwrap();
}

/// Who is in a team or channel, in the order of their names.
async fn people(person: &TestUser, place: &str, object: &Value) -> Vec<String> {
    let listed = person.get(&format!("/users?in_{place}={}", id(object))).await.ok();
    listed.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

async fn notices(person: &TestUser, channel: &Value) -> Vec<String> {
    let posts = person.get(&format!("/channels/{}/posts", id(channel))).await.ok();
    let posts = posts["posts"].as_object().unwrap().values();
    let mut kinds: Vec<String> = posts.map(|post| post["type"].as_str().unwrap().to_owned()).collect();
    kinds.sort_unstable();
    kinds
}

async fn town_square(person: &TestUser, team: &Value) -> Value {
    person.get(&format!("/teams/{}/channels/name/town-square", id(team))).await.ok()
}

/// Root administers the server, Ann the team and its private channel.
async fn start() -> (TestServer, TestUser, TestUser, Value, Value) {
    let server = TestServer::start().await;
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    let team = ann.create_team("one").await;
    let plans = ann.create_channel(&team, "plans", "P").await;
    (server, root, ann, team, plans)
}

#[tokio::test]
async fn members_of_a_linked_group_are_added_once_and_quietly() {
    let (server, root, ann, team, plans) = start().await;
    let (bob, cat) = (server.create_user("bob").await, server.create_user("cat").await);
    let dev = create_group(&root, "dev", &[&bob, &cat]).await;
    let mut events = bob.subscribe().await;
    let square = town_square(&ann, &team).await;
    let before = notices(&ann, &square).await;

    let response = ann.post(&channel_link(&dev, &plans), adding()).await;
    assert_eq!(response.status, 201);
    let link = response.ok();
    assert_eq!((&link["group_id"], &link["channel_id"], &link["team_id"]), (&dev["id"], &plans["id"], &team["id"]));
    assert_eq!((&link["channel_display_name"], &link["channel_type"]), (&plans["display_name"], &json!("P")));
    assert_eq!((&link["team_display_name"], &link["team_type"]), (&team["display_name"], &team["type"]));
    assert_eq!((&link["auto_add"], &link["scheme_admin"], &link["delete_at"]), (&json!(true), &json!(false), &json!(0)));
    assert_eq!(root.get(&format!("/groups/{}", id(&dev))).await.ok()["has_syncables"], true);
    assert_eq!(people(&ann, "channel", &plans).await, ["ann"]);

    run_jobs(&server).await;
    assert_eq!(events.wait_for("user_added").await["data"]["user_id"], json!(bob.id));
    for (place, object) in [("channel", &plans), ("team", &team), ("channel", &square)] {
        assert_eq!(people(&ann, place, object).await, ["ann", "bob", "cat"], "{place}");
    }
    assert_eq!(notices(&ann, &plans).await.iter().filter(|kind| kind.contains("add")).collect::<Vec<_>>(), ["system_add_group"]);
    assert_eq!(notices(&ann, &square).await, before);
    // Who was read by nobody has nothing unread.
    let member = bob.get(&format!("/channels/{}/members/me", id(&plans))).await.ok();
    assert_eq!((&member["mention_count"], &member["scheme_admin"]), (&json!(0), &json!(false)));
    let audits = root.get("/audits?per_page=60").await.ok();
    let records = audits.as_array().unwrap();
    let of = |action: &str| records.iter().filter(|row| row["action"] == action && row["user_id"] == json!(ann.id)).collect::<Vec<_>>();
    assert_eq!(of("groups.link").len(), 1);
    for added in ["channels.add_member", "teams.add_member"] {
        assert_eq!(of(added).len(), 2, "{added}");
        assert!(of(added).iter().all(|row| row["extra_info"].as_str().unwrap().contains("by=group")));
    }

    // Who leaves stays away, until they leave the group and come back.
    bob.delete(&format!("/channels/{}/members/{}", id(&plans), bob.id)).await.ok();
    ann.delete(&format!("/channels/{}/members/{}", id(&plans), cat.id)).await.ok();
    run_jobs(&server).await;
    ann.post(&channel_link(&dev, &plans), adding()).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann"]);
    change_members(&root, Method::DELETE, &dev, &[&bob]).await.ok();
    change_members(&root, Method::POST, &dev, &[&bob]).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "bob"]);
    assert_eq!(server.count("SELECT COUNT(*) FROM group_link_members WHERE added_at = 0").await, 0);
}

#[tokio::test]
async fn a_link_to_a_team_adds_to_the_team_and_ends_without_removing() {
    let (server, root, ann, team, _) = start().await;
    let (bob, cat) = (server.create_user("bob").await, server.create_user("cat").await);
    let dev = create_group(&root, "dev", &[&bob]).await;
    let mut events = ann.subscribe().await;
    // Without auto_add nobody is added.
    assert_eq!(ann.post(&team_link(&dev, &team), json!({})).await.ok()["auto_add"], false);
    let event = events.wait_for("received_group_associated_to_team").await;
    assert_eq!((&event["data"]["group_id"], &event["broadcast"]["team_id"]), (&dev["id"], &team["id"]));
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann"]);
    let patch = team_link(&dev, &team).replace("/link", "/patch");
    assert_eq!(ann.put(&patch, adding()).await.ok()["auto_add"], true);
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob"]);
    let square = town_square(&ann, &team).await;
    assert!(notices(&ann, &square).await.contains(&"system_add_group".to_owned()));

    // Who waits when the link is switched off is not added.
    change_members(&root, Method::POST, &dev, &[&cat]).await.ok();
    ann.put(&patch, json!({"auto_add": false})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob"]);
    ann.put(&patch, adding()).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob", "cat"]);

    assert_eq!(ann.delete(&team_link(&dev, &team)).await.ok(), json!({"status": "OK"}));
    assert_eq!(events.wait_for("received_group_not_associated_to_team").await["data"]["group_id"], dev["id"]);
    ann.delete(&team_link(&dev, &team)).await.assert_error(404, NOT_LINKED);
    ann.put(&patch, adding()).await.assert_error(404, NOT_LINKED);
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob", "cat"]);
    assert_eq!(server.count("SELECT COUNT(*) FROM group_link_members").await, 0);
    assert_eq!(root.get(&format!("/groups/{}", id(&dev))).await.ok()["has_syncables"], false);
}

/// Everybody may manage the members of groups: without this, whoever adds themselves to a group would be let into a private channel.
#[tokio::test]
async fn nobody_gains_by_a_group_what_they_could_not_do_themselves() {
    let (server, root, ann, team, plans) = start().await;
    let (bob, cat, dan) = (server.create_user("bob").await, server.create_user("cat").await, server.create_user("dan").await);
    let dev = create_group(&root, "dev", &[]).await;
    ann.post(&channel_link(&dev, &plans), adding()).await.ok();
    ann.post(&team_link(&dev, &team), adding()).await.ok();
    change_members(&bob, Method::POST, &dev, &[&bob]).await.ok();
    run_jobs(&server).await;
    assert_eq!(
        (people(&ann, "team", &team).await, people(&ann, "channel", &plans).await),
        (vec!["ann".to_owned()], vec!["ann".to_owned()])
    );
    // Members of the team may add to the team, and not to the channel.
    ann.add_to_team(&team, &bob).await;
    change_members(&bob, Method::POST, &dev, &[&cat]).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob", "cat"]);
    assert_eq!(people(&ann, "channel", &plans).await, ["ann"]);
    change_members(&ann, Method::POST, &dev, &[&dan]).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "dan"]);
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob", "cat", "dan"]);
    // Whoever may add people adds them by switching the link on again.
    let patch = channel_link(&dev, &plans).replace("/link", "/patch");
    for auto_add in [false, true] {
        ann.put(&patch, json!({"auto_add": auto_add})).await.ok();
    }
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "bob", "cat", "dan"]);
}

#[tokio::test]
async fn guests_are_not_added_and_deactivated_people_when_they_are_back() {
    let (server, root, ann, team, plans) = start().await;
    let (bob, mut eve) = (server.create_user("bob").await, server.create_user("eve").await);
    let dev = create_group(&root, "dev", &[&bob, &eve]).await;
    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await.ok();
    eve.log_in().await;
    root.put(&format!("/users/{}/active", bob.id), json!({"active": false})).await.ok();
    ann.post(&channel_link(&dev, &plans), adding()).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann"]);
    root.put(&format!("/users/{}/active", bob.id), json!({"active": true})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "bob"]);
    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_user"})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "bob", "eve"]);
    // Who is offboarded is in no group any more, and is added by none.
    root.post(&format!("/users/{}/offboard", bob.id), json!({})).await.ok();
    root.put(&format!("/users/{}/active", bob.id), json!({"active": true})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "eve"]);
}

#[tokio::test]
async fn archived_groups_channels_and_teams_add_nobody() {
    let (server, root, ann, team, plans) = start().await;
    let bob = server.create_user("bob").await;
    let dev = create_group(&root, "dev", &[&bob]).await;
    ann.post(&channel_link(&dev, &plans), adding()).await.ok();
    root.delete(&format!("/groups/{}", id(&dev))).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann"]);
    ann.post(&team_link(&dev, &team), adding()).await.assert_error(404, NOT_FOUND);
    root.post(&format!("/groups/{}/restore", id(&dev)), json!({})).await.ok();
    ann.delete(&format!("/channels/{}", id(&plans))).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&root, "team", &team).await, ["ann"]);
    ann.post(&channel_link(&dev, &plans), adding()).await.assert_error(400, "api.channel.update_channel.deleted.app_error");
    root.post(&format!("/channels/{}/restore", id(&plans)), json!({})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "channel", &plans).await, ["ann", "bob"]);
}

#[tokio::test]
async fn a_full_team_is_tried_again_later() {
    let server = TestServer::start_with_settings(|settings| settings.teams.max_members = 2).await;
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    let (bob, cat) = (server.create_user("bob").await, server.create_user("cat").await);
    let team = ann.create_team("one").await;
    ann.add_to_team(&team, &bob).await;
    let dev = create_group(&root, "dev", &[&bob, &cat]).await;
    ann.post(&team_link(&dev, &team), adding()).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "bob"]);
    let jobs = root.get("/jobs/type/group_links").await.ok();
    assert_eq!((&jobs[0]["status"], &jobs[0]["data"]["postponed"]), (&json!("success"), &json!("1")));
    ann.delete(&format!("/teams/{}/members/{}", id(&team), bob.id)).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann"]);
    server.clock.advance_ms(60 * 60 * 1000);
    run_jobs(&server).await;
    assert_eq!(people(&ann, "team", &team).await, ["ann", "cat"]);
}

/// Whoever has linked the group to a channel was not asked about the team that it is in now.
#[tokio::test]
async fn who_waits_for_a_channel_that_is_moved_is_not_added() {
    let (server, root, ann, _, plans) = start().await;
    let (bob, cat) = (server.create_user("bob").await, server.create_user("cat").await);
    let dev = create_group(&root, "dev", &[&bob]).await;
    ann.post(&channel_link(&dev, &plans), adding()).await.ok();
    let other = root.create_team("two").await;
    root.post(&format!("/channels/{}/move", id(&plans)), json!({"team_id": other["id"], "force": true})).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&root, "team", &other).await, ["root"]);
    change_members(&ann, Method::POST, &dev, &[&ann]).await.ok();
    change_members(&root, Method::POST, &dev, &[&cat]).await.ok();
    run_jobs(&server).await;
    assert_eq!(people(&root, "team", &other).await, ["cat", "root"]);
}

#[tokio::test]
async fn who_may_not_add_people_may_not_link() {
    let (server, root, ann, team, plans) = start().await;
    let (bob, cat) = (server.create_user("bob").await, server.create_user("cat").await);
    ann.add_to_team(&team, &bob).await;
    let dev = create_group(&root, "dev", &[&cat]).await;
    for (path, person) in [(team_link(&dev, &team), &bob), (channel_link(&dev, &plans), &bob), (team_link(&dev, &team), &cat)] {
        person.post(&path, adding()).await.assert_error(403, PERMISSIONS);
        person.post(&path, json!({})).await.assert_error(403, PERMISSIONS);
        person.delete(&path).await.assert_error(403, PERMISSIONS);
        person.put(&path.replace("/link", "/patch"), adding()).await.assert_error(403, PERMISSIONS);
        person.get(path.trim_end_matches("/link")).await.assert_error(403, PERMISSIONS);
    }
    ann.post(&team_link(&dev, &team), json!({"scheme_admin": true})).await.assert_error(400, "api.group.link_scheme_admin.app_error");
    ann.post(&team_link(&json!({"id": "y".repeat(26)}), &team), adding()).await.assert_error(404, NOT_FOUND);
    let direct = ann.post("/channels/direct", json!([ann.id, bob.id])).await.ok();
    ann.post(&channel_link(&dev, &direct), adding()).await.assert_error(400, "api.channel.add_user_to_channel.type.app_error");
    ann.get(team_link(&dev, &team).trim_end_matches("/link")).await.assert_error(403, PERMISSIONS);
    root.get(team_link(&dev, &team).trim_end_matches("/link")).await.assert_error(404, NOT_LINKED);
    // Who manages a team and may not add people to it, may link a group that adds nobody.
    for role in ["team_user", "team_admin", "channel_user", "channel_admin"] {
        let role = root.get(&format!("/roles/name/{role}")).await.ok();
        let may = |name: &&Value| **name != json!("add_user_to_team");
        let fewer: Vec<&Value> = role["permissions"].as_array().unwrap().iter().filter(may).collect();
        root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": fewer})).await.ok();
    }
    for path in [team_link(&dev, &team), channel_link(&dev, &plans)] {
        ann.post(&path, adding()).await.assert_error(403, PERMISSIONS);
        ann.post(&path, json!({"auto_add": false})).await.ok();
        ann.put(&path.replace("/link", "/patch"), adding()).await.assert_error(403, PERMISSIONS);
    }
}

#[tokio::test]
async fn the_number_of_links_is_limited() {
    let (_server, root, ann, team, plans) = start().await;
    for number in 0..33 {
        let group = create_group(&root, &format!("group{number}"), &[]).await;
        let response = ann.post(&channel_link(&group, &plans), json!({})).await;
        if number < 32 {
            response.ok();
        } else {
            response.assert_error(400, "api.group.too_many_linked.app_error");
        }
    }
    let dev = create_group(&root, "dev", &[]).await;
    for number in 0..33 {
        let channel = ann.create_channel(&team, &format!("channel{number}"), "O").await;
        let response = ann.post(&channel_link(&dev, &channel), json!({})).await;
        if number < 32 {
            response.ok();
        } else {
            response.assert_error(400, "api.group.too_many_links.app_error");
        }
    }
}

#[tokio::test]
async fn links_are_listed_for_those_who_may_see_them() {
    let (server, root, ann, team, plans) = start().await;
    let bob = server.create_user("bob").await;
    ann.add_to_team(&team, &bob).await;
    let open = ann.create_channel(&team, "open", "O").await;
    let (dev, ops) = (create_group(&root, "dev", &[&bob]).await, create_group(&root, "ops", &[]).await);
    for path in [channel_link(&dev, &plans), channel_link(&ops, &open), channel_link(&dev, &open), team_link(&ops, &team)] {
        ann.post(&path, json!({})).await.ok();
    }
    let names =
        |listed: &Value| listed.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let of_team = bob.get(&format!("/teams/{}/groups", id(&team))).await.ok();
    assert_eq!((names(&of_team["groups"]), &of_team["total_group_count"]), (vec!["ops".to_owned()], &json!(1)));
    assert_eq!((&of_team["groups"][0]["scheme_admin"], &of_team["groups"][0]["has_syncables"]), (&json!(false), &json!(true)));
    let path = format!("/channels/{}/groups", id(&open));
    assert_eq!(names(&ann.get(&path).await.ok()["groups"]), ["dev", "ops"]);
    let page = ann.get(&format!("{path}?per_page=1&page=1&include_member_count=true&filter_allow_reference=true")).await.ok();
    assert_eq!(
        (names(&page["groups"]), &page["total_group_count"], &page["groups"][0]["member_count"]),
        (vec!["ops".to_owned()], &json!(2), &json!(0))
    );
    assert_eq!(names(&ann.get(&format!("{path}?q=de")).await.ok()["groups"]), ["dev"]);
    bob.get(&format!("/channels/{}/groups", id(&plans))).await.assert_error(403, PERMISSIONS);

    let by_channels = format!("/teams/{}/groups_by_channels", id(&team));
    let all = ann.get(&by_channels).await.ok();
    assert_eq!(
        (names(&all["groups"][id(&plans)]), names(&all["groups"][id(&open)])),
        (vec!["dev".to_owned()], vec!["dev".to_owned(), "ops".to_owned()])
    );
    let seen = bob.get(&by_channels).await.ok();
    assert_eq!((seen["groups"].as_object().unwrap().len(), names(&seen["groups"][id(&open)]).len()), (1, 2));
    let outsider = server.create_user("cat").await;
    outsider.get(&by_channels).await.assert_error(403, PERMISSIONS);
    outsider.get(&format!("/teams/{}/groups", id(&team))).await.assert_error(403, PERMISSIONS);

    let listed = root.get(&format!("/groups/{}/channels", id(&dev))).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(root.get(&format!("/groups/{}/teams", id(&ops))).await.ok()[0]["team_id"], team["id"]);
    assert_eq!(root.get(channel_link(&dev, &plans).trim_end_matches("/link")).await.ok()["channel_id"], plans["id"]);
    bob.get(&format!("/groups/{}/channels", id(&dev))).await.assert_error(403, PERMISSIONS);
    // Groups that could be linked yet.
    assert_eq!(names(&ann.get(&format!("/groups?not_associated_to_team={}", id(&team))).await.ok()), ["dev"]);
    assert_eq!(names(&ann.get(&format!("/groups?not_associated_to_channel={}", id(&plans))).await.ok()), ["ops"]);
}

/// A group gets a member and a link at the same moment: whichever comes first, the member is added, and once.
async fn a_new_member_and_a_new_link_do_not_miss_each_other(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    let team = ann.create_team("one").await;
    let bob = server.create_user("bob").await;
    let mut channels = Vec::new();
    for round in 0..8 {
        let channel = ann.create_channel(&team, &format!("channel{round}"), "P").await;
        let dev = create_group(&root, &format!("dev{round}"), &[]).await;
        let (path, people) = (channel_link(&dev, &channel), [&bob]);
        let (linked, added) = tokio::join!(ann.post(&path, adding()), change_members(&root, Method::POST, &dev, &people));
        linked.ok();
        added.ok();
        channels.push(channel);
    }
    server.clock.advance_ms(11_000);
    let services = &server.app().services;
    let both = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
    both.0.and(both.1).unwrap();
    for channel in &channels {
        assert_eq!(people(&ann, "channel", channel).await, ["ann", "bob"]);
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM audits WHERE action = 'channels.add_member'").await, 8);
}

#[tokio::test]
async fn a_new_member_and_a_new_link_do_not_miss_each_other_on_sqlite() {
    a_new_member_and_a_new_link_do_not_miss_each_other(Dialect::Sqlite).await;
}

#[tokio::test]
async fn a_new_member_and_a_new_link_do_not_miss_each_other_on_postgres() {
    a_new_member_and_a_new_link_do_not_miss_each_other(Dialect::Postgres).await;
}

#[tokio::test]
async fn a_new_member_and_a_new_link_do_not_miss_each_other_on_mysql() {
    a_new_member_and_a_new_link_do_not_miss_each_other(Dialect::Mysql).await;
}
