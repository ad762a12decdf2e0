//! Accounts: made, found, shown, changed and closed, by whom it is allowed and nobody else.

use guildhall_testkit::{PASSWORD, Person, TestServer};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

struct World {
    server: TestServer,
    /// Administrator of the server.
    ada: Person,
    bob: Person,
    eve: Person,
}

async fn world() -> World {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let bob = server.person("bob").await;
    let eve = server.person("eve").await;
    World { server, ada, bob, eve }
}

fn account(username: &str) -> Value {
    json!({"username": username, "email": format!("{username}@example.com"), "password": PASSWORD})
}

fn usernames(users: &Value) -> Vec<&str> {
    users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

/// Somebody who sees only whom they share a channel with.
async fn guest(world: &World) -> Person {
    let gus = world.server.person("gus").await;
    world.ada.put(&format!("/users/{}/roles", gus.id), json!({"roles": "system_guest"})).await.ok();
    gus
}

#[tokio::test]
async fn the_first_account_runs_the_server_and_the_next_does_not() {
    let World { ada, bob, .. } = world().await;
    assert_eq!(ada.get("/users/me").await.ok()["roles"], "system_user system_admin");
    let me = bob.get("/users/me").await.ok();
    assert_eq!((me["roles"].as_str().unwrap(), me["email"].as_str().unwrap()), ("system_user", "bob@example.com"));
    assert_eq!(me["notify_props"]["desktop"], "mention");
    assert!(me.get("password").is_none() && me["auth_data"] == "");
}

#[tokio::test]
async fn of_many_firsts_one_becomes_administrator() {
    let server = TestServer::start().await;
    let names: Vec<_> = (0..8).map(|n| format!("first{n}")).collect();
    let nobody = server.nobody();
    let made = futures::future::join_all(names.iter().map(|name| nobody.post("/users", account(name)))).await;
    let admins = made.iter().filter(|answer| answer.ok()["roles"].as_str().unwrap().contains("system_admin")).count();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn a_closed_server_takes_its_first_account_and_then_only_invited_ones() {
    let server = TestServer::start_with(|settings| settings.signup.open = false).await;
    let ada = server.person("ada").await;
    server.nobody().post("/users", account("bob")).await.refused(403, "api.user.create_user.no_open_server");
    let team = ada.team("builders").await;
    let invite = team["invite_id"].as_str().unwrap();
    server.nobody().post(&format!("/users?iid={}", "y".repeat(26)), account("bob")).await.error();
    let bob = server.nobody().post(&format!("/users?iid={invite}"), account("bob")).await;
    assert_eq!(bob.status, 201);
    let members = ada.get(&format!("/teams/{}/members", team["id"].as_str().unwrap())).await.ok();
    assert!(members.as_array().unwrap().iter().any(|member| member["user_id"] == bob.json()["id"]));
    assert_eq!(ada.post("/users", account("carl")).await.status, 201);
}

#[tokio::test]
async fn accounts_that_break_a_rule_are_refused_by_its_name() {
    let world = world().await;
    let nobody = world.server.nobody();
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
        (with("nickname", json!("z\u{0}e")), "app.storage.invalid_text.app_error"),
    ] {
        nobody.post("/users", account).await.refused(400, id);
    }
    assert_eq!(nobody.post("/users", with("roles", json!("system_admin"))).await.ok()["roles"], "system_user");
}

#[tokio::test]
async fn settings_that_are_emptied_are_as_on_the_first_day() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let first = ada.get("/users/me").await.ok();
    ada.put("/users/me/patch", json!({"notify_props": {"desktop": "none"}, "timezone": {"manualTimezone": "Europe/Prague"}})).await.ok();
    let emptied = ada.put("/users/me/patch", json!({"notify_props": {}, "timezone": {}})).await.ok();
    assert_eq!((&emptied["notify_props"], &emptied["timezone"]), (&first["notify_props"], &first["timezone"]));
}

#[tokio::test]
async fn addresses_of_other_domains_are_refused_where_domains_are_named() {
    let server = TestServer::start_with(|settings| settings.signup.allowed_domains = "example.com".to_owned()).await;
    let ada = server.person("ada").await;
    let other = json!({"username": "bob", "email": "bob@example.org", "password": PASSWORD});
    server.nobody().post("/users", other.clone()).await.refused(400, "api.user.create_user.accepted_domain.app_error");
    assert_eq!(ada.post("/users", other).await.status, 201);
    ada.get("/users/invalid_emails").await.refused(400, "api.users.invalid_emails.enable_open_server.app_error");
    let patch = json!({"email": "ada@example.org", "password": PASSWORD});
    ada.put("/users/me/patch", patch).await.refused(400, "api.user.create_user.accepted_domain.app_error");
}

#[tokio::test]
async fn a_closed_server_knows_whose_address_would_not_be_taken() {
    let server = TestServer::start_with(|settings| {
        settings.signup.open = false;
        settings.signup.allowed_domains = "example.com".to_owned();
    })
    .await;
    let ada = server.person("ada").await;
    let other = json!({"username": "bob", "email": "bob@example.org", "password": PASSWORD});
    ada.post("/users", other).await.ok();
    assert_eq!(usernames(&ada.get("/users/invalid_emails").await.ok()), ["bob"]);
}

#[tokio::test]
async fn others_see_the_public_part_and_administrators_all() {
    let World { ada, bob, eve, .. } = world().await;
    for path in [format!("/users/{}", bob.id), "/users/username/bob".to_owned(), "/users/email/bob@example.com".to_owned()] {
        let seen = eve.get(&path).await.ok();
        assert_eq!((seen["username"].as_str(), seen["email"].as_str()), (Some("bob"), Some("bob@example.com")), "{path}");
        for hidden in ["notify_props", "last_password_update", "failed_attempts", "password", "email_verified"] {
            assert!(seen.get(hidden).is_none(), "{path} shows {hidden}");
        }
        assert!(ada.get(&path).await.ok().get("notify_props").is_some());
        assert!(bob.get(&path).await.ok().get("notify_props").is_some());
    }
    bob.get(&format!("/users/{}", "y".repeat(26))).await.refused(404, "app.user.missing_account.const");
    bob.get("/users/not-an-id").await.refused(400, "api.context.invalid_url_param.app_error");
    assert_eq!(bob.get("/users/username/nobody").await.status, 404);
    assert_eq!(bob.get("/users/email/nobody@example.com").await.status, 404);
}

#[tokio::test]
async fn an_unchanged_account_is_not_sent_again() {
    let World { bob, eve, .. } = world().await;
    let path = format!("/users/{}", bob.id);
    let tag = eve.get(&path).await.header("etag").to_owned();
    let ask = async |who: &Person, tag: &str| {
        let request = http::Request::get(format!("/api/v4{path}")).header("if-none-match", tag).body(axum::body::Body::empty());
        who.send(request.unwrap()).await
    };
    let again = ask(&eve, &tag).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(ask(&bob, &tag).await.status, 200, "the owner sees more than others do");
    bob.put("/users/me/patch", json!({"nickname": "Bobby"})).await.ok();
    assert_eq!(ask(&eve, &tag).await.json()["nickname"], "Bobby");
}

#[tokio::test]
async fn guests_see_only_whom_they_share_a_channel_with() {
    let world = world().await;
    let gus = guest(&world).await;
    let team = world.bob.team("builders").await;
    world.bob.bring_to_team(&team, &world.eve).await;
    let known = |who: &Value| usernames(who).into_iter().map(str::to_owned).collect::<Vec<_>>();
    gus.get(&format!("/users/{}", world.bob.id)).await.refused(403, PERMISSIONS);
    gus.get(&format!("/users/{}", "y".repeat(26))).await.refused(403, PERMISSIONS);
    assert_eq!(gus.get("/users/username/bob").await.error(), gus.get("/users/username/nobody").await.error());
    gus.get(&format!("/users/{}/image", world.bob.id)).await.refused(403, PERMISSIONS);
    assert_eq!(known(&gus.get("/users").await.ok()), ["gus"]);
    assert_eq!(known(&gus.post("/users/search", json!({"term": "bo"})).await.ok()), Vec::<String>::new());
    assert_eq!(known(&gus.post("/users/ids", json!([world.bob.id, gus.id])).await.ok()), ["gus"]);
    assert_eq!(known(&gus.post("/users/usernames", json!(["bob", "gus"])).await.ok()), ["gus"]);
    assert_eq!(gus.get("/users/stats").await.ok()["total_users_count"], 1);
    assert_eq!(gus.post("/users/status/ids", json!([world.bob.id, gus.id])).await.ok().as_array().unwrap().len(), 1);
    world.bob.post("/channels/direct", json!([world.bob.id, gus.id])).await.ok();
    assert_eq!(gus.get(&format!("/users/{}", world.bob.id)).await.ok()["username"], "bob");
    assert_eq!(known(&gus.get("/users").await.ok()), ["bob", "gus"]);
    assert_eq!(gus.get("/users/known").await.ok(), json!([world.bob.id]));
    gus.get(&format!("/users/{}", world.eve.id)).await.refused(403, PERMISSIONS);
}

#[tokio::test]
async fn lists_are_filtered_and_need_a_place_that_one_may_see() {
    let World { ada, bob, eve, .. } = world().await;
    let team = bob.team("builders").await;
    bob.bring_to_team(&team, &ada).await;
    let secret = bob.channel(&team, "secret", "P").await;
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
    bob.get("/users?without_team=true").await.refused(403, PERMISSIONS);
    for hidden in
        [format!("in_team={team}"), format!("not_in_team={team}"), format!("in_channel={secret}"), format!("not_in_channel={secret}")]
    {
        eve.get(&format!("/users?{hidden}")).await.refused(403, PERMISSIONS);
    }
    bob.get("/users?sort=password").await.refused(400, "api.context.invalid_url_param.app_error");
    bob.get("/users?in_team=nonsense").await.refused(400, "api.context.invalid_url_param.app_error");
}

#[tokio::test]
async fn people_are_searched_and_completed() {
    let World { ada, bob, eve, .. } = world().await;
    let team = bob.team("builders").await;
    bob.bring_to_team(&team, &ada).await;
    let dev = bob.channel(&team, "dev", "O").await;
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
        bob.post("/users/search", bad).await.refused(400, "api.context.invalid_body_param.app_error");
    }
    let many = json!({"term": "a", "roles": vec!["system_user"; 21]});
    bob.post("/users/search", many).await.refused(400, "api.context.invalid_body_param.app_error");
    eve.post("/users/search", json!({"term": "a", "team_id": team})).await.refused(403, PERMISSIONS);
    let found = bob.get(&format!("/users/autocomplete?in_team={team}&in_channel={dev}&name=")).await.ok();
    assert_eq!((usernames(&found["users"]), usernames(&found["out_of_channel"])), (vec!["bob"], vec!["ada"]));
    let found = bob.get(&format!("/users/autocomplete?in_channel={dev}&name=ad")).await.ok();
    assert_eq!((usernames(&found["users"]), usernames(&found["out_of_channel"])), (vec![], vec!["ada"]));
    let found = bob.get(&format!("/users/autocomplete?in_team={team}&name=ad")).await.ok();
    assert_eq!((usernames(&found["users"]), found.get("out_of_channel")), (vec!["ada"], None));
    eve.get(&format!("/users/autocomplete?in_channel={dev}&name=a")).await.refused(403, PERMISSIONS);
}

#[tokio::test]
async fn bulk_look_ups_are_bounded_and_leave_out_whom_there_is_not() {
    let World { bob, eve, .. } = world().await;
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
        bob.post(path, body).await.refused(400, "api.context.invalid_body_param.app_error");
    }
    let group = eve.post("/channels/group", json!([bob.id, eve.id, bob.id])).await;
    if group.status == 201 {
        let id = group.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(usernames(&bob.post("/users/group_channels", json!([id])).await.ok()[&id]), ["eve"]);
    }
}

#[tokio::test]
async fn people_change_their_own_profile_and_hear_of_it() {
    let World { bob, eve, .. } = world().await;
    let (mut own, mut others) = (bob.listen().await, eve.listen().await);
    let patched = bob.put("/users/me/patch", json!({"nickname": "Bobby", "position": "builder", "props": {"a": "b"}})).await.ok();
    assert_eq!((patched["nickname"].as_str(), patched["position"].as_str()), (Some("Bobby"), Some("builder")));
    assert!(own.next("user_updated").await["data"]["user"].get("notify_props").is_some());
    let seen = others.next("user_updated").await;
    assert_eq!(seen["data"]["user"]["nickname"], "Bobby");
    assert!(seen["data"]["user"].get("notify_props").is_none());
    eve.put(&format!("/users/{}/patch", bob.id), json!({"nickname": "Evil"})).await.refused(403, PERMISSIONS);
    bob.put("/users/me/patch", json!({"username": "eve"})).await.refused(400, "app.user.save.username_exists.app_error");
    let whole = json!({"id": bob.id, "username": "bobby", "email": "bob@example.com", "nickname": "B"});
    let updated = bob.put(&format!("/users/{}", bob.id), whole).await.ok();
    assert_eq!((updated["username"].as_str(), updated["position"].as_str()), (Some("bobby"), Some("")));
    bob.put("/users/me", json!({"id": eve.id, "username": "x"})).await.refused(400, "api.context.invalid_body_param.app_error");
}

#[tokio::test]
async fn another_address_takes_the_password() {
    let World { ada, bob, .. } = world().await;
    let path = format!("/users/{}/patch", bob.id);
    bob.put(&path, json!({"email": "new@example.com"})).await.refused(400, "api.context.invalid_body_param.app_error");
    let wrong = json!({"email": "new@example.com", "password": "wrong"});
    bob.put(&path, wrong).await.refused(400, "api.user.update_password.incorrect.app_error");
    assert_eq!(bob.put(&path, json!({"email": "New@example.com", "password": PASSWORD})).await.ok()["email"], "new@example.com");
    assert_eq!(ada.put(&path, json!({"email": "newer@example.com"})).await.ok()["email"], "newer@example.com");
    let verified = ada.post(&format!("/users/{}/email/verify/member", bob.id), json!({})).await.ok();
    assert_eq!(verified["email_verified"], true);
    bob.post("/users/me/email/verify/member", json!({})).await.refused(403, PERMISSIONS);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_at_once() {
    let World { server, bob, eve, ada } = world().await;
    let mut second = bob.clone();
    second.log_in().await;
    let mut ears = second.listen().await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let path = format!("/users/{}/password", bob.id);
    bob.put(&path, change("bad", "long enough")).await.refused(400, "api.user.update_password.incorrect.app_error");
    bob.put(&path, change(PASSWORD, "x")).await.refused(400, "api.user.check_user_password.invalid.app_error");
    eve.put(&path, change(PASSWORD, "long enough")).await.refused(403, "api.user.update_password.context.app_error");
    bob.put(&path, change(PASSWORD, "long enough")).await.ok();
    ears.closed().await;
    assert_eq!(second.get("/users/me").await.status, 401);
    assert_eq!(bob.get("/users/me").await.status, 200);
    let log_in = async |password: &str| server.nobody().post("/users/login", json!({"login_id": "bob", "password": password})).await;
    assert_eq!(log_in(PASSWORD).await.status, 401);
    assert_eq!(log_in("long enough").await.status, 200);
    ada.put(&path, change("", "set by ada")).await.ok();
    assert_eq!(bob.get("/users/me").await.status, 401);
    assert_eq!(log_in("set by ada").await.status, 200);
}

#[tokio::test]
async fn deactivated_people_are_out_at_once_and_can_come_back() {
    let World { server, ada, bob, eve } = world().await;
    let path = format!("/users/{}/active", eve.id);
    bob.put(&path, json!({"active": false})).await.refused(403, "api.user.update_active.permissions.app_error");
    bob.put("/users/me/active", json!({"active": false})).await.refused(401, "api.user.update_active.not_enable.app_error");
    ada.put(&path, json!({})).await.refused(400, "api.context.invalid_body_param.app_error");
    let mut ears = eve.listen().await;
    ada.put(&path, json!({"active": false})).await.ok();
    ears.closed().await;
    assert_eq!(eve.get("/users/me").await.status, 401);
    let login = json!({"login_id": "eve", "password": PASSWORD});
    server.nobody().post("/users/login", login.clone()).await.refused(401, "api.user.login.inactive.app_error");
    assert_eq!(usernames(&bob.get("/users?active=true").await.ok()), ["ada", "bob"]);
    assert_ne!(bob.get(&format!("/users/{}", eve.id)).await.ok()["delete_at"], 0);
    ada.put(&path, json!({"active": true})).await.ok();
    assert_eq!(eve.get("/users/me").await.status, 401, "sessions do not come back");
    assert_eq!(server.nobody().post("/users/login", login).await.status, 200);
    bob.delete(&format!("/users/{}", eve.id)).await.refused(403, PERMISSIONS);
    ada.delete(&format!("/users/{}", eve.id)).await.ok();
    assert_ne!(ada.get(&format!("/users/{}", eve.id)).await.ok()["delete_at"], 0);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let World { ada, bob, .. } = world().await;
    let last = "app.user.update_active.last_admin.app_error";
    ada.put("/users/me/active", json!({"active": false})).await.refused(400, last);
    ada.put("/users/me/roles", json!({"roles": "system_user"})).await.refused(400, last);
    ada.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_admin"})).await.ok();
    ada.put("/users/me/roles", json!({"roles": "system_user"})).await.ok();
    ada.get("/audits").await.refused(403, PERMISSIONS);
}

#[tokio::test]
async fn roles_are_given_by_administrators_and_count_at_once() {
    let World { ada, bob, eve, .. } = world().await;
    let path = format!("/users/{}/roles", bob.id);
    eve.put(&path, json!({"roles": "system_user"})).await.refused(403, PERMISSIONS);
    bob.put(&path, json!({"roles": "system_user system_admin"})).await.refused(403, PERMISSIONS);
    for bad in ["no_such_role", "system_user team_admin", "channel_admin"] {
        ada.put(&path, json!({"roles": bad})).await.refused(400, "api.user.update_user_roles.unknown_role.app_error");
    }
    ada.put(&path, json!({"roles": ""})).await.refused(400, "api.context.invalid_body_param.app_error");
    bob.get("/audits").await.refused(403, PERMISSIONS);
    let mut ears = bob.listen().await;
    ada.put(&path, json!({"roles": "system_user system_admin"})).await.ok();
    assert_eq!(ears.next("user_role_updated").await["data"]["roles"], "system_user system_admin");
    assert_eq!(bob.get("/audits").await.status, 200);
}

#[tokio::test]
async fn pictures_are_drawn_chosen_and_taken_back() {
    let World { server: _server, bob, eve, .. } = world().await;
    let path = format!("/users/{}/image", bob.id);
    let drawn = eve.get(&path).await;
    assert_eq!((drawn.status, drawn.header("content-type"), drawn.header("cache-control")), (200, "image/png", "max-age=300, private"));
    let mut ears = bob.listen().await;
    bob.upload("/users/me/image", &[("image", Some("me.png"), &drawn.body)]).await.ok();
    assert_ne!(ears.next("user_updated").await["data"]["user"]["last_picture_update"], 0);
    let chosen = eve.get(&path).await;
    assert_eq!((chosen.status, chosen.header("content-type")), (200, "image/png"));
    assert_ne!(chosen.header("etag"), drawn.header("etag"));
    eve.upload(&path, &[("image", Some("me.png"), &drawn.body)]).await.refused(403, PERMISSIONS);
    bob.upload(&path, &[("image", Some("me.png"), b"no picture")])
        .await
        .refused(400, "api.user.upload_profile_user.upload_profile.app_error");
    bob.upload(&path, &[("other", Some("me.png"), &drawn.body)]).await.refused(400, "api.user.upload_profile_user.no_file.app_error");
    let two = [("image", Some("a.png"), &drawn.body[..]), ("image", Some("b.png"), &drawn.body[..])];
    bob.upload(&path, &two).await.refused(400, "api.user.upload_profile_user.array.app_error");
    eve.delete(&path).await.refused(403, PERMISSIONS);
    bob.delete(&path).await.ok();
    let (again, default) = (eve.get(&path).await, eve.get(&format!("{path}/default")).await);
    assert_eq!((again.header("etag"), &again.body), (drawn.header("etag"), &default.body));
}

#[tokio::test]
async fn figures_are_counted() {
    let World { ada, bob, eve, .. } = world().await;
    ada.put(&format!("/users/{}/active", eve.id), json!({"active": false})).await.ok();
    assert_eq!(bob.get("/users/stats").await.ok()["total_users_count"], 2);
    bob.get("/users/stats/filtered").await.refused(403, PERMISSIONS);
    assert_eq!(ada.get("/users/stats/filtered").await.ok()["total_users_count"], 2);
    assert_eq!(ada.get("/users/stats/filtered?include_deleted=true").await.ok()["total_users_count"], 3);
    assert_eq!(ada.get("/users/stats/filtered?roles=system_admin").await.ok()["total_users_count"], 1);
    assert_eq!(ada.get("/limits/server").await.ok()["activeUserCount"], 2);
}
