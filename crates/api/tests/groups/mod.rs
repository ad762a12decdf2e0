//! Groups of people: making, changing and archiving them, their members, who may do what, and their lists.

mod links;
mod lists;
mod mentions;

use guildhall_testkit::{Dialect, EventStream, TestResponse, TestServer, TestUser};
use http::Method;
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const NOT_FOUND: &str = "app.group.no_rows";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn request_group(person: &TestUser, name: &str, members: &[&TestUser]) -> TestResponse {
    let members: Vec<_> = members.iter().map(|user| user.id).collect();
    let group =
        json!({"name": name, "display_name": name.to_uppercase(), "source": "custom", "allow_reference": true, "user_ids": members});
    person.post("/groups", group).await
}

async fn create_group(person: &TestUser, name: &str, members: &[&TestUser]) -> Value {
    request_group(person, name, members).await.ok()
}

async fn change_members(person: &TestUser, method: Method, group: &Value, members: &[&TestUser]) -> TestResponse {
    let members: Vec<_> = members.iter().map(|user| user.id).collect();
    person.call(method, &format!("/groups/{}/members", id(group)), Some(json!({"user_ids": members}))).await
}

async fn usernames(person: &TestUser, group: &Value) -> Vec<String> {
    let listed = person.get(&format!("/groups/{}/members", id(group))).await.ok();
    listed["members"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

/// The object under `key` in the data of the next event of this name.
async fn next(events: &mut EventStream, name: &str, key: &str) -> Value {
    serde_json::from_str(events.wait_for(name).await["data"][key].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_group_is_made_changed_archived_and_restored() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let (mut events, mut bobs_events) = (ann.subscribe().await, bob.subscribe().await);
    let made = request_group(&ann, "dev", &[&bob, &ann, &bob]).await;
    assert_eq!(made.status, 201);
    let dev = made.ok();
    assert_eq!((&dev["name"], &dev["display_name"], &dev["source"]), (&json!("dev"), &json!("DEV"), &json!("custom")));
    assert_eq!((&dev["allow_reference"], &dev["remote_id"], &dev["has_syncables"]), (&json!(true), &Value::Null, &json!(false)));
    assert_eq!((&dev["member_count"], &dev["delete_at"]), (&json!(2), &json!(0)));
    assert_eq!(next(&mut events, "received_group", "group").await, dev);
    let membership = next(&mut bobs_events, "group_member_add", "group_member").await;
    assert_eq!((&membership["group_id"], &membership["user_id"], &membership["delete_at"]), (&dev["id"], &json!(bob.id), &json!(0)));

    let path = format!("/groups/{}", id(&dev));
    assert_eq!(bob.get(&format!("{path}?include_member_count=true")).await.ok(), dev);
    assert_eq!(bob.get(&path).await.ok().get("member_count"), None);
    let renamed = bob.put(&format!("{path}/patch"), json!({"name": "devs", "description": "All of them"})).await.ok();
    assert_eq!(
        (&renamed["name"], &renamed["display_name"], &renamed["description"]),
        (&json!("devs"), &json!("DEV"), &json!("All of them"))
    );
    assert!(renamed["update_at"].as_i64() > dev["update_at"].as_i64());
    assert_eq!(next(&mut events, "received_group", "group").await, renamed);
    assert_eq!(bob.put(&format!("{path}/patch"), json!({})).await.ok(), renamed);

    let archived = ann.delete(&path).await.ok();
    assert!(archived["delete_at"].as_i64().unwrap() > 0);
    assert_eq!(next(&mut events, "received_group", "group").await, archived);
    ann.delete(&path).await.assert_error(404, NOT_FOUND);
    change_members(&ann, Method::POST, &dev, &[&ann]).await.assert_error(404, NOT_FOUND);
    assert_eq!(ann.get("/groups").await.ok(), json!([]));
    // An archived group keeps its name.
    request_group(&ann, "devs", &[]).await.assert_error(400, "app.custom_group.unique_name");
    let restored = ann.post(&format!("{path}/restore"), json!({})).await.ok();
    assert_eq!((&restored["delete_at"], &restored["member_count"]), (&json!(0), &json!(2)));
    ann.post(&format!("{path}/restore"), json!({})).await.assert_error(404, NOT_FOUND);
}

#[tokio::test]
async fn what_a_group_cannot_be_is_rejected() {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let valid = json!({"name": "dev", "display_name": "Dev", "source": "custom", "allow_reference": true, "user_ids": [ann.id]});
    let unknown = "y".repeat(26);
    let dev = create_group(&ann, "taken", &[]).await;
    for (field, value, error) in [
        ("source", json!("ldap"), "app.group.crud_permission"),
        ("allow_reference", json!(false), "api.custom_groups.must_be_referenceable"),
        ("remote_id", json!("cn=dev"), "api.custom_groups.no_remote_id"),
        ("name", json!(""), "model.group.name.invalid_length.app_error"),
        ("name", json!("x".repeat(65)), "model.group.name.invalid_length.app_error"),
        ("name", json!("De v"), "model.group.name.invalid_chars.app_error"),
        ("name", json!("channel"), "model.group.name.reserved_name.app_error"),
        ("name", json!("ann"), "app.group.username_conflict"),
        ("name", json!("taken"), "app.custom_group.unique_name"),
        ("display_name", json!("  "), "model.group.display_name.app_error"),
        ("description", json!("x".repeat(1_025)), "model.group.description.app_error"),
        ("user_ids", json!([unknown]), "api.context.invalid_body_param.app_error"),
        ("user_ids", json!(["no id"]), "api.context.invalid_body_param.app_error"),
        ("user_ids", json!(vec![ann.id; 1_001]), "api.group.too_many_ids.app_error"),
    ] {
        let mut group = valid.clone();
        group[field] = value;
        ann.post("/groups", group).await.assert_error(400, error);
    }
    let patch = format!("/groups/{}/patch", id(&dev));
    ann.put(&patch, json!({"allow_reference": false})).await.assert_error(400, "api.custom_groups.must_be_referenceable");
    ann.put(&patch, json!({"name": "ann"})).await.assert_error(400, "app.group.username_conflict");
    ann.put(&patch, json!({"name": "here"})).await.assert_error(400, "model.group.name.reserved_name.app_error");
    assert_eq!(server.count("SELECT COUNT(*) FROM user_groups").await, 1);
    ann.get(&format!("/groups/{unknown}")).await.assert_error(404, NOT_FOUND);
    ann.delete(&format!("/groups/{unknown}")).await.assert_error(404, NOT_FOUND);
}

#[tokio::test]
async fn no_account_takes_the_name_of_a_group() {
    let server = TestServer::start().await;
    let ann = server.create_user("ann").await;
    let dev = create_group(&ann, "dev", &[]).await;
    let taken = "app.user.save.username_exists.app_error";
    let account = json!({"email": "dev@example.com", "username": "Dev", "password": guildhall_testkit::PASSWORD});
    server.anonymous().post("/users", account.clone()).await.assert_error(400, taken);
    ann.put("/users/me/patch", json!({"username": "dev"})).await.assert_error(400, taken);
    ann.post("/bots", json!({"username": "dev"})).await.assert_error(400, taken);
    let bot = ann.post("/bots", json!({"username": "robot"})).await.ok();
    let bot_path = |rest: &str| format!("/bots/{}{rest}", bot["user_id"].as_str().unwrap());
    ann.put(&bot_path(""), json!({"username": "dev"})).await.assert_error(400, taken);
    let user = json!({"username": "dev", "password": guildhall_testkit::PASSWORD});
    ann.post(&bot_path("/convert_to_user"), user).await.assert_error(400, taken);
    ann.put(&format!("/groups/{}/patch", id(&dev)), json!({"name": "devs"})).await.ok();
    assert_eq!(server.anonymous().post("/users", account).await.status, 201);
}

/// Both are renamed at the same moment: neither sees the other before it is committed.
async fn of_an_account_and_a_group_one_gets_the_name(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let path = format!("/groups/{}/patch", id(&create_group(&ann, "dev", &[]).await));
    for round in 0..20 {
        let name = json!(format!("name{round}"));
        let (account, group) = tokio::join!(bob.put("/users/me/patch", json!({"username": name})), ann.put(&path, json!({"name": name})));
        match account.status == 200 {
            true => group.assert_error(400, "app.group.username_conflict"),
            false => {
                account.assert_error(400, "app.user.save.username_exists.app_error");
                assert_eq!(group.ok()["name"], name);
            }
        }
    }
}

#[tokio::test]
async fn of_an_account_and_a_group_one_gets_the_name_on_sqlite() {
    of_an_account_and_a_group_one_gets_the_name(Dialect::Sqlite).await;
}

#[tokio::test]
async fn of_an_account_and_a_group_one_gets_the_name_on_postgres() {
    of_an_account_and_a_group_one_gets_the_name(Dialect::Postgres).await;
}

#[tokio::test]
async fn of_an_account_and_a_group_one_gets_the_name_on_mysql() {
    of_an_account_and_a_group_one_gets_the_name(Dialect::Mysql).await;
}

#[tokio::test]
async fn members_are_added_listed_and_removed() {
    let server = TestServer::start().await;
    let (ann, bob, cat) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("cat").await);
    let dev = create_group(&ann, "dev", &[&ann]).await;
    let mut events = bob.subscribe().await;
    let added = change_members(&ann, Method::POST, &dev, &[&bob, &ann]).await.ok();
    assert_eq!(added.as_array().unwrap().len(), 2);
    assert_eq!(next(&mut events, "group_member_add", "group_member").await["user_id"], json!(bob.id));
    assert_eq!(usernames(&ann, &dev).await, ["ann", "bob"]);
    assert_eq!(ann.get(&format!("/groups/{}/members?per_page=1&page=1", id(&dev))).await.ok()["total_member_count"], 2);
    ann.get(&format!("/groups/{}/members?sort=age", id(&dev))).await.assert_error(400, "api.context.invalid_url_param.app_error");
    let in_group = |key: &str| format!("/users?{key}={}", id(&dev));
    let listed =
        async |path: String| ann.get(&path).await.ok().as_array().unwrap().iter().map(|user| user["username"].clone()).collect::<Vec<_>>();
    assert_eq!(listed(in_group("in_group")).await, ["ann", "bob"]);
    assert_eq!(listed(in_group("not_in_group")).await, ["cat"]);
    let found = ann.post("/users/search", json!({"term": "b", "in_group_id": dev["id"]})).await.ok();
    assert_eq!(found.as_array().unwrap().len(), 1);

    // The first account is the administrator.
    assert_eq!(ann.get(&format!("/groups/{}/stats", id(&dev))).await.ok(), json!({"group_id": dev["id"], "total_member_count": 2}));
    bob.get(&format!("/groups/{}/stats", id(&dev))).await.assert_error(403, PERMISSIONS);
    let removed = change_members(&ann, Method::DELETE, &dev, &[&bob, &cat]).await.ok();
    assert_eq!((removed.as_array().unwrap().len(), &removed[0]["user_id"]), (1, &json!(bob.id)));
    assert!(removed[0]["delete_at"].as_i64().unwrap() > 0);
    assert_eq!(next(&mut events, "group_member_deleted", "group_member").await["user_id"], json!(bob.id));
    assert_eq!(change_members(&ann, Method::DELETE, &dev, &[&bob]).await.ok(), json!([]));
    assert_eq!(usernames(&ann, &dev).await, ["ann"]);

    // Whoever is deactivated is not shown, and cannot be added.
    change_members(&ann, Method::POST, &dev, &[&cat]).await.ok();
    ann.put(&format!("/users/{}/active", cat.id), json!({"active": false})).await.ok();
    assert_eq!(usernames(&ann, &dev).await, ["ann"]);
    change_members(&ann, Method::POST, &dev, &[&cat]).await.assert_error(400, "api.context.invalid_body_param.app_error");
    ann.put(&format!("/users/{}/active", cat.id), json!({"active": true})).await.ok();
    assert_eq!(usernames(&ann, &dev).await, ["ann", "cat"]);
    // Who is offboarded does not come back into the group with the account.
    ann.post(&format!("/users/{}/offboard", cat.id), json!({})).await.ok();
    ann.put(&format!("/users/{}/active", cat.id), json!({"active": true})).await.ok();
    assert_eq!(usernames(&ann, &dev).await, ["ann"]);
}

#[tokio::test]
async fn roles_decide_who_manages_groups() {
    let server = TestServer::start().await;
    let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
    let dev = create_group(&ann, "dev", &[&ann]).await;
    let permit = async |role: &str, permissions: Value| {
        let role = root.get(&format!("/roles/name/{role}")).await.ok();
        root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": permissions})).await.ok();
    };
    permit("system_user", json!(["view_members"])).await;
    let path = format!("/groups/{}", id(&dev));
    request_group(&ann, "more", &[]).await.assert_error(403, PERMISSIONS);
    for person in [&ann, &bob] {
        person.put(&format!("{path}/patch"), json!({"display_name": "Changed"})).await.assert_error(403, PERMISSIONS);
        person.delete(&path).await.assert_error(403, PERMISSIONS);
        person.post(&format!("{path}/restore"), json!({})).await.assert_error(403, PERMISSIONS);
        change_members(person, Method::POST, &dev, &[&bob]).await.assert_error(403, PERMISSIONS);
        change_members(person, Method::DELETE, &dev, &[&ann]).await.assert_error(403, PERMISSIONS);
    }
    // What the role of members allows, it allows to members.
    permit("custom_group_user", json!(["edit_custom_group", "manage_custom_group_members"])).await;
    ann.put(&format!("{path}/patch"), json!({"display_name": "Changed"})).await.ok();
    ann.delete(&path).await.assert_error(403, PERMISSIONS);
    bob.put(&format!("{path}/patch"), json!({"display_name": "Again"})).await.assert_error(403, PERMISSIONS);
    change_members(&bob, Method::POST, &dev, &[&bob]).await.assert_error(403, PERMISSIONS);
    change_members(&ann, Method::POST, &dev, &[&bob]).await.ok();
    bob.put(&format!("{path}/patch"), json!({"display_name": "Again"})).await.ok();
    // The role for managing all groups.
    let mut cat = server.create_user("cat").await;
    root.put(&format!("/users/{}/roles", cat.id), json!({"roles": "system_user system_custom_group_admin"})).await.ok();
    cat.log_in().await;
    cat.delete(&path).await.ok();
    cat.post(&format!("{path}/restore"), json!({})).await.ok();
    create_group(&cat, "more", &[]).await;
}

#[tokio::test]
async fn changes_of_groups_are_recorded() {
    let server = TestServer::start().await;
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    let dev = create_group(&ann, "dev", &[&root]).await;
    ann.put(&format!("/groups/{}/patch", id(&dev)), json!({"name": "devs"})).await.ok();
    change_members(&ann, Method::POST, &dev, &[&ann]).await.ok();
    change_members(&ann, Method::DELETE, &dev, &[&root]).await.ok();
    ann.delete(&format!("/groups/{}", id(&dev))).await.ok();
    let audits = root.get("/audits?per_page=5").await.ok();
    let records: Vec<(&str, &str)> =
        audits.as_array().unwrap().iter().map(|row| (row["action"].as_str().unwrap(), row["extra_info"].as_str().unwrap())).collect();
    let actions: Vec<&str> = records.iter().map(|(action, _)| *action).rev().collect();
    assert_eq!(actions, ["groups.create", "groups.patch", "groups.add_members", "groups.remove_members", "groups.delete"]);
    assert!(records[3].1.contains("old_name=dev name=devs"), "{records:?}");
    assert!(records[2].1.contains(&format!("user_ids={}", ann.id)), "{records:?}");
}
