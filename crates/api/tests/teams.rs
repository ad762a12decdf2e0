//! Teams: creating, joining, leaving, changing and searching them.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

/// A server with its administrator and three users.
async fn server() -> (TestServer, TestUser, TestUser, TestUser, TestUser) {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, bob, eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    (server, root, ada, bob, eve)
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The names of the received events, without those of presence.
fn event_names(events: &mut EventStream) -> Vec<String> {
    events.event_names().into_iter().filter(|name| name != "status_change").collect()
}

#[tokio::test]
async fn a_new_team_has_two_channels_and_its_creator_as_administrator() {
    let (_server, _, ada, ..) = server().await;
    let team = ada.create_team("one").await;
    assert_eq!((&team["email"], &team["type"], &team["delete_at"]), (&json!("ada@example.com"), &json!("O"), &json!(0)));
    let me = ada.get(&format!("/teams/{}/members/me", id(&team))).await.ok();
    assert_eq!(me["roles"], "team_user team_admin");
    let channels = ada.get(&format!("/users/me/teams/{}/channels", id(&team))).await.ok();
    let names: Vec<_> = channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["off-topic", "town-square"]);
}

#[tokio::test]
async fn names_of_teams_are_checked_and_unique() {
    let (_server, _, ada, ..) = server().await;
    ada.create_team("one").await;
    let create = async |name: &str, display_name: &str, kind: &str| {
        ada.post("/teams", json!({"name": name, "display_name": display_name, "type": kind})).await.error()
    };
    let bad = |id: &str| (400, id.to_owned());
    assert_eq!(create("one", "Again", "O").await, bad("app.team.save.existing.app_error"));
    assert_eq!(create("A B", "Bad", "O").await, bad("model.team.is_valid.characters.app_error"));
    assert_eq!(create("api", "Bad", "O").await, bad("model.team.is_valid.reserved.app_error"));
    assert_eq!(create(&"x".repeat(65), "Bad", "O").await, bad("model.team.is_valid.url.app_error"));
    assert_eq!(create("two", " ", "O").await, bad("model.team.is_valid.name.app_error"));
    assert_eq!(create("two", "Two", "X").await, bad("model.team.is_valid.type.app_error"));
}

#[tokio::test]
async fn concurrent_creations_with_the_same_name_make_one_team() {
    let (_server, _, ada, bob, _) = server().await;
    let team = json!({"name": "race", "display_name": "Race", "type": "O"});
    let (one, other) = tokio::join!(ada.post("/teams", team.clone()), bob.post("/teams", team));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400]);
}

#[tokio::test]
async fn a_team_that_is_not_open_is_hidden_from_outsiders() {
    let (_server, root, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    let path = format!("/teams/{}", id(&team));
    for path in [path.clone(), format!("{path}/members"), format!("{path}/stats"), format!("{path}/channels")] {
        assert_eq!(bob.get(&path).await.error(), (403, PERMISSIONS.to_owned()), "{path}");
    }
    assert_eq!(bob.get("/teams/absentabsentabsentabsent00").await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(bob.get("/teams/name/one").await.error(), bob.get("/teams/name/none").await.error());
    assert_eq!(bob.get("/teams/name/one/exists").await.ok()["exists"], false);
    assert_eq!(root.get("/teams/name/one/exists").await.ok()["exists"], true);
    assert_eq!(bob.get("/teams/nonsense").await.error(), (400, "api.context.invalid_url_param.app_error".to_owned()));
}

#[tokio::test]
async fn members_see_the_invite_id_but_not_the_email() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let seen = bob.get("/users/me/teams").await.ok();
    assert_eq!((&seen[0]["email"], &seen[0]["invite_id"]), (&json!(""), &team["invite_id"]));
    assert_eq!(bob.get("/teams/name/one").await.ok()["email"], "");
    assert_eq!(ada.get("/teams/name/one").await.ok()["email"], "ada@example.com");
}

#[tokio::test]
async fn an_added_member_joins_the_default_channels_and_receives_events() {
    let (_server, _, ada, bob, eve) = server().await;
    let team = ada.create_team("one").await;
    let mut events = bob.subscribe().await;
    ada.add_to_team(&team, &bob).await;
    assert_eq!(event_names(&mut events), ["added_to_team", "user_added", "posted", "user_added", "posted"]);
    assert_eq!(bob.get(&format!("/users/me/teams/{}/channels/members", id(&team))).await.ok().as_array().unwrap().len(), 2);
    // Adding again changes nothing and publishes nothing.
    ada.add_to_team(&team, &bob).await;
    assert!(event_names(&mut events).is_empty());
    let batch = json!([{"team_id": team["id"], "user_id": eve.id}, {"team_id": team["id"], "user_id": bob.id}]);
    let added = ada.post(&format!("/teams/{}/members/batch", id(&team)), batch).await;
    assert_eq!((added.status, added.ok().as_array().unwrap().len()), (201, 2));
}

#[tokio::test]
async fn a_graceful_batch_returns_each_result() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    let batch = json!([{"team_id": team["id"], "user_id": bob.id}, {"team_id": team["id"], "user_id": "absentabsentabsentabsent00"}]);
    let added = ada.post(&format!("/teams/{}/members/batch?graceful=true", id(&team)), batch).await.ok();
    assert_eq!((&added[0]["member"]["user_id"], &added[0]["error"]), (&json!(bob.id), &Value::Null));
    assert_eq!((&added[1]["member"], &added[1]["error"]["status_code"]), (&Value::Null, &json!(404)));
}

#[tokio::test]
async fn open_teams_can_be_joined_directly_and_others_by_invitation() {
    let (server, _, ada, bob, eve) = server().await;
    let team = ada.create_team("one").await;
    let path = format!("/teams/{}", id(&team));
    let join = json!({"team_id": team["id"], "user_id": bob.id});
    assert_eq!(bob.post(&format!("{path}/members"), join.clone()).await.error(), (403, PERMISSIONS.to_owned()));

    let invite = team["invite_id"].as_str().unwrap();
    let info = server.anonymous().get(&format!("/teams/invite/{invite}")).await.ok();
    assert_eq!(info, json!({"id": team["id"], "name": "one", "display_name": "one", "description": ""}));
    assert_eq!(eve.post(&format!("/teams/members/invite?invite_id={invite}"), json!({})).await.ok()["user_id"], json!(eve.id));
    let unknown = eve.post("/teams/members/invite?invite_id=absentabsentabsentabsent00", json!({})).await;
    assert_eq!(unknown.error(), (404, "app.team.get_by_invite_id.finding.app_error".to_owned()));

    let opened = ada.put(&format!("{path}/privacy"), json!({"privacy": "O"})).await.ok();
    assert_eq!((&opened["allow_open_invite"], &opened["invite_id"]), (&json!(true), &team["invite_id"]));
    assert_eq!(bob.get(&path).await.ok()["id"], team["id"]);
    bob.post(&format!("{path}/members"), join).await.ok();

    let closed = ada.put(&format!("{path}/privacy"), json!({"privacy": "I"})).await.ok();
    assert_eq!((&closed["allow_open_invite"], &closed["type"]), (&json!(false), &json!("I")));
    assert_ne!(closed["invite_id"], team["invite_id"]);
    let old = server.anonymous().get(&format!("/teams/invite/{invite}")).await.error();
    assert_eq!(old, (404, "app.team.get_by_invite_id.finding.app_error".to_owned()));
}

#[tokio::test]
async fn allowed_domains_and_the_member_limit_are_enforced() {
    let server = TestServer::start_with_settings(|settings| settings.teams.max_members = 2).await;
    let _root = server.create_user("root").await;
    let (ada, bob, eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    let team = ada.create_team("one").await;
    let path = format!("/teams/{}", id(&team));
    ada.put(&format!("{path}/patch"), json!({"allowed_domains": "example.org"})).await.ok();
    let add = |person: &TestUser| json!({"team_id": team["id"], "user_id": person.id});
    let refused = ada.post(&format!("{path}/members"), add(&bob)).await.error();
    assert_eq!(refused, (400, "api.team.join_user_to_team.allowed_domains.app_error".to_owned()));
    ada.put(&format!("{path}/patch"), json!({"allowed_domains": "example.org, example.com"})).await.ok();
    ada.post(&format!("{path}/members"), add(&bob)).await.ok();
    let full = ada.post(&format!("{path}/members"), add(&eve)).await.error();
    assert_eq!(full, (400, "app.team.join_user_to_team.max_accounts.app_error".to_owned()));
}

#[tokio::test]
async fn leaving_a_team_leaves_its_channels() {
    let (_server, _, ada, bob, eve) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    ada.add_to_team(&team, &eve).await;
    let secret = ada.create_channel(&team, "secret", "P").await;
    ada.add_to_channel(&secret, &bob).await;
    let member = format!("/teams/{}/members/{}", id(&team), bob.id);
    assert_eq!(eve.delete(&member).await.error(), (403, PERMISSIONS.to_owned()));
    let mut events = bob.subscribe().await;
    let mut member_events = ada.subscribe().await;
    bob.delete(&member).await.ok();
    assert_eq!(event_names(&mut events), ["user_removed", "user_removed", "user_removed", "leave_team"]);
    assert_eq!(event_names(&mut member_events), ["user_removed", "user_removed", "user_removed", "leave_team", "posted"]);
    assert_eq!(bob.get(&format!("/channels/{}", id(&secret))).await.error(), (403, PERMISSIONS.to_owned()));
    assert_eq!(bob.get("/users/me/teams").await.ok(), json!([]));
    assert_eq!(bob.delete(&member).await.error().0, 403);
    // A user who joins again is a regular member.
    ada.add_to_team(&team, &bob).await;
    assert_eq!(bob.get(&format!("/teams/{}/members/me", id(&team))).await.ok()["roles"], "team_user");
    assert_eq!(bob.get(&format!("/channels/{}", id(&secret))).await.error(), (403, PERMISSIONS.to_owned()));
}

#[tokio::test]
async fn leaving_a_team_while_being_added_to_a_channel_leaves_no_membership() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    for round in 0..10 {
        ada.add_to_team(&team, &bob).await;
        let secret = ada.create_channel(&team, &format!("secret-{round}"), "P").await;
        let members = format!("/channels/{}/members", id(&secret));
        let leaving = format!("/teams/{}/members/{}", id(&team), bob.id);
        let (_, left) = tokio::join!(ada.post(&members, json!({"user_id": bob.id})), bob.delete(&leaving));
        left.ok();
        assert_eq!(ada.get(&members).await.ok().as_array().unwrap().len(), 1, "round {round}");
    }
}

#[tokio::test]
async fn changing_a_team_requires_permission() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let path = format!("/teams/{}", id(&team));
    for (method, path, body) in [
        ("PUT", format!("{path}/patch"), json!({"display_name": "Mine"})),
        ("PUT", path.clone(), json!({"id": team["id"], "display_name": "Mine"})),
        ("PUT", format!("{path}/privacy"), json!({"privacy": "O"})),
        ("POST", format!("{path}/regenerate_invite_id"), json!({})),
        ("DELETE", path.clone(), json!({})),
        ("PUT", format!("{path}/members/{}/roles", bob.id), json!({"roles": "team_user team_admin"})),
        ("DELETE", format!("{path}/image"), json!({})),
    ] {
        let refused = bob.call(method.parse().unwrap(), &path, Some(body)).await.error();
        assert_eq!(refused, (403, PERMISSIONS.to_owned()), "{method} {path}");
    }
    let mut events = bob.subscribe().await;
    let patched = ada.put(&format!("{path}/patch"), json!({"description": "What we do"})).await.ok();
    assert_eq!((&patched["description"], &patched["display_name"]), (&json!("What we do"), &json!("one")));
    let published: Value = serde_json::from_str(events.wait_for("update_team").await["data"]["team"].as_str().unwrap()).unwrap();
    assert_eq!((&published["description"], &published["email"], &published["invite_id"]), (&json!("What we do"), &json!(""), &json!("")));
    let renewed = ada.post(&format!("{path}/regenerate_invite_id"), json!({})).await.ok();
    assert_ne!(renewed["invite_id"], team["invite_id"]);
    let long = ada.put(&format!("{path}/patch"), json!({"description": "x".repeat(256)})).await.error();
    assert_eq!(long, (400, "model.team.is_valid.description.app_error".to_owned()));
}

#[tokio::test]
async fn team_roles_can_be_granted_and_revoked() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let member = format!("/teams/{}/members/{}", id(&team), bob.id);
    let mut events = bob.subscribe().await;
    ada.put(&format!("{member}/roles"), json!({"roles": "team_user team_admin"})).await.ok();
    assert_eq!(ada.get(&member).await.ok()["scheme_admin"], true);
    events.wait_for("memberrole_updated").await;
    ada.put(&format!("{member}/schemeRoles"), json!({"scheme_user": true, "scheme_admin": false})).await.ok();
    assert_eq!(ada.get(&member).await.ok()["roles"], "team_user");
    let system = ada.put(&format!("{member}/roles"), json!({"roles": "team_user system_admin"})).await.error();
    assert_eq!(system, (400, "api.team.update_member_roles.invalid_role.app_error".to_owned()));
    assert_eq!(ada.put(&format!("{member}/roles"), json!({"roles": "team_guest"})).await.error().0, 400);
    let absent = format!("/teams/{}/members/absentabsentabsentabsent00/roles", id(&team));
    assert_eq!(ada.put(&absent, json!({"roles": "team_user"})).await.error().0, 404);
}

#[tokio::test]
async fn an_archived_team_is_hidden_until_it_is_restored() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let path = format!("/teams/{}", id(&team));
    assert_eq!(ada.delete(&format!("{path}?permanent=true")).await.status, 401);
    let mut events = bob.subscribe().await;
    ada.delete(&path).await.ok();
    events.wait_for("delete_team").await;
    assert_eq!(bob.get("/users/me/teams").await.ok(), json!([]));
    assert_eq!(ada.put(&format!("{path}/patch"), json!({"description": "x"})).await.error().0, 400);
    let channel = json!({"team_id": team["id"], "name": "late", "display_name": "Late", "type": "O"});
    assert_eq!(ada.post("/channels", channel).await.error().0, 400);
    assert_eq!(ada.post(&format!("{path}/restore"), json!({})).await.ok()["delete_at"], 0);
    assert_eq!(bob.get("/users/me/teams").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_visible_teams_are_listed_and_found() {
    let (_server, root, ada, bob, _) = server().await;
    let open = ada.create_team("open-team").await;
    ada.put(&format!("/teams/{}/privacy", id(&open)), json!({"privacy": "O"})).await.ok();
    ada.create_team("closed-team").await;
    let names = |teams: &Value| teams.as_array().unwrap().iter().map(|team| team["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&bob.get("/teams").await.ok()), ["open-team"]);
    assert_eq!(names(&root.get("/teams").await.ok()), ["closed-team", "open-team"]);
    let counted = root.get("/teams?include_total_count=true&per_page=1").await.ok();
    assert_eq!((&counted["total_count"], counted["teams"].as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(names(&root.post("/teams/search", json!({"term": "CLOSED"})).await.ok()), ["closed-team"]);
    assert_eq!(names(&bob.post("/teams/search", json!({"term": "closed"})).await.ok()), Vec::<String>::new());
    assert_eq!(names(&root.post("/teams/search", json!({"term": "%"})).await.ok()), Vec::<String>::new());
    let paged = root.post("/teams/search", json!({"term": "team", "page": 0, "per_page": 1})).await.ok();
    assert_eq!(paged["total_count"], 2);
}

#[tokio::test]
async fn the_teams_of_other_users_are_not_accessible() {
    let (_server, root, ada, bob, _) = server().await;
    ada.create_team("one").await;
    for path in [format!("/users/{}/teams", ada.id), format!("/users/{}/teams/members", ada.id), format!("/users/{}/teams/unread", ada.id)]
    {
        assert_eq!(bob.get(&path).await.error(), (403, PERMISSIONS.to_owned()), "{path}");
        assert_eq!(root.get(&path).await.ok().as_array().unwrap().len(), 1, "{path}");
    }
}

#[tokio::test]
async fn members_are_listed_by_page_and_by_id() {
    let (_server, _, ada, bob, eve) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let path = format!("/teams/{}", id(&team));
    let listed = ada.get(&format!("{path}/members?sort=Username&per_page=1&page=1")).await.ok();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["user_id"]), (1, &json!(bob.id)));
    let by_ids = ada.post(&format!("{path}/members/ids"), json!([bob.id, eve.id])).await.ok();
    assert_eq!((by_ids.as_array().unwrap().len(), &by_ids[0]["user_id"]), (1, &json!(bob.id)));
    let missing = ada.get(&format!("{path}/members/{}", eve.id)).await.error();
    assert_eq!(missing, (404, "app.team.get_member.missing.app_error".to_owned()));
    let stats = ada.get(&format!("{path}/stats")).await.ok();
    assert_eq!(stats, json!({"team_id": team["id"], "total_member_count": 2, "active_member_count": 2}));
    assert_eq!(ada.post(&format!("{path}/members/ids"), json!(vec![bob.id; 1001])).await.status, 400);
}

#[tokio::test]
async fn a_team_has_an_icon() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let path = format!("/teams/{}/image", id(&team));
    assert_eq!(bob.get(&path).await.error(), (404, "api.team.get_team_icon.read_file.app_error".to_owned()));
    let picture = tiny_png();
    ada.upload(&path, &[("image", Some("icon.png"), &picture)]).await.ok();
    let icon = bob.get(&path).await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/png"));
    assert!(ada.get(&format!("/teams/{}", id(&team))).await.ok()["last_team_icon_update"].as_i64().unwrap() > 0);
    assert_eq!(ada.upload(&path, &[("image", Some("icon.png"), b"no picture")]).await.status, 400);
    assert_eq!(bob.upload(&path, &[("image", Some("icon.png"), &picture)]).await.status, 403);
    ada.delete(&path).await.ok();
    assert_eq!(bob.get(&path).await.status, 404);
}

#[tokio::test]
async fn unread_counts_are_summed_by_team() {
    let (_server, _, ada, bob, _) = server().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &bob).await;
    bob.post("/channels/members/me/view", json!({"channel_id": dev["id"]})).await.ok();
    ada.create_post(&dev, "hello").await;
    ada.create_post(&dev, "hello @bob").await;
    let unread = bob.get("/users/me/teams/unread").await.ok();
    assert_eq!((&unread[0]["msg_count"], &unread[0]["mention_count"]), (&json!(2), &json!(1)));
    let one = bob.get(&format!("/users/me/teams/{}/unread", id(&team))).await.ok();
    assert_eq!((&one["msg_count"], &one["mention_count_root"]), (&json!(2), &json!(1)));
    assert_eq!(bob.get(&format!("/users/me/teams/unread?exclude_team={}", id(&team))).await.ok(), json!([]));
    bob.put(&format!("/users/me/teams/{}/read", id(&team)), json!({})).await.ok();
    assert_eq!(bob.get("/users/me/teams/unread").await.ok()[0]["msg_count"], 0);
}

/// A red PNG of 1 by 1 pixel.
fn tiny_png() -> Vec<u8> {
    const BYTES: &[u8] = &[
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90,
        0x77, 0x53, 0xde, 0, 0, 0, 0x0c, 0x49, 0x44, 0x41, 0x54, 8, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0,
        0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ];
    BYTES.to_vec()
}
