//! Accounts: creating, reading, changing and deactivating them, and the permissions for it.

use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

struct Fixture {
    server: TestServer,
    /// The system administrator.
    ada: TestUser,
    bob: TestUser,
    eve: TestUser,
}

async fn fixture() -> Fixture {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let bob = server.create_user("bob").await;
    let eve = server.create_user("eve").await;
    Fixture { server, ada, bob, eve }
}

fn account(username: &str) -> Value {
    json!({"username": username, "email": format!("{username}@example.com"), "password": PASSWORD})
}

fn usernames(users: &Value) -> Vec<&str> {
    users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

/// A guest, who sees only users of common channels.
async fn guest(fixture: &Fixture) -> TestUser {
    let gus = fixture.server.create_user("gus").await;
    fixture.ada.put(&format!("/users/{}/roles", gus.id), json!({"roles": "system_guest"})).await.ok();
    gus
}

#[tokio::test]
async fn the_first_account_is_an_administrator_and_the_next_is_not() {
    let Fixture { ada, bob, .. } = fixture().await;
    assert_eq!(ada.get("/users/me").await.ok()["roles"], "system_user system_admin");
    let me = bob.get("/users/me").await.ok();
    assert_eq!((me["roles"].as_str().unwrap(), me["email"].as_str().unwrap()), ("system_user", "bob@example.com"));
    assert_eq!(me["notify_props"]["desktop"], "mention");
    assert!(me.get("password").is_none() && me["auth_data"] == "");
}

#[tokio::test]
async fn one_of_concurrent_first_accounts_becomes_administrator() {
    let server = TestServer::start().await;
    let names: Vec<_> = (0..8).map(|n| format!("first{n}")).collect();
    let anonymous = server.anonymous();
    let made = futures::future::join_all(names.iter().map(|name| anonymous.post("/users", account(name)))).await;
    let admins = made.iter().filter(|answer| answer.ok()["roles"].as_str().unwrap().contains("system_admin")).count();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn a_closed_server_accepts_the_first_account_and_then_only_invited_ones() {
    let server = TestServer::start_with_settings(|settings| settings.signup.open = false).await;
    let ada = server.create_user("ada").await;
    server.anonymous().post("/users", account("bob")).await.assert_error(403, "api.user.create_user.no_open_server");
    let team = ada.create_team("builders").await;
    let invite = team["invite_id"].as_str().unwrap();
    server.anonymous().post(&format!("/users?iid={}", "y".repeat(26)), account("bob")).await.error();
    let bob = server.anonymous().post(&format!("/users?iid={invite}"), account("bob")).await;
    assert_eq!(bob.status, 201);
    let members = ada.get(&format!("/teams/{}/members", team["id"].as_str().unwrap())).await.ok();
    assert!(members.as_array().unwrap().iter().any(|member| member["user_id"] == bob.json()["id"]));
    assert_eq!(ada.post("/users", account("carl")).await.status, 201);
}

#[tokio::test]
async fn invalid_accounts_are_rejected_with_their_error_ids() {
    let fixture = fixture().await;
    let anonymous = fixture.server.anonymous();
    let with = |name: &str, value: Value| {
        let mut account = account("zoe");
        account[name] = value;
        account
    };
    for (account, id) in [
        (with("email", json!("not-an-email")), "model.user.is_valid.email.app_error"),
        (with("email", json!("")), "model.user.is_valid.email.app_error"),
        (with("username", json!("has space")), "model.user.is_valid.username.app_error"),
        (with("username", json!("here")), "model.user.is_valid.username.app_error"),
        (with("username", json!("z".repeat(65))), "model.user.is_valid.username.app_error"),
        (with("password", json!("a")), "api.user.check_user_password.invalid.app_error"),
        (with("password", json!("")), "api.user.check_user_password.invalid.app_error"),
        (with("password", json!("p".repeat(2000))), "model.user.is_valid.pwd_max_length.app_error"),
        (with("nickname", json!("n".repeat(65))), "model.user.is_valid.nickname.app_error"),
        (with("locale", json!("not a locale")), "model.user.is_valid.locale.app_error"),
        (with("notify_props", json!({"mention_keys": "k".repeat(9000)})), "model.user.is_valid.props.app_error"),
        (with("username", json!("BOB")), "app.user.save.username_exists.app_error"),
        (with("email", json!("Bob@Example.com")), "app.user.save.email_exists.app_error"),
        (with("username", json!(7)), "api.context.invalid_body_param.app_error"),
        (with("username", json!("z\u{0}e")), "model.user.is_valid.username.app_error"),
    ] {
        anonymous.post("/users", account).await.assert_error(400, id);
    }
    assert_eq!(anonymous.post("/users", with("roles", json!("system_admin"))).await.ok()["roles"], "system_user");
}

#[tokio::test]
async fn emptied_notify_props_and_timezone_are_reset_to_defaults() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let first = ada.get("/users/me").await.ok();
    ada.put("/users/me/patch", json!({"notify_props": {"desktop": "none"}, "timezone": {"manualTimezone": "Europe/Prague"}})).await.ok();
    let emptied = ada.put("/users/me/patch", json!({"notify_props": {}, "timezone": {}})).await.ok();
    assert_eq!((&emptied["notify_props"], &emptied["timezone"]), (&first["notify_props"], &first["timezone"]));
}

#[tokio::test]
async fn email_addresses_are_restricted_to_the_allowed_domains() {
    let server = TestServer::start_with_settings(|settings| settings.signup.allowed_domains = "example.com".to_owned()).await;
    let ada = server.create_user("ada").await;
    let other = json!({"username": "bob", "email": "bob@example.org", "password": PASSWORD});
    server.anonymous().post("/users", other.clone()).await.assert_error(400, "api.user.create_user.accepted_domain.app_error");
    assert_eq!(ada.post("/users", other).await.status, 201);
    ada.get("/users/invalid_emails").await.assert_error(400, "api.users.invalid_emails.enable_open_server.app_error");
    let patch = json!({"email": "ada@example.org", "password": PASSWORD});
    ada.put("/users/me/patch", patch).await.assert_error(400, "api.user.create_user.accepted_domain.app_error");
}

#[tokio::test]
async fn a_closed_server_lists_users_with_email_addresses_of_other_domains() {
    let server = TestServer::start_with_settings(|settings| {
        settings.signup.open = false;
        settings.signup.allowed_domains = "example.com".to_owned();
    })
    .await;
    let ada = server.create_user("ada").await;
    let other = json!({"username": "bob", "email": "bob@example.org", "password": PASSWORD});
    ada.post("/users", other).await.ok();
    assert_eq!(usernames(&ada.get("/users/invalid_emails").await.ok()), ["bob"]);
}

#[tokio::test]
async fn other_users_see_public_fields_and_administrators_all() {
    let Fixture { ada, bob, eve, .. } = fixture().await;
    for path in [format!("/users/{}", bob.id), "/users/username/bob".to_owned(), "/users/email/bob@example.com".to_owned()] {
        let seen = eve.get(&path).await.ok();
        assert_eq!((seen["username"].as_str(), seen["email"].as_str()), (Some("bob"), Some("bob@example.com")), "{path}");
        for hidden in ["notify_props", "last_password_update", "failed_attempts", "password", "email_verified"] {
            assert!(seen.get(hidden).is_none(), "{path} shows {hidden}");
        }
        assert!(ada.get(&path).await.ok().get("notify_props").is_some());
        assert!(bob.get(&path).await.ok().get("notify_props").is_some());
    }
    bob.get(&format!("/users/{}", "y".repeat(26))).await.assert_error(404, "app.user.missing_account.const");
    bob.get("/users/not-an-id").await.assert_error(400, "api.context.invalid_url_param.app_error");
    assert_eq!(bob.get("/users/username/nobody").await.status, 404);
    assert_eq!(bob.get("/users/email/nobody@example.com").await.status, 404);
}

#[tokio::test]
async fn an_unchanged_user_is_answered_with_not_modified() {
    let Fixture { bob, eve, .. } = fixture().await;
    let path = format!("/users/{}", bob.id);
    let tag = eve.get(&path).await.header("etag").to_owned();
    let ask = async |person: &TestUser, tag: &str| {
        let request = http::Request::get(format!("/api/v4{path}")).header("if-none-match", tag).body(axum::body::Body::empty());
        person.send(request.unwrap()).await
    };
    let again = ask(&eve, &tag).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(ask(&bob, &tag).await.status, 200, "the owner sees more than others do");
    bob.put("/users/me/patch", json!({"nickname": "Bobby"})).await.ok();
    assert_eq!(ask(&eve, &tag).await.json()["nickname"], "Bobby");
}

#[tokio::test]
async fn guests_see_only_users_of_common_channels() {
    let fixture = fixture().await;
    let gus = guest(&fixture).await;
    let team = fixture.bob.create_team("builders").await;
    fixture.bob.add_to_team(&team, &fixture.eve).await;
    let owned_usernames = |users: &Value| usernames(users).into_iter().map(str::to_owned).collect::<Vec<_>>();
    gus.get(&format!("/users/{}", fixture.bob.id)).await.assert_error(403, PERMISSIONS);
    gus.get(&format!("/users/{}", "y".repeat(26))).await.assert_error(403, PERMISSIONS);
    assert_eq!(gus.get("/users/username/bob").await.error(), gus.get("/users/username/nobody").await.error());
    gus.get(&format!("/users/{}/image", fixture.bob.id)).await.assert_error(403, PERMISSIONS);
    assert_eq!(owned_usernames(&gus.get("/users").await.ok()), ["gus"]);
    assert_eq!(owned_usernames(&gus.post("/users/search", json!({"term": "bo"})).await.ok()), Vec::<String>::new());
    assert_eq!(owned_usernames(&gus.post("/users/ids", json!([fixture.bob.id, gus.id])).await.ok()), ["gus"]);
    assert_eq!(owned_usernames(&gus.post("/users/usernames", json!(["bob", "gus"])).await.ok()), ["gus"]);
    assert_eq!(gus.get("/users/stats").await.ok()["total_users_count"], 1);
    assert_eq!(gus.post("/users/status/ids", json!([fixture.bob.id, gus.id])).await.ok().as_array().unwrap().len(), 1);
    fixture.bob.post("/channels/direct", json!([fixture.bob.id, gus.id])).await.ok();
    assert_eq!(gus.get(&format!("/users/{}", fixture.bob.id)).await.ok()["username"], "bob");
    assert_eq!(owned_usernames(&gus.get("/users").await.ok()), ["bob", "gus"]);
    assert_eq!(gus.get("/users/known").await.ok(), json!([fixture.bob.id]));
    gus.get(&format!("/users/{}", fixture.eve.id)).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn filters_of_lists_require_access_to_the_team_or_channel() {
    let Fixture { ada, bob, eve, .. } = fixture().await;
    let team = bob.create_team("builders").await;
    bob.add_to_team(&team, &ada).await;
    let secret = bob.create_channel(&team, "secret", "P").await;
    let (team, secret) = (team["id"].as_str().unwrap(), secret["id"].as_str().unwrap());
    for (filter, expected) in [
        (String::new(), vec!["ada", "bob", "eve"]),
        (format!("in_team={team}"), vec!["ada", "bob"]),
        (format!("not_in_team={team}"), vec!["eve"]),
        (format!("in_channel={secret}"), vec!["bob"]),
        (format!("in_channel={secret}&sort=admin"), vec!["bob"]),
        (format!("in_team={team}&not_in_channel={secret}"), vec!["ada"]),
        ("role=system_admin".to_owned(), vec!["ada"]),
        (format!("in_team={team}&team_roles=team_admin"), vec!["bob"]),
        ("sort=create_at".to_owned(), vec!["eve", "bob", "ada"]),
        ("page=1&per_page=2".to_owned(), vec!["eve"]),
        ("inactive=true".to_owned(), vec![]),
    ] {
        assert_eq!(usernames(&bob.get(&format!("/users?{filter}")).await.ok()), expected, "{filter}");
    }
    assert_eq!(usernames(&ada.get("/users?without_team=true").await.ok()), ["eve"]);
    bob.get("/users?without_team=true").await.assert_error(403, PERMISSIONS);
    for hidden in
        [format!("in_team={team}"), format!("not_in_team={team}"), format!("in_channel={secret}"), format!("not_in_channel={secret}")]
    {
        eve.get(&format!("/users?{hidden}")).await.assert_error(403, PERMISSIONS);
    }
    bob.get("/users?sort=password").await.assert_error(400, "api.context.invalid_url_param.app_error");
    bob.get("/users?in_team=nonsense").await.assert_error(400, "api.context.invalid_url_param.app_error");
}

#[tokio::test]
async fn users_are_searched_and_autocompleted() {
    let Fixture { ada, bob, eve, .. } = fixture().await;
    let team = bob.create_team("builders").await;
    bob.add_to_team(&team, &ada).await;
    let dev = bob.create_channel(&team, "dev", "O").await;
    let (team, dev) = (team["id"].as_str().unwrap(), dev["id"].as_str().unwrap());
    eve.put("/users/me/patch", json!({"first_name": "Evelyn", "last_name": "Adams"})).await.ok();
    for (search, expected) in [
        (json!({"term": "ev"}), vec!["eve"]),
        (json!({"term": "@EVELYN ad"}), vec!["eve"]),
        (json!({"term": "adams"}), vec!["eve"]),
        (json!({"term": "ad"}), vec!["ada", "eve"]),
        (json!({"term": "%"}), vec![]),
        (json!({"term": "a", "team_id": team}), vec!["ada"]),
        (json!({"term": "a", "team_id": team, "not_in_channel_id": dev}), vec!["ada"]),
        (json!({"term": "a", "in_channel_id": dev}), vec![]),
        (json!({"term": "ad", "limit": 1}), vec!["ada"]),
    ] {
        assert_eq!(usernames(&bob.post("/users/search", search.clone()).await.ok()), expected, "{search}");
    }
    for bad in [
        json!({"term": ""}),
        json!({"term": "a", "limit": 5000}),
        json!({"term": "a", "not_in_channel_id": dev}),
        json!({"term": "x".repeat(300)}),
    ] {
        bob.post("/users/search", bad).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    let many = json!({"term": "a", "roles": vec!["system_user"; 21]});
    bob.post("/users/search", many).await.assert_error(400, "api.context.invalid_body_param.app_error");
    eve.post("/users/search", json!({"term": "a", "team_id": team})).await.assert_error(403, PERMISSIONS);
    let found = bob.get(&format!("/users/autocomplete?in_team={team}&in_channel={dev}&name=")).await.ok();
    assert_eq!((usernames(&found["users"]), usernames(&found["out_of_channel"])), (vec!["bob"], vec!["ada"]));
    let found = bob.get(&format!("/users/autocomplete?in_channel={dev}&name=ad")).await.ok();
    assert_eq!((usernames(&found["users"]), usernames(&found["out_of_channel"])), (vec![], vec!["ada"]));
    let found = bob.get(&format!("/users/autocomplete?in_team={team}&name=ad")).await.ok();
    assert_eq!((usernames(&found["users"]), found.get("out_of_channel")), (vec!["ada"], None));
    eve.get(&format!("/users/autocomplete?in_channel={dev}&name=a")).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn bulk_reads_are_limited_and_omit_unknown_users() {
    let Fixture { bob, eve, .. } = fixture().await;
    let absent = "y".repeat(26);
    assert_eq!(usernames(&bob.post("/users/ids", json!([eve.id, absent])).await.ok()), ["eve"]);
    assert_eq!(usernames(&bob.post("/users/usernames", json!(["EVE", "absent"])).await.ok()), ["eve"]);
    assert_eq!(bob.post("/users/ids?since=9000000000000", json!([eve.id])).await.ok(), json!([]));
    for (path, body) in [
        ("/users/ids", json!([])),
        ("/users/ids", json!(vec![absent.clone(); 1001])),
        ("/users/ids", json!(["nonsense"])),
        ("/users/ids", json!({"ids": []})),
        ("/users/usernames", json!([])),
        ("/users/status/ids", json!([])),
    ] {
        bob.post(path, body).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    let group = eve.post("/channels/group", json!([bob.id, eve.id, bob.id])).await;
    if group.status == 201 {
        let id = group.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(usernames(&bob.post("/users/group_channels", json!([id])).await.ok()[&id]), ["eve"]);
    }
}

#[tokio::test]
async fn profile_changes_are_applied_and_published() {
    let Fixture { bob, eve, .. } = fixture().await;
    let (mut own, mut others) = (bob.subscribe().await, eve.subscribe().await);
    let patched = bob.put("/users/me/patch", json!({"nickname": "Bobby", "position": "builder", "props": {"a": "b"}})).await.ok();
    assert_eq!((patched["nickname"].as_str(), patched["position"].as_str()), (Some("Bobby"), Some("builder")));
    assert!(own.wait_for("user_updated").await["data"]["user"].get("notify_props").is_some());
    let seen = others.wait_for("user_updated").await;
    assert_eq!(seen["data"]["user"]["nickname"], "Bobby");
    assert!(seen["data"]["user"].get("notify_props").is_none());
    eve.put(&format!("/users/{}/patch", bob.id), json!({"nickname": "Evil"})).await.assert_error(403, PERMISSIONS);
    bob.put("/users/me/patch", json!({"username": "eve"})).await.assert_error(400, "app.user.save.username_exists.app_error");
    let all_fields = json!({"id": bob.id, "username": "bobby", "email": "bob@example.com", "nickname": "B"});
    let updated = bob.put(&format!("/users/{}", bob.id), all_fields).await.ok();
    assert_eq!((updated["username"].as_str(), updated["position"].as_str()), (Some("bobby"), Some("")));
    bob.put("/users/me", json!({"id": eve.id, "username": "x"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
}

#[tokio::test]
async fn changing_the_email_address_requires_the_password() {
    let Fixture { ada, bob, .. } = fixture().await;
    let path = format!("/users/{}/patch", bob.id);
    bob.put(&path, json!({"email": "new@example.com"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let wrong = json!({"email": "new@example.com", "password": "wrong"});
    bob.put(&path, wrong).await.assert_error(400, "api.user.update_password.incorrect.app_error");
    assert_eq!(bob.put(&path, json!({"email": "New@example.com", "password": PASSWORD})).await.ok()["email"], "new@example.com");
    assert_eq!(ada.put(&path, json!({"email": "newer@example.com"})).await.ok()["email"], "newer@example.com");
    let verified = ada.post(&format!("/users/{}/email/verify/member", bob.id), json!({})).await.ok();
    assert_eq!(verified["email_verified"], true);
    bob.post("/users/me/email/verify/member", json!({})).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_at_once() {
    let Fixture { server, bob, eve, ada } = fixture().await;
    let mut second = bob.clone();
    second.log_in().await;
    let mut events = second.subscribe().await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let path = format!("/users/{}/password", bob.id);
    bob.put(&path, change("bad", "long enough")).await.assert_error(400, "api.user.update_password.incorrect.app_error");
    bob.put(&path, change(PASSWORD, "x")).await.assert_error(400, "api.user.check_user_password.invalid.app_error");
    eve.put(&path, change(PASSWORD, "long enough")).await.assert_error(403, "api.user.update_password.context.app_error");
    bob.put(&path, change(PASSWORD, "long enough")).await.ok();
    events.wait_until_closed().await;
    assert_eq!(second.get("/users/me").await.status, 401);
    assert_eq!(bob.get("/users/me").await.status, 200);
    let log_in = async |password: &str| server.anonymous().post("/users/login", json!({"login_id": "bob", "password": password})).await;
    assert_eq!(log_in(PASSWORD).await.status, 401);
    assert_eq!(log_in("long enough").await.status, 200);
    ada.put(&path, change("", "set by ada")).await.ok();
    assert_eq!(bob.get("/users/me").await.status, 401);
    assert_eq!(log_in("set by ada").await.status, 200);
}

#[tokio::test]
async fn deactivation_ends_sessions_and_can_be_reverted() {
    let Fixture { server, ada, bob, eve } = fixture().await;
    let path = format!("/users/{}/active", eve.id);
    bob.put(&path, json!({"active": false})).await.assert_error(403, "api.user.update_active.permissions.app_error");
    bob.put("/users/me/active", json!({"active": false})).await.assert_error(401, "api.user.update_active.not_enable.app_error");
    ada.put(&path, json!({})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let mut events = eve.subscribe().await;
    ada.put(&path, json!({"active": false})).await.ok();
    events.wait_until_closed().await;
    assert_eq!(eve.get("/users/me").await.status, 401);
    let login = json!({"login_id": "eve", "password": PASSWORD});
    server.anonymous().post("/users/login", login.clone()).await.assert_error(401, "api.user.login.inactive.app_error");
    assert_eq!(usernames(&bob.get("/users?active=true").await.ok()), ["ada", "bob"]);
    assert_ne!(bob.get(&format!("/users/{}", eve.id)).await.ok()["delete_at"], 0);
    ada.put(&path, json!({"active": true})).await.ok();
    assert_eq!(eve.get("/users/me").await.status, 401, "sessions do not come back");
    assert_eq!(server.anonymous().post("/users/login", login).await.status, 200);
    bob.delete(&format!("/users/{}", eve.id)).await.assert_error(403, PERMISSIONS);
    ada.delete(&format!("/users/{}", eve.id)).await.ok();
    assert_ne!(ada.get(&format!("/users/{}", eve.id)).await.ok()["delete_at"], 0);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed() {
    let Fixture { ada, bob, .. } = fixture().await;
    let last = "app.user.update_active.last_admin.app_error";
    ada.put("/users/me/active", json!({"active": false})).await.assert_error(400, last);
    ada.put("/users/me/roles", json!({"roles": "system_user"})).await.assert_error(400, last);
    ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_admin"})).await.ok();
    ada.put("/users/me/roles", json!({"roles": "system_user"})).await.ok();
    ada.get("/audits").await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn roles_are_set_by_administrators_and_apply_immediately() {
    let Fixture { ada, bob, eve, .. } = fixture().await;
    let path = format!("/users/{}/roles", bob.id);
    eve.put(&path, json!({"roles": "system_user"})).await.assert_error(403, PERMISSIONS);
    bob.put(&path, json!({"roles": "system_user system_admin"})).await.assert_error(403, PERMISSIONS);
    for bad in ["no_such_role", "system_user team_admin", "channel_admin"] {
        ada.put(&path, json!({"roles": bad})).await.assert_error(400, "api.user.update_user_roles.unknown_role.app_error");
    }
    ada.put(&path, json!({"roles": ""})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    bob.get("/audits").await.assert_error(403, PERMISSIONS);
    let mut events = bob.subscribe().await;
    ada.put(&path, json!({"roles": "system_user system_admin"})).await.ok();
    assert_eq!(events.wait_for("user_role_updated").await["data"]["roles"], "system_user system_admin");
    assert_eq!(bob.get("/audits").await.status, 200);
}

#[tokio::test]
async fn pictures_are_generated_uploaded_and_reset() {
    let Fixture { server: _server, bob, eve, .. } = fixture().await;
    let path = format!("/users/{}/image", bob.id);
    let drawn = eve.get(&path).await;
    assert_eq!((drawn.status, drawn.header("content-type"), drawn.header("cache-control")), (200, "image/png", "max-age=300, private"));
    let mut events = bob.subscribe().await;
    bob.upload("/users/me/image", &[("image", Some("me.png"), &drawn.body)]).await.ok();
    assert_ne!(events.wait_for("user_updated").await["data"]["user"]["last_picture_update"], 0);
    let chosen = eve.get(&path).await;
    assert_eq!((chosen.status, chosen.header("content-type")), (200, "image/png"));
    assert_ne!(chosen.header("etag"), drawn.header("etag"));
    eve.upload(&path, &[("image", Some("me.png"), &drawn.body)]).await.assert_error(403, PERMISSIONS);
    bob.upload(&path, &[("image", Some("me.png"), b"no picture")])
        .await
        .assert_error(400, "api.user.upload_profile_user.upload_profile.app_error");
    bob.upload(&path, &[("other", Some("me.png"), &drawn.body)]).await.assert_error(400, "api.user.upload_profile_user.no_file.app_error");
    let two = [("image", Some("a.png"), &drawn.body[..]), ("image", Some("b.png"), &drawn.body[..])];
    bob.upload(&path, &two).await.assert_error(400, "api.user.upload_profile_user.array.app_error");
    eve.delete(&path).await.assert_error(403, PERMISSIONS);
    bob.delete(&path).await.ok();
    let (again, default) = (eve.get(&path).await, eve.get(&format!("{path}/default")).await);
    assert_eq!((again.header("etag"), &again.body), (drawn.header("etag"), &default.body));
}

#[tokio::test]
async fn users_are_counted() {
    let Fixture { ada, bob, eve, .. } = fixture().await;
    ada.put(&format!("/users/{}/active", eve.id), json!({"active": false})).await.ok();
    assert_eq!(bob.get("/users/stats").await.ok()["total_users_count"], 2);
    bob.get("/users/stats/filtered").await.assert_error(403, PERMISSIONS);
    assert_eq!(ada.get("/users/stats/filtered").await.ok()["total_users_count"], 2);
    assert_eq!(ada.get("/users/stats/filtered?include_deleted=true").await.ok()["total_users_count"], 3);
    assert_eq!(ada.get("/users/stats/filtered?roles=system_admin").await.ok()["total_users_count"], 1);
    assert_eq!(ada.get("/limits/server").await.ok()["activeUserCount"], 2);
}
