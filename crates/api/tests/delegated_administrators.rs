//! Administrators of a part of the server: the help desk, the manager and the auditor see and change what their pages give, and
//! nothing of an account that may do more than they.

use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const MANAGER: &str = "system_user system_manager";
const HELP_DESK: &str = "system_user system_user_manager";
const AUDITOR: &str = "system_user system_read_only_admin";

async fn person(server: &TestServer, root: &TestUser, name: &str, roles: &str) -> TestUser {
    let user = server.create_user(name).await;
    give(root, &user, roles).await.ok();
    user
}

async fn give(actor: &TestUser, user: &TestUser, roles: &str) -> guildhall_testkit::TestResponse {
    actor.put(&format!("/users/{}/roles", user.id), json!({"roles": roles})).await
}

async fn role(actor: &TestUser, name: &str) -> Value {
    actor.get(&format!("/roles/name/{name}")).await.ok()
}

async fn patch(actor: &TestUser, name: &str, permissions: Value) -> guildhall_testkit::TestResponse {
    let id = role(actor, name).await["id"].as_str().unwrap().to_owned();
    actor.put(&format!("/roles/{id}/patch"), json!({"permissions": permissions})).await
}

#[tokio::test]
async fn the_help_desk_helps_people_and_nobody_above_it() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let desk = person(&server, &root, "desk", HELP_DESK).await;
    let second_desk = person(&server, &root, "desk2", HELP_DESK).await;
    let manager = person(&server, &root, "manager", MANAGER).await;
    let ben = server.create_user("ben").await;
    let password = json!({"new_password": "An0ther!longer"});
    for (user, may) in [(&ben, true), (&second_desk, true), (&manager, false), (&root, false)] {
        let (id, expected) = (user.id, if may { 200 } else { 403 });
        for answer in [
            desk.put(&format!("/users/{id}/patch"), json!({"nickname": "Someone"})).await,
            desk.put(&format!("/users/{id}/mfa"), json!({"activate": false})).await,
            desk.post(&format!("/users/{id}/sessions/revoke/all"), json!({})).await,
            desk.put(&format!("/users/{id}/password"), password.clone()).await,
            desk.put(&format!("/users/{id}/active"), json!({"active": false})).await,
            desk.put(&format!("/users/{id}/active"), json!({"active": true})).await,
        ] {
            assert_eq!(answer.status, expected, "{}: {}", answer.request, answer.text());
        }
        give(&desk, user, "system_user").await.assert_error(403, PERMISSIONS);
        desk.post(&format!("/users/{id}/tokens"), json!({"description": "mine now"})).await.assert_error(403, PERMISSIONS);
    }
    // What somebody above is seen to have done, and who they are, is not hidden.
    desk.get(&format!("/users/{}", root.id)).await.ok();
    desk.get("/config").await.ok();
    desk.put("/config/patch", json!({"TeamSettings": {"SiteName": "Desk"}})).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let desk = person(&server, &root, "desk", HELP_DESK).await;
    let ben = server.create_user("ben").await;
    let mut permissions = role(&root, "system_user_manager").await["permissions"].as_array().unwrap().clone();
    permissions.push(json!("manage_roles"));
    patch(&root, "system_user_manager", json!(permissions)).await.ok();
    give(&desk, &ben, HELP_DESK).await.ok();
    for roles in ["system_user system_admin", MANAGER, AUDITOR, "system_user system_post_all", "system_user system_user_access_token"] {
        give(&desk, &ben, roles).await.assert_error(403, PERMISSIONS);
        give(&desk, &desk, roles).await.assert_error(403, PERMISSIONS);
    }
    give(&desk, &root, "system_user").await.assert_error(403, PERMISSIONS);
    give(&desk, &ben, "system_user").await.ok();
    // The roles of administrators are changed by those who assign them.
    let manager = person(&server, &root, "manager", MANAGER).await;
    patch(&manager, "system_manager", json!([])).await.assert_error(403, PERMISSIONS);
    patch(&manager, "system_read_only_admin", json!([])).await.assert_error(403, PERMISSIONS);
    patch(&manager, "system_user", json!(["create_team"])).await.ok();
    patch(&manager, "system_user", json!(["create_team", "view_members"])).await.ok();
    let escalation = "api.roles.patch_roles.not_allowed_permission.error";
    for permission in ["manage_system", "read_channel_content", "create_post", "sysconsole_write_user_management_users"] {
        patch(&manager, "system_user", json!([permission])).await.assert_error(403, escalation);
    }
}

#[tokio::test]
async fn each_sees_and_changes_the_settings_of_their_pages() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (manager, auditor) = (person(&server, &root, "manager", MANAGER).await, person(&server, &root, "auditor", AUDITOR).await);
    let desk = person(&server, &root, "desk", HELP_DESK).await;
    let ben = server.create_user("ben").await;
    ben.get("/config").await.assert_error(403, PERMISSIONS);
    let everything = root.get("/config").await.ok();
    let seen = auditor.get("/config").await.ok();
    assert_eq!(seen, everything);
    let of_desk = desk.get("/config").await.ok();
    assert_eq!((&of_desk["TeamSettings"]["SiteName"], &of_desk["EmailSettings"]["SMTPServer"]), (&Value::Null, &Value::Null));
    assert_eq!(of_desk["PasswordSettings"], everything["PasswordSettings"]);
    let of_manager = manager.get("/config").await.ok();
    assert_eq!(of_manager["SupportSettings"]["CustomTermsOfServiceEnabled"], Value::Null);
    // The whole configuration as it is seen, with one change: clients send it back like that.
    let mut sent = of_manager.clone();
    sent["TeamSettings"]["SiteName"] = json!("The Works");
    assert_eq!(manager.put("/config", sent).await.ok()["TeamSettings"]["SiteName"], "The Works");
    for (section, key, value) in [
        ("PasswordSettings", "MinimumLength", json!(6)),
        ("SupportSettings", "CustomTermsOfServiceEnabled", json!(true)),
        ("EmailSettings", "SMTPServer", json!("mail.example.com")),
        ("ServiceSettings", "SiteURL", json!("https://elsewhere.example.com")),
    ] {
        let change = json!({section: {key: value}, "TeamSettings": {"SiteName": "Not this"}});
        manager.put("/config/patch", change.clone()).await.assert_error(403, PERMISSIONS);
        auditor.put("/config/patch", change).await.assert_error(403, PERMISSIONS);
    }
    assert_eq!(root.get("/config").await.ok()["TeamSettings"]["SiteName"], "The Works");
    // A mail server of their own would be sent to.
    let elsewhere = json!({"EmailSettings": {"SMTPServer": "127.0.0.1", "FeedbackEmail": "a@example.com"}});
    manager.post("/email/test", elsewhere).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn the_auditor_sees_and_changes_nothing_and_reads_no_messages() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let auditor = person(&server, &root, "auditor", AUDITOR).await;
    let ben = server.create_user("ben").await;
    let team = ben.create_team("crew").await;
    let channel = ben.create_channel(&team, "plans", "P").await;
    let id = channel["id"].as_str().unwrap();
    ben.post("/posts", json!({"channel_id": id, "message": "the plan"})).await.ok();
    for path in ["/audits", "/roles", "/findings", "/limits?scope=users", "/backups/targets", "/analytics/old?name=standard", "/channels"] {
        let answer = auditor.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    auditor.get(&format!("/channels/{id}/posts")).await.assert_error(403, PERMISSIONS);
    auditor.put(&format!("/channels/{id}/patch"), json!({"header": "x"})).await.assert_error(403, PERMISSIONS);
    auditor.put(&format!("/users/{}/patch", ben.id), json!({"nickname": "x"})).await.assert_error(403, PERMISSIONS);
    auditor
        .post("/backups/targets", json!({"name": "mine", "location": "/tmp/x", "password": PASSWORD}))
        .await
        .assert_error(403, PERMISSIONS);
    auditor.get(&format!("/teams/{}", team["id"].as_str().unwrap())).await.ok();
}

#[tokio::test]
async fn a_role_that_is_taken_away_ends_at_the_next_request() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let desk = person(&server, &root, "desk", HELP_DESK).await;
    let ben = server.create_user("ben").await;
    let path = format!("/users/{}/patch", ben.id);
    desk.put(&path, json!({"nickname": "One"})).await.ok();
    let mut events = desk.subscribe().await;
    patch(&root, "system_user_manager", json!(["sysconsole_read_user_management_users"])).await.ok();
    events.wait_for("role_updated").await;
    desk.put(&path, json!({"nickname": "Two"})).await.assert_error(403, PERMISSIONS);
    let id = role(&root, "system_user_manager").await["id"].as_str().unwrap().to_owned();
    let before = role(&root, "system_user_manager").await;
    let reset = root.post(&format!("/roles/{id}/reset"), json!({})).await.ok();
    assert_ne!(before["permissions"], reset["permissions"]);
    desk.put(&path, json!({"nickname": "Three"})).await.ok();
    give(&root, &desk, "system_user").await.ok();
    desk.put(&path, json!({"nickname": "Four"})).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn bots_of_a_former_administrator_lose_the_administration() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let desk = person(&server, &root, "desk", HELP_DESK).await;
    let bot = root.post("/bots", json!({"username": "helper", "display_name": "Helper"})).await.ok();
    let bot_id = bot["user_id"].as_str().unwrap();
    root.post(&format!("/bots/{bot_id}/assign/{}", desk.id), json!({})).await.ok();
    root.put(&format!("/users/{bot_id}/roles"), json!({"roles": MANAGER})).await.ok();
    // The desk owns it, and may less than it.
    desk.post(&format!("/users/{bot_id}/tokens"), json!({"description": "x"})).await.assert_error(403, PERMISSIONS);
    root.put(&format!("/users/{bot_id}/roles"), json!({"roles": HELP_DESK})).await.ok();
    give(&root, &desk, "system_user").await.ok();
    let bot = root.get(&format!("/bots/{bot_id}?include_deleted=true")).await.ok();
    assert_ne!(bot["delete_at"], 0);
}
