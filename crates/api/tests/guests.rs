//! The access of guests to teams and channels.

use guildhall_model::Clock;
use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn names(channels: &Value) -> Vec<String> {
    channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap().to_owned()).collect()
}

/// Demotes Eve to a guest.
async fn guest(root: &TestUser, eve: &mut TestUser) {
    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await.ok();
    eve.log_in().await;
}

#[tokio::test]
async fn guests_are_members_only_where_they_were_added() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, bob, mut eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    guest(&root, &mut eve).await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    ada.add_to_team(&team, &eve).await;
    let in_team = format!("/teams/{}", id(&team));
    assert_eq!(eve.get(&format!("{in_team}/members/me")).await.ok()["roles"], "team_guest");
    assert_eq!(eve.get(&format!("/users/me/teams/{}/channels", id(&team))).await.ok(), json!([]));

    let dev = ada.create_channel(&team, "dev", "O").await;
    let refused = (403, PERMISSIONS.to_owned());
    assert_eq!(eve.post(&format!("/channels/{}/members", id(&dev)), json!({"user_id": eve.id})).await.error(), refused);
    assert_eq!(eve.get(&format!("/channels/{}", id(&dev))).await.error(), refused);
    assert_eq!(eve.get(&format!("{in_team}/channels")).await.error(), refused);
    assert_eq!(eve.post(&format!("{in_team}/channels/search"), json!({"term": "dev"})).await.ok(), json!([]));
    assert_eq!(eve.get(&format!("{in_team}/channels/autocomplete?name=dev")).await.ok(), json!([]));
    assert_eq!(eve.post(&format!("{in_team}/channels/ids"), json!([dev["id"]])).await.ok(), json!([]));
    let created = json!({"team_id": team["id"], "name": "mine", "display_name": "Mine", "type": "P"});
    assert_eq!(eve.post("/channels", created).await.error(), refused);
    // She shares no channel with anyone yet, so she neither sees users nor opens direct channels.
    assert_eq!(eve.get(&format!("{in_team}/members")).await.ok(), json!([]));
    assert_eq!(eve.get(&format!("{in_team}/members/{}", ada.id)).await.error().0, 404);
    assert_eq!(eve.post("/channels/direct", json!([eve.id, ada.id])).await.error(), refused);

    ada.add_to_channel(&dev, &eve).await;
    let member = eve.get(&format!("/channels/{}/members/me", id(&dev))).await.ok();
    assert_eq!((&member["roles"], &member["scheme_guest"]), (&json!("channel_guest"), &json!(true)));
    let posts = ada.get(&format!("/channels/{}/posts", id(&dev))).await.ok();
    assert!(posts["posts"].as_object().unwrap().values().any(|post| post["type"] == "system_add_guest_to_chan"));
    assert_eq!(ada.get(&format!("/channels/{}/stats", id(&dev))).await.ok()["guest_count"], 1);
    assert_eq!(names(&eve.post(&format!("{in_team}/channels/search"), json!({"term": "dev"})).await.ok()), ["dev"]);
    assert_eq!(eve.get(&format!("{in_team}/members")).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(eve.post("/channels/direct", json!([eve.id, ada.id])).await.status, 201);
    assert_eq!(eve.post("/channels/direct", json!([eve.id, bob.id])).await.error(), refused);
    assert_eq!(eve.post(&format!("/channels/{}/members", id(&dev)), json!({"user_id": bob.id})).await.error(), refused);
    ada.create_channel(&team, "lab", "O").await;
    let mentioned = eve.create_post(&dev, "~dev and ~lab").await["props"]["channel_mentions"].clone();
    assert_eq!(mentioned.as_object().unwrap().keys().collect::<Vec<_>>(), ["dev"]);
    let lifted = json!({"scheme_user": false, "scheme_guest": true, "scheme_admin": true});
    let admin = ada.put(&format!("/channels/{}/members/{}/schemeRoles", id(&dev), eve.id), lifted).await.error();
    assert_eq!(admin, (400, "api.channel.update_channel_member_roles.guest.app_error".to_owned()));
    // Guests can be removed from the default channel.
    let town = ada.get(&format!("{in_team}/channels/name/town-square")).await.ok();
    ada.add_to_channel(&town, &eve).await;
    ada.delete(&format!("/channels/{}/members/{}", id(&town), eve.id)).await.ok();
    let invite = team["invite_id"].as_str().unwrap();
    let joined = eve.post(&format!("/teams/members/invite?invite_id={invite}"), json!({})).await.error();
    assert_eq!(joined, (403, "api.team.add_user_to_team_from_invite.guest.app_error".to_owned()));
}

#[tokio::test]
async fn a_role_change_to_guest_and_back_applies_to_all_memberships() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, mut eve) = (server.create_user("ada").await, server.create_user("eve").await);
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &eve).await;
    let dev = ada.create_channel(&team, "dev", "O").await;
    ada.add_to_channel(&dev, &eve).await;
    let lobby = ada.create_channel(&team, "lobby", "O").await;
    let mut events = eve.subscribe().await;
    guest(&root, &mut eve).await;
    events.wait_until_closed().await;

    let member = async |eve: &TestUser| eve.get(&format!("/teams/{}/members/me", id(&team))).await.ok()["roles"].clone();
    let in_dev = async |eve: &TestUser| eve.get(&format!("/channels/{}/members/me", id(&dev))).await.ok()["roles"].clone();
    assert_eq!((member(&eve).await, in_dev(&eve).await), (json!("team_guest"), json!("channel_guest")));
    let refused = (403, PERMISSIONS.to_owned());
    assert_eq!(eve.get(&format!("/channels/{}/posts", id(&lobby))).await.error(), refused);
    assert_eq!(eve.post(&format!("/channels/{}/members", id(&lobby)), json!({"user_id": eve.id})).await.error(), refused);
    eve.create_post(&dev, "still here").await;

    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_user"})).await.ok();
    eve.log_in().await;
    assert_eq!((member(&eve).await, in_dev(&eve).await), (json!("team_user"), json!("channel_user")));
    eve.get(&format!("/channels/{}/posts", id(&lobby))).await.ok();
}

#[tokio::test]
async fn guests_receive_no_events_of_users_outside_their_channels() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, bob, mut eve) = (server.create_user("ada").await, server.create_user("bob").await, server.create_user("eve").await);
    guest(&root, &mut eve).await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &bob).await;
    ada.add_to_team(&team, &eve).await;
    let dev = ada.create_channel(&team, "dev", "P").await;
    ada.add_to_channel(&dev, &eve).await;
    let (mut guests, mut members) = (eve.subscribe().await, ada.subscribe().await);
    server.create_user("newcomer").await;
    bob.put("/users/me/patch", json!({"nickname": "hidden"})).await.ok();
    ada.put("/users/me/patch", json!({"nickname": "near"})).await.ok();
    assert_eq!(members.wait_for("new_user").await["event"], "new_user");
    assert_eq!(members.wait_for("user_updated").await["data"]["user"]["nickname"], "hidden");
    let received = guests.received_events();
    assert!(received.iter().all(|event| event["event"] != "new_user"), "{received:?}");
    let updated: Vec<&Value> = received.iter().filter(|event| event["event"] == "user_updated").collect();
    assert_eq!(updated.iter().map(|event| &event["data"]["user"]["nickname"]).collect::<Vec<_>>(), ["near"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn memberships_match_the_account_after_a_concurrent_role_change() {
    let server = TestServer::start().await;
    let (root, eve) = (server.create_user("root").await, server.create_user("eve").await);
    let team = root.create_team("one").await;
    root.add_to_team(&team, &eve).await;
    let mut channels = Vec::new();
    for name in ["a0", "b1", "c2", "d3", "e4", "f5"] {
        channels.push(root.create_channel(&team, name, "O").await);
    }
    let role = async |name: &str| root.put(&format!("/users/{}/roles", eve.id), json!({ "roles": name })).await.status;
    let join = async |channel: &Value| {
        root.post(&format!("/channels/{}/members", id(channel)), json!({"user_id": eve.id})).await;
    };
    let _ = tokio::join!(
        async {
            for name in ["system_guest", "system_user", "system_guest", "system_user", "system_guest"] {
                role(name).await;
            }
        },
        async {
            role("system_user").await;
            role("system_guest").await;
        },
        async {
            for channel in &channels {
                join(channel).await;
            }
        },
    );
    let account = root.get(&format!("/users/{}", eve.id)).await.ok();
    let is_guest = account["roles"].as_str().unwrap().contains("system_guest");
    let mut members = vec![root.get(&format!("/teams/{}/members/{}", id(&team), eve.id)).await.ok()];
    for channel in &channels {
        let member = root.get(&format!("/channels/{}/members/{}", id(channel), eve.id)).await;
        members.extend((member.status == 200).then(|| member.ok()));
    }
    assert!(members.len() > 1 && members.iter().all(|member| member["scheme_guest"] == is_guest), "{account} {members:?}");
}

const HOUR_MS: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn a_member_is_demoted_and_promoted() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, mut eve) = (server.create_user("ada").await, server.create_user("eve").await);
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &eve).await;
    let (demote, promote) = (format!("/users/{}/demote", eve.id), format!("/users/{}/promote", eve.id));
    ada.post(&demote, json!({})).await.assert_error(403, PERMISSIONS);
    root.post(&promote, json!({})).await.assert_error(501, "api.user.promote_guest_to_user.no_guest.app_error");
    root.post(&demote, json!({})).await.ok();
    root.post(&demote, json!({})).await.assert_error(501, "api.user.demote_user_to_guest.already_guest.app_error");
    eve.log_in().await;
    assert_eq!(eve.get("/users/me").await.ok()["roles"], "system_guest");
    assert_eq!(eve.get(&format!("/teams/{}/members/me", id(&team))).await.ok()["roles"], "team_guest");

    for counted in ["posts", "storage", "teams"] {
        eve.get(&format!("/usage/{counted}")).await.assert_error(403, PERMISSIONS);
        ada.get(&format!("/usage/{counted}")).await.ok();
    }

    let town = ada.get(&format!("/teams/{}/channels/name/town-square", id(&team))).await.ok();
    ada.delete(&format!("/channels/{}/members/{}", id(&town), eve.id)).await.ok();
    root.post(&promote, json!({})).await.ok();
    eve.log_in().await;
    assert_eq!(eve.get("/users/me").await.ok()["roles"], "system_user");
    assert_eq!(eve.get(&format!("/channels/{}/members/me", id(&town))).await.ok()["roles"], "channel_user", "members are in it");

    root.post(&format!("/users/{}/demote", root.id), json!({})).await.assert_error(400, "app.user.update_active.last_admin.app_error");
    root.put("/config/patch", json!({"GuestAccountsSettings": {"Enable": false}})).await.ok();
    root.post(&demote, json!({})).await.assert_error(403, "api.team.demote_user_to_guest.disabled.error");
    let by_role = root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await;
    by_role.assert_error(403, "api.team.demote_user_to_guest.disabled.error");
}

#[tokio::test]
async fn the_access_of_a_guest_ends_when_it_was_set_to() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (mut eve, mut fay) = (server.create_user("eve").await, server.create_user("fay").await);
    let expiry = |user: &TestUser| format!("/users/{}/guest_expiry", user.id);
    let in_an_hour = json!({"expires_at": server.clock.now().0 + HOUR_MS});
    root.put(&expiry(&eve), in_an_hour.clone()).await.assert_error(400, "api.user.update_guest_expiry.no_guest.app_error");
    guest(&root, &mut eve).await;
    guest(&root, &mut fay).await;
    eve.put(&expiry(&eve), json!({"expires_at": 0})).await.assert_error(403, PERMISSIONS);
    let past = json!({"expires_at": server.clock.now().0 - 1});
    root.put(&expiry(&eve), past).await.assert_error(400, "api.team.create_invitation.expiry.app_error");
    for user in [&eve, &fay] {
        root.put(&expiry(user), in_an_hour.clone()).await.ok();
        assert_eq!(user.get(&expiry(user)).await.ok(), in_an_hour);
    }
    eve.get(&expiry(&fay)).await.assert_error(403, PERMISSIONS);
    root.put(&expiry(&fay), json!({"expires_at": 0})).await.ok();

    let mut events = eve.subscribe().await;
    server.clock.advance_ms(HOUR_MS);
    server.app().services.run_due_jobs().await.unwrap();
    events.wait_until_closed().await;
    eve.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    fay.get("/users/me").await.ok();
    let login = json!({"login_id": "eve", "password": PASSWORD});
    server.anonymous().post("/users/login", login).await.assert_error(401, "api.user.login.inactive.app_error");

    // Whoever is activated again has no end any more, and neither has a member.
    root.put(&format!("/users/{}/active", eve.id), json!({"active": true})).await.ok();
    assert_eq!(root.get(&expiry(&eve)).await.ok(), json!({"expires_at": 0}));
    root.put(&expiry(&fay), json!({"expires_at": server.clock.now().0 + HOUR_MS})).await.ok();
    root.post(&format!("/users/{}/promote", fay.id), json!({})).await.ok();
    server.clock.advance_ms(2 * HOUR_MS);
    server.app().services.run_due_jobs().await.unwrap();
    fay.log_in().await;
}

#[tokio::test]
async fn offboarding_ends_everything_at_once() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ada, eve) = (server.create_user("ada").await, server.create_user("eve").await);
    let (one, two) = (ada.create_team("one").await, ada.create_team("two").await);
    for team in [&one, &two] {
        ada.add_to_team(team, &eve).await;
    }
    let dev = ada.create_channel(&one, "dev", "P").await;
    ada.add_to_channel(&dev, &eve).await;
    eve.create_post(&dev, "what I wrote stays").await;
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
    eve.post(&format!("/teams/{}/invitations", id(&one)), json!({})).await.ok();
    ada.delete(&format!("/teams/{}", id(&two))).await.ok();
    let mut events = eve.subscribe().await;
    let offboard = format!("/users/{}/offboard", eve.id);
    ada.post(&offboard, json!({})).await.assert_error(403, PERMISSIONS);
    root.post(&format!("/users/{}/offboard", root.id), json!({})).await.assert_error(401, "api.user.update_active.not_enable.app_error");
    root.post(&offboard, json!({})).await.ok();
    events.wait_until_closed().await;
    eve.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    for sql in [
        "SELECT COUNT(*) FROM invitations",
        "SELECT COUNT(*) FROM team_members m JOIN users u ON u.id = m.user_id WHERE u.username = 'eve' AND m.delete_at = 0",
        "SELECT COUNT(*) FROM channel_members m JOIN users u ON u.id = m.user_id WHERE u.username = 'eve'",
        "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.username = 'eve'",
    ] {
        assert_eq!(server.count(sql).await, 0, "{sql}");
    }
    let posts = ada.get(&format!("/channels/{}/posts", id(&dev))).await.ok();
    assert!(posts["posts"].as_object().unwrap().values().any(|post| post["message"] == "what I wrote stays"));
    root.post(&offboard, json!({})).await.ok();
    let audits = root.get("/audits?per_page=200").await.ok();
    let offboarded = audits.as_array().unwrap().iter().filter(|audit| audit["action"] == "users.offboard").count();
    assert_eq!(offboarded, 2);
}
