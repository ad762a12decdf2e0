//! Roles: readable by all users, changed by administrators, and applied immediately.

use guildhall_testkit::TestServer;
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

fn names(roles: &Value) -> Vec<&str> {
    roles.as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn roles_are_found_by_id_and_name() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let found = bob.post("/roles/names", json!(["team_user", "absent", "system_user", "team_user"])).await.ok();
    assert_eq!(names(&found), ["team_user", "system_user"]);
    let admin = bob.get("/roles/name/system_admin").await.ok();
    assert_eq!((admin["scheme_managed"].as_bool(), admin["built_in"].as_bool()), (Some(true), Some(true)));
    assert!(admin["permissions"].as_array().unwrap().contains(&json!("manage_system")));
    let id = admin["id"].as_str().unwrap();
    assert_eq!(bob.get(&format!("/roles/{id}")).await.ok(), admin);
    bob.get("/roles/names").await.assert_error(400, "api.context.invalid_url_param.app_error");
    bob.get(&format!("/roles/{}", "y".repeat(26))).await.assert_error(404, "app.role.get.app_error");
    bob.get("/roles/name/absent").await.assert_error(404, "app.role.get_by_name.app_error");
    bob.post("/roles/names", json!(vec!["x"; 101])).await.assert_error(400, "api.context.invalid_body_param.app_error");
    bob.get("/roles").await.assert_error(403, PERMISSIONS);
    assert!(names(&ada.get("/roles").await.ok()).contains(&"channel_guest"));
    assert_eq!(server.anonymous().get("/roles/name/system_user").await.status, 401);
}

#[tokio::test]
async fn a_changed_role_applies_immediately_and_is_published() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let role = bob.get("/roles/name/system_user").await.ok();
    let path = format!("/roles/{}/patch", role["id"].as_str().unwrap());
    bob.put(&path, json!({"permissions": ["manage_system"]})).await.assert_error(403, PERMISSIONS);
    ada.put(&path, json!({"permissions": ["no_such_permission"]})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    ada.put(&path, json!({})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let mut events = bob.subscribe().await;
    assert_eq!(bob.post("/teams", json!({"name": "mine", "display_name": "Mine", "type": "O"})).await.status, 201);
    let changed = ada.put(&path, json!({"permissions": ["view_members"]})).await.ok();
    assert_eq!(changed["permissions"], json!(["view_members"]));
    let published: Value = serde_json::from_str(events.wait_for("role_updated").await["data"]["role"].as_str().unwrap()).unwrap();
    assert_eq!(published, changed);
    assert_eq!(bob.post("/teams", json!({"name": "other", "display_name": "Other", "type": "O"})).await.status, 403);
}

#[tokio::test]
async fn permissions_can_be_granted_only_by_their_holders_and_the_admin_role_is_fixed() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let role = async |name: &str| ada.get(&format!("/roles/name/{name}")).await.ok()["id"].as_str().unwrap().to_owned();
    let fixed = "api.roles.patch_roles.not_allowed_permission.error";
    let admin = format!("/roles/{}/patch", role("system_admin").await);
    ada.put(&admin, json!({"permissions": []})).await.assert_error(403, fixed);
    let writer = format!("/roles/{}/patch", role("system_post_all").await);
    let held = json!({"permissions": ["sysconsole_write_user_management_permissions", "create_post"]});
    ada.put(&writer, held).await.ok();
    ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_post_all"})).await.ok();
    let user = format!("/roles/{}/patch", role("system_user").await);
    bob.put(&user, json!({"permissions": ["create_post"]})).await.ok();
    bob.put(&user, json!({"permissions": ["create_post", "manage_system"]})).await.assert_error(403, fixed);
}

#[tokio::test]
async fn concurrent_demotions_leave_one_administrator() {
    for deactivate in [false, true] {
        for _ in 0..8 {
            let server = TestServer::start().await;
            let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
            ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_admin"})).await.ok();
            let end = async |one: &guildhall_testkit::TestUser, other: &guildhall_testkit::TestUser| match deactivate {
                true => one.put(&format!("/users/{}/active", other.id), json!({"active": false})).await.status,
                false => one.put(&format!("/users/{}/roles", other.id), json!({"roles": "system_user"})).await.status,
            };
            let both = tokio::join!(end(&ada, &bob), end(&bob, &ada));
            assert_ne!(both, (200, 200));
            let mut left = 0;
            for person in [&ada, &bob] {
                left += u32::from(person.get("/config").await.status == 200);
            }
            assert_eq!(left, 1, "{both:?}");
        }
    }
}

#[tokio::test]
async fn a_role_keeps_what_the_server_does_not_act_on_and_gets_its_defaults_back() {
    let server = TestServer::start_on_disk(|_| ()).await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let before = ada.get("/roles/name/team_user").await.ok();
    let path = format!("/roles/{}", before["id"].as_str().unwrap());
    let kept = json!(["view_team", "create_wiki", "playbook_public_create", "manage_webhooks"]);
    let mut changed = ada.put(&format!("{path}/patch"), json!({"permissions": kept})).await.ok()["permissions"].as_array().unwrap().clone();
    changed.sort_by_key(Value::to_string);
    assert_eq!(json!(changed), json!(["create_wiki", "manage_webhooks", "playbook_public_create", "view_team"]));
    let server = server.restart().await;
    let (ada, bob) = (server.reconnect(&ada), server.reconnect(&bob));
    assert_eq!(ada.get(&path).await.ok()["permissions"].as_array().unwrap().len(), 4);
    bob.post(&format!("{path}/reset"), json!({})).await.assert_error(403, PERMISSIONS);
    bob.get("/roles/defaults").await.assert_error(403, PERMISSIONS);
    let mut events = bob.subscribe().await;
    let reset = ada.post(&format!("{path}/reset"), json!({})).await.ok();
    assert_eq!(reset["permissions"], before["permissions"]);
    let published: Value = serde_json::from_str(events.wait_for("role_updated").await["data"]["role"].as_str().unwrap()).unwrap();
    assert_eq!(published["permissions"], before["permissions"]);
    let mut defaults = ada.get("/roles/defaults").await.ok()["roles"]["team_user"].as_array().unwrap().clone();
    let mut shown = reset["permissions"].as_array().unwrap().clone();
    defaults.sort_by_key(Value::to_string);
    shown.sort_by_key(Value::to_string);
    assert_eq!(shown, defaults);
    let unknown = format!("/roles/{}/reset", "y".repeat(26));
    ada.post(&unknown, json!({})).await.assert_error(404, "app.role.get.app_error");
    let admin = ada.get("/roles/name/system_admin").await.ok();
    let fixed = "api.roles.patch_roles.not_allowed_permission.error";
    ada.post(&format!("/roles/{}/reset", admin["id"].as_str().unwrap()), json!({})).await.assert_error(403, fixed);
}

#[tokio::test]
async fn roles_that_nobody_has_changed_follow_the_defaults() {
    let server = TestServer::start_on_disk(|_| ()).await;
    let ada = server.create_user("ada").await;
    let before = ada.get("/roles/name/team_user").await.ok();
    let guest = ada.get("/roles/name/channel_guest").await.ok();
    ada.put(&format!("/roles/{}/patch", guest["id"].as_str().unwrap()), json!({"permissions": ["read_channel"]})).await.ok();
    // As an earlier version has left it.
    server.execute("UPDATE roles SET permissions = 'view_team' WHERE name = 'team_user'").await;
    server.execute("DELETE FROM roles WHERE name = 'system_manager'").await;
    let server = server.restart().await;
    let ada = server.reconnect(&ada);
    assert_eq!(ada.get("/roles/name/team_user").await.ok()["permissions"], before["permissions"]);
    assert_eq!(ada.get("/roles/name/channel_guest").await.ok()["permissions"], json!(["read_channel"]));
    ada.get("/roles/name/system_manager").await.ok();
}

#[tokio::test]
async fn every_built_in_role_of_mattermost_is_there() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let roles = ada.get("/roles").await.ok();
    let names = names(&roles);
    for name in [
        "system_user_manager",
        "system_read_only_admin",
        "system_manager",
        "system_custom_group_admin",
        "system_shared_channel_manager",
        "system_secure_connection_manager",
        "custom_group_user",
        "playbook_admin",
        "playbook_member",
        "run_admin",
        "run_member",
    ] {
        assert!(names.contains(&name), "{name}");
    }
}
