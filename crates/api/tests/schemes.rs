//! Schemes: a team's own roles in place of the built-in ones, and what is the same in several channels.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const NOT_FOUND: &str = "app.scheme.get.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct Fixture {
    server: TestServer,
    root: TestUser,
    /// Administers the team.
    ada: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    fixture_on(TestServer::start().await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let root = server.create_user("root").await;
    let ada = server.create_user("ada").await;
    let bob = server.create_user("bob").await;
    let team = ada.create_team("crew").await;
    ada.add_to_team(&team, &bob).await;
    let channel = ada.create_channel(&team, "plans", "O").await;
    ada.add_to_channel(&channel, &bob).await;
    Fixture { server, root, ada, bob, team, channel }
}

impl Fixture {
    async fn scheme(&self, name: &str, scope: &str) -> Value {
        let scheme = json!({"name": name, "display_name": name, "description": "of the tests", "scope": scope});
        let made = self.root.post("/schemes", scheme).await;
        assert_eq!(made.status, 201);
        made.ok()
    }

    async fn give_team(&self, scheme: Value) {
        self.root.put(&format!("/teams/{}/scheme", id(&self.team)), json!({"scheme_id": scheme})).await.ok();
    }

    async fn give_channel(&self, scheme: Value) {
        self.root.put(&format!("/channels/{}/scheme", id(&self.channel)), json!({"scheme_id": scheme})).await.ok();
    }

    /// Takes a permission from the role.
    async fn take(&self, role: &Value, permission: &str) {
        let role = self.root.get(&format!("/roles/name/{}", role.as_str().unwrap())).await.ok();
        let kept: Vec<&Value> = role["permissions"].as_array().unwrap().iter().filter(|name| **name != permission).collect();
        self.root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": kept})).await.ok();
    }

    async fn posts(&self, person: &TestUser) -> u16 {
        person.post("/posts", json!({"channel_id": self.channel["id"], "message": "hello"})).await.status
    }

    async fn makes_channel(&self, person: &TestUser, name: &str) -> u16 {
        let channel = json!({"team_id": self.team["id"], "name": name, "display_name": name, "type": "O"});
        person.post("/channels", channel).await.status
    }

    async fn team_roles(&self, person: &TestUser) -> Value {
        person.get(&format!("/teams/{}/members/me", id(&self.team))).await.ok()["roles"].clone()
    }

    async fn channel_roles(&self, person: &TestUser) -> Value {
        person.get(&format!("/channels/{}/members/me", id(&self.channel))).await.ok()["roles"].clone()
    }
}

#[tokio::test]
async fn a_scheme_is_made_read_changed_and_deleted() {
    let fixture = fixture().await;
    let root = &fixture.root;
    let scheme = fixture.scheme("strict", "team").await;
    for (field, role) in [
        ("default_team_admin_role", "team_admin"),
        ("default_team_user_role", "team_user"),
        ("default_team_guest_role", "team_guest"),
        ("default_channel_admin_role", "channel_admin"),
        ("default_channel_user_role", "channel_user"),
        ("default_channel_guest_role", "channel_guest"),
        ("default_playbook_admin_role", "playbook_admin"),
        ("default_run_member_role", "run_member"),
    ] {
        assert_eq!(scheme[field], json!(format!("{}_{role}", id(&scheme))), "{field}");
        let own = root.get(&format!("/roles/name/{}", scheme[field].as_str().unwrap())).await.ok();
        let built_in = root.get(&format!("/roles/name/{role}")).await.ok();
        assert_eq!((&own["permissions"], &own["built_in"]), (&built_in["permissions"], &json!(false)), "{field}");
        assert_eq!(own["scheme_managed"], true);
    }
    assert_eq!((&scheme["scope"], &scheme["delete_at"]), (&json!("team"), &json!(0)));
    let of_channels = fixture.scheme("quiet", "channel").await;
    assert_eq!(of_channels["default_team_user_role"], "");
    assert!(of_channels["default_channel_user_role"].as_str().unwrap().ends_with("_channel_user"));
    let path = format!("/schemes/{}", id(&scheme));
    assert_eq!(root.get(&path).await.ok(), scheme);
    let listed = async |query: &str| -> Vec<String> {
        let list = root.get(&format!("/schemes{query}")).await.ok();
        list.as_array().unwrap().iter().map(|scheme| scheme["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("?scope=team").await, ["strict"]);
    assert_eq!(listed("?scope=channel").await, ["quiet"]);
    assert_eq!(listed("?per_page=1&page=1").await.len(), 1);
    let changed = root.put(&format!("{path}/patch"), json!({"display_name": " Rules ", "description": "new"})).await.ok();
    assert_eq!((&changed["name"], &changed["display_name"], &changed["description"]), (&json!("strict"), &json!("Rules"), &json!("new")));
    assert!(changed["update_at"].as_i64() > scheme["update_at"].as_i64());
    root.delete(&path).await.ok();
    root.get(&path).await.assert_error(404, NOT_FOUND);
    root.get(&format!("/roles/name/{}_team_user", id(&scheme))).await.assert_error(404, "app.role.get_by_name.app_error");
    let unnamed = root.post("/schemes", json!({"display_name": "No name", "scope": "team"})).await.ok();
    assert_eq!(unnamed["name"].as_str().unwrap().len(), 26);
}

#[tokio::test]
async fn a_teams_members_have_the_roles_of_its_scheme() {
    let fixture = fixture().await;
    let (ada, bob) = (&fixture.ada, &fixture.bob);
    let scheme = fixture.scheme("strict", "team").await;
    fixture.take(&scheme["default_team_user_role"], "create_public_channel").await;
    fixture.take(&scheme["default_channel_user_role"], "create_post").await;
    assert_eq!((fixture.makes_channel(bob, "one").await, fixture.posts(bob).await), (201, 201));
    let mut events = bob.subscribe().await;
    fixture.give_team(scheme["id"].clone()).await;
    assert_eq!((fixture.makes_channel(bob, "two").await, fixture.posts(bob).await), (403, 403));
    // Making channels is not among what the administrators' role adds.
    assert_eq!((fixture.makes_channel(ada, "three").await, fixture.posts(ada).await), (403, 201));
    let name = |role: &str| format!("{}_{role}", id(&scheme));
    assert_eq!(fixture.team_roles(bob).await, json!(name("team_user")));
    assert_eq!(fixture.team_roles(ada).await, json!(format!("{} {}", name("team_user"), name("team_admin"))));
    assert_eq!(fixture.channel_roles(bob).await, json!(name("channel_user")));
    assert_eq!(bob.get(&format!("/teams/{}", id(&fixture.team))).await.ok()["scheme_id"], scheme["id"]);
    let told = events.wait_for("update_team_scheme").await;
    let told: Value = serde_json::from_str(told["data"]["team"].as_str().unwrap()).unwrap();
    assert_eq!((&told["id"], &told["scheme_id"], &told["invite_id"]), (&fixture.team["id"], &scheme["id"], &json!("")));
    // Lists, other lists of the same, and who comes later.
    let dora = fixture.server.create_user("dora").await;
    ada.add_to_team(&fixture.team, &dora).await;
    let added = ada.post(&format!("/channels/{}/members", id(&fixture.channel)), json!({"user_id": dora.id})).await.ok();
    assert_eq!(added["roles"], json!(name("channel_user")));
    for path in [
        format!("/channels/{}/members", id(&fixture.channel)),
        format!("/users/me/teams/{}/channels/members", id(&fixture.team)),
        "/users/me/channel_members".to_owned(),
        format!("/teams/{}/members", id(&fixture.team)),
        "/users/me/teams/members".to_owned(),
    ] {
        let members = dora.get(&path).await.ok();
        assert!(!members.as_array().unwrap().is_empty());
        for member in members.as_array().unwrap() {
            assert!(member["roles"].as_str().unwrap().starts_with(id(&scheme)), "{path}: {member}");
        }
    }
    // A client that gives roles by their names gives those of the scheme.
    let roles = json!({"roles": format!("{} {}", name("channel_user"), name("channel_admin"))});
    ada.put(&format!("/channels/{}/members/{}/roles", id(&fixture.channel), bob.id), roles).await.ok();
    assert_eq!(fixture.posts(bob).await, 201);
    let roles = json!({"roles": format!("{} {}", name("team_user"), name("team_admin"))});
    ada.put(&format!("/teams/{}/members/{}/roles", id(&fixture.team), bob.id), roles).await.ok();
    assert_eq!(fixture.team_roles(bob).await, json!(format!("{} {}", name("team_user"), name("team_admin"))));
    // Another team is as before.
    let other = ada.create_team("other").await;
    ada.add_to_team(&other, bob).await;
    assert_eq!(bob.get(&format!("/teams/{}/members/me", id(&other))).await.ok()["roles"], "team_user");

    fixture.give_team(json!("")).await;
    assert_eq!(fixture.team_roles(&dora).await, json!("team_user"));
    assert_eq!(fixture.posts(&dora).await, 201);
}

#[tokio::test]
async fn a_deleted_scheme_leaves_its_teams_and_channels_with_the_built_in_roles() {
    let fixture = fixture().await;
    let bob = &fixture.bob;
    let (strict, quiet) = (fixture.scheme("strict", "team").await, fixture.scheme("quiet", "channel").await);
    fixture.take(&strict["default_team_user_role"], "create_public_channel").await;
    fixture.take(&quiet["default_channel_user_role"], "create_post").await;
    fixture.give_team(strict["id"].clone()).await;
    fixture.give_channel(quiet["id"].clone()).await;
    let teams = fixture.root.get(&format!("/schemes/{}/teams", id(&strict))).await.ok();
    assert_eq!((teams[0]["id"].clone(), teams.as_array().unwrap().len()), (fixture.team["id"].clone(), 1));
    let channels = fixture.root.get(&format!("/schemes/{}/channels", id(&quiet))).await.ok();
    assert_eq!((channels[0]["id"].clone(), channels.as_array().unwrap().len()), (fixture.channel["id"].clone(), 1));
    assert_eq!((fixture.posts(bob).await, fixture.makes_channel(bob, "one").await), (403, 403));
    let mut events = bob.subscribe().await;
    fixture.root.delete(&format!("/schemes/{}", id(&quiet))).await.ok();
    events.wait_for("channel_scheme_updated").await;
    assert_eq!((fixture.posts(bob).await, fixture.makes_channel(bob, "one").await), (201, 403));
    fixture.root.delete(&format!("/schemes/{}", id(&strict))).await.ok();
    events.wait_for("update_team_scheme").await;
    assert_eq!(fixture.makes_channel(bob, "one").await, 201);
    assert_eq!((fixture.team_roles(bob).await, fixture.channel_roles(bob).await), (json!("team_user"), json!("channel_user")));
    for (what, of) in [("teams", &fixture.team), ("channels", &fixture.channel)] {
        assert_eq!(bob.get(&format!("/{what}/{}", id(of))).await.ok()["scheme_id"], Value::Null);
        let gone = json!({"scheme_id": if what == "teams" { &strict["id"] } else { &quiet["id"] }});
        fixture.root.put(&format!("/{what}/{}/scheme", id(of)), gone).await.assert_error(404, NOT_FOUND);
    }
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM roles WHERE built_in = 0").await, 0);
}

#[tokio::test]
async fn a_channels_scheme_restricts_within_the_roles_of_its_team() {
    let fixture = fixture().await;
    let bob = &fixture.bob;
    let (strict, quiet) = (fixture.scheme("strict", "team").await, fixture.scheme("quiet", "channel").await);
    fixture.give_channel(quiet["id"].clone()).await;
    assert_eq!(fixture.posts(bob).await, 201);
    // What the team takes, the channel's scheme does not give.
    fixture.take(&strict["default_channel_user_role"], "create_post").await;
    fixture.give_team(strict["id"].clone()).await;
    assert_eq!(fixture.posts(bob).await, 403);
    let role = bob.get(&format!("/roles/name/{}", quiet["default_channel_user_role"].as_str().unwrap())).await.ok();
    assert!(!role["permissions"].as_array().unwrap().contains(&json!("create_post")));
    // The administrators of the channel are bounded by the team only.
    fixture.take(&quiet["default_channel_admin_role"], "create_post").await;
    assert_eq!(fixture.posts(&fixture.ada).await, 201);
    fixture.give_team(json!("")).await;
    // Moderating the channel makes a scheme of its own of what several have.
    fixture.take(&quiet["default_channel_user_role"], "add_reaction").await;
    let path = format!("/channels/{}/moderations/patch", id(&fixture.channel));
    let after = fixture.ada.put(&path, json!([{"name": "create_post", "roles": {"members": false}}])).await.ok();
    assert_eq!(after[0]["roles"]["members"]["value"], false);
    assert_eq!(fixture.posts(bob).await, 403);
    let own = bob.get(&format!("/channels/{}", id(&fixture.channel))).await.ok()["scheme_id"].clone();
    assert!(own.is_string() && own != quiet["id"]);
    let kept = fixture.root.get(&format!("/roles/name/{}", quiet["default_channel_user_role"].as_str().unwrap())).await.ok();
    assert!(kept["permissions"].as_array().unwrap().contains(&json!("create_post")));
    // The scheme of one channel is not for others, and not listed.
    let derived = "guildhall.schemes.derived";
    let other = fixture.ada.create_channel(&fixture.team, "other", "O").await;
    let given = json!({"scheme_id": own});
    fixture.root.put(&format!("/channels/{}/scheme", id(&other)), given).await.assert_error(400, derived);
    let own = own.as_str().unwrap();
    fixture.root.delete(&format!("/schemes/{own}")).await.assert_error(400, derived);
    fixture.root.put(&format!("/schemes/{own}/patch"), json!({"display_name": "x"})).await.assert_error(400, derived);
    assert_eq!(fixture.root.get("/schemes?scope=channel").await.ok().as_array().unwrap().len(), 1);
    assert!(!fixture.root.get("/roles").await.ok().to_string().contains(own));
    assert_eq!(fixture.root.get(&format!("/schemes/{own}")).await.status, 200);
    // Another scheme in its place ends it.
    fixture.give_channel(quiet["id"].clone()).await;
    fixture.root.get(&format!("/schemes/{own}")).await.assert_error(404, NOT_FOUND);
    assert_eq!(fixture.posts(bob).await, 201);
}

#[tokio::test]
async fn schemes_that_are_not_accepted() {
    let fixture = fixture().await;
    let root = &fixture.root;
    let (strict, quiet) = (fixture.scheme("strict", "team").await, fixture.scheme("quiet", "channel").await);
    let new = |name: &str, display_name: &str, scope: &str| json!({"name": name, "display_name": display_name, "scope": scope});
    for (body, error) in [
        (new("strict", "Again", "team"), "app.scheme.save.name_exists.app_error"),
        (new("With Spaces", "x", "team"), "app.scheme.save.invalid_scheme.app_error"),
        (new("x", "x", "team"), "app.scheme.save.invalid_scheme.app_error"),
        (new(&"x".repeat(65), "x", "team"), "app.scheme.save.invalid_scheme.app_error"),
        (new("fine", " ", "team"), "app.scheme.save.display_name.app_error"),
        (new("fine", &"x".repeat(129), "team"), "app.scheme.save.display_name.app_error"),
        (new("fine", "x", "playbook"), "api.context.invalid_body_param.app_error"),
        (new("fine", "x", ""), "api.context.invalid_body_param.app_error"),
        (json!({"display_name": "x", "scope": "team", "description": "x".repeat(1_025)}), "api.context.invalid_body_param.app_error"),
    ] {
        root.post("/schemes", body).await.assert_error(400, error);
    }
    root.get("/schemes?scope=nonsense").await.assert_error(400, "api.context.invalid_body_param.app_error");
    let path = format!("/schemes/{}/patch", id(&strict));
    root.put(&path, json!({"name": "quiet"})).await.assert_error(400, "app.scheme.save.name_exists.app_error");
    root.put(&path, json!({"display_name": ""})).await.assert_error(400, "app.scheme.save.display_name.app_error");
    let (team, channel) = (format!("/teams/{}/scheme", id(&fixture.team)), format!("/channels/{}/scheme", id(&fixture.channel)));
    root.put(&team, json!({"scheme_id": quiet["id"]})).await.assert_error(400, "api.team.update_team_scheme.scheme_scope.error");
    root.put(&channel, json!({"scheme_id": strict["id"]})).await.assert_error(400, "api.channel.update_channel_scheme.scheme_scope.error");
    root.get(&format!("/schemes/{}/channels", id(&strict))).await.assert_error(400, "api.channel.update_channel_scheme.scheme_scope.error");
    root.get(&format!("/schemes/{}/teams", id(&quiet))).await.assert_error(400, "api.team.update_team_scheme.scheme_scope.error");
    for path in [&team, &channel] {
        root.put(path, json!({"scheme_id": "y".repeat(26)})).await.assert_error(404, NOT_FOUND);
        assert_eq!(root.put(path, json!({"scheme_id": "nonsense"})).await.status, 400);
        assert_eq!(root.put(path, json!({})).await.status, 400);
    }
    let direct = root.post("/channels/direct", json!([root.id, fixture.bob.id])).await.ok();
    let of_direct = format!("/channels/{}/scheme", id(&direct));
    let error = "api.channel.moderation.direct_channel.app_error";
    root.put(&of_direct, json!({"scheme_id": quiet["id"]})).await.assert_error(400, error);
    let foreign = fixture.ada.post("/channels/direct", json!([fixture.ada.id, fixture.bob.id])).await.ok();
    root.put(&format!("/channels/{}/scheme", id(&foreign)), json!({"scheme_id": quiet["id"]})).await.assert_error(403, PERMISSIONS);
    fixture.ada.delete(&format!("/channels/{}", id(&fixture.channel))).await.ok();
    root.put(&channel, json!({"scheme_id": quiet["id"]})).await.assert_error(400, "api.channel.update_channel.deleted.app_error");
    root.delete(&format!("/teams/{}", id(&fixture.team))).await.ok();
    assert_eq!(root.put(&team, json!({"scheme_id": strict["id"]})).await.status, 400);
}

#[tokio::test]
async fn only_administrators_of_permissions_manage_schemes() {
    let fixture = fixture().await;
    let scheme = fixture.scheme("strict", "team").await;
    let path = format!("/schemes/{}", id(&scheme));
    let given = json!({"scheme_id": scheme["id"]});
    for person in [&fixture.ada, &fixture.bob] {
        person.get("/schemes").await.assert_error(403, PERMISSIONS);
        person.get(&path).await.assert_error(403, PERMISSIONS);
        person.delete(&path).await.assert_error(403, PERMISSIONS);
        person.put(&format!("/teams/{}/scheme", id(&fixture.team)), given.clone()).await.assert_error(403, PERMISSIONS);
        person.put(&format!("/channels/{}/scheme", id(&fixture.channel)), given.clone()).await.assert_error(403, PERMISSIONS);
    }
    // A system manager gives back what a role allows by default, and nothing that they do not have.
    let manager = fixture.server.create_user("manager").await;
    fixture.root.put(&format!("/users/{}/roles", manager.id), json!({"roles": "system_user system_manager"})).await.ok();
    manager.put(&format!("/teams/{}/scheme", id(&fixture.team)), given).await.ok();
    let role = manager.get(&format!("/roles/name/{}", scheme["default_channel_user_role"].as_str().unwrap())).await.ok();
    let patch = format!("/roles/{}/patch", id(&role));
    manager.put(&patch, json!({"permissions": ["read_channel"]})).await.ok();
    manager.put(&patch, role.clone()).await.ok();
    let more = json!({"permissions": ["read_channel", "delete_others_posts"]});
    manager.put(&patch, more).await.assert_error(403, "api.roles.patch_roles.not_allowed_permission.error");
    manager.put(&patch, json!({"permissions": []})).await.ok();
    let reset = manager.post(&format!("/roles/{}/reset", id(&role)), json!({})).await.ok();
    assert_eq!(reset["permissions"], role["permissions"]);
}

#[tokio::test]
async fn nothing_a_scheme_takes_locks_administrators_out() {
    let fixture = fixture().await;
    let scheme = fixture.scheme("empty", "team").await;
    for field in ["default_team_admin_role", "default_team_user_role", "default_channel_admin_role", "default_channel_user_role"] {
        let role = fixture.root.get(&format!("/roles/name/{}", scheme[field].as_str().unwrap())).await.ok();
        fixture.root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": []})).await.ok();
    }
    fixture.give_team(scheme["id"].clone()).await;
    assert_eq!(fixture.posts(&fixture.ada).await, 403);
    assert_eq!(fixture.posts(&fixture.root).await, 201);
    fixture.give_team(Value::Null).await;
    assert_eq!(fixture.posts(&fixture.ada).await, 201);
}

#[tokio::test]
async fn schemes_outlive_a_restart_and_are_recorded() {
    let fixture = fixture_on(TestServer::start_on_disk(|_| ()).await).await;
    let scheme = fixture.scheme("strict", "team").await;
    fixture.take(&scheme["default_channel_user_role"], "create_post").await;
    fixture.give_team(scheme["id"].clone()).await;
    let server = fixture.server.restart().await;
    let (root, bob) = (server.reconnect(&fixture.root), server.reconnect(&fixture.bob));
    let post = json!({"channel_id": fixture.channel["id"], "message": "hello"});
    bob.post("/posts", post).await.assert_error(403, PERMISSIONS);
    root.delete(&format!("/schemes/{}", id(&scheme))).await.ok();
    let audits = root.get("/audits?per_page=200").await.ok();
    for (action, detail) in [
        ("schemes.create", "scope=team".to_owned()),
        ("teams.update_scheme", format!("team_id={} old_scheme_id=\"\" scheme_id={}", id(&fixture.team), id(&scheme))),
        ("schemes.delete", "teams=1 channels=0".to_owned()),
    ] {
        let record = audits.as_array().unwrap().iter().find(|audit| audit["action"] == action).unwrap_or_else(|| panic!("no {action}"));
        assert!(record["extra_info"].as_str().unwrap().contains(&detail), "{record}");
    }
}
