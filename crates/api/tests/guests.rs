//! What guests may do in teams and channels, through the router.

use guildhall_testkit::{Person, TestServer};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn names(channels: &Value) -> Vec<String> {
    channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap().to_owned()).collect()
}

/// Eve becomes a guest: her account is one from here on, and so is whatever she comes into.
async fn guest(root: &Person, eve: &mut Person) {
    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await.ok();
    eve.log_in().await;
}

#[tokio::test]
async fn guests_are_only_where_somebody_put_them() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    let (ada, bob, mut eve) = (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    guest(&root, &mut eve).await;
    let team = ada.team("one").await;
    ada.bring_to_team(&team, &bob).await;
    ada.bring_to_team(&team, &eve).await;
    let in_team = format!("/teams/{}", id(&team));
    assert_eq!(eve.get(&format!("{in_team}/members/me")).await.ok()["roles"], "team_guest");
    assert_eq!(eve.get(&format!("/users/me/teams/{}/channels", id(&team))).await.ok(), json!([]));

    let dev = ada.channel(&team, "dev", "O").await;
    let refused = (403, PERMISSIONS.to_owned());
    assert_eq!(eve.post(&format!("/channels/{}/members", id(&dev)), json!({"user_id": eve.id})).await.error(), refused);
    assert_eq!(eve.get(&format!("/channels/{}", id(&dev))).await.error(), refused);
    assert_eq!(eve.get(&format!("{in_team}/channels")).await.error(), refused);
    assert_eq!(eve.post(&format!("{in_team}/channels/search"), json!({"term": "dev"})).await.ok(), json!([]));
    assert_eq!(eve.get(&format!("{in_team}/channels/autocomplete?name=dev")).await.ok(), json!([]));
    assert_eq!(eve.post(&format!("{in_team}/channels/ids"), json!([dev["id"]])).await.ok(), json!([]));
    let created = json!({"team_id": team["id"], "name": "mine", "display_name": "Mine", "type": "P"});
    assert_eq!(eve.post("/channels", created).await.error(), refused);
    // She sees nobody yet, and talks to nobody.
    assert_eq!(eve.get(&format!("{in_team}/members")).await.ok(), json!([]));
    assert_eq!(eve.get(&format!("{in_team}/members/{}", ada.id)).await.error().0, 404);
    assert_eq!(eve.post("/channels/direct", json!([eve.id, ada.id])).await.error(), refused);

    ada.bring_to_channel(&dev, &eve).await;
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
    let lifted = json!({"scheme_user": false, "scheme_guest": true, "scheme_admin": true});
    let admin = ada.put(&format!("/channels/{}/members/{}/schemeRoles", id(&dev), eve.id), lifted).await.error();
    assert_eq!(admin, (400, "api.channel.update_channel_member_roles.guest.app_error".to_owned()));
    // Guests may be taken out of the default channel.
    let town = ada.get(&format!("{in_team}/channels/name/town-square")).await.ok();
    ada.bring_to_channel(&town, &eve).await;
    ada.delete(&format!("/channels/{}/members/{}", id(&town), eve.id)).await.ok();
    let invite = team["invite_id"].as_str().unwrap();
    let joined = eve.post(&format!("/teams/members/invite?invite_id={invite}"), json!({})).await.error();
    assert_eq!(joined, (403, "api.team.add_user_to_team_from_invite.guest.app_error".to_owned()));
}

#[tokio::test]
async fn who_becomes_a_guest_is_one_everywhere_at_once_and_back() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    let (ada, mut eve) = (server.person("ada").await, server.person("eve").await);
    let team = ada.team("one").await;
    ada.bring_to_team(&team, &eve).await;
    let dev = ada.channel(&team, "dev", "O").await;
    ada.bring_to_channel(&dev, &eve).await;
    let hall = ada.channel(&team, "hall", "O").await;
    let mut ears = eve.listen().await;
    guest(&root, &mut eve).await;
    ears.closed().await;

    let member = async |eve: &Person| eve.get(&format!("/teams/{}/members/me", id(&team))).await.ok()["roles"].clone();
    let in_dev = async |eve: &Person| eve.get(&format!("/channels/{}/members/me", id(&dev))).await.ok()["roles"].clone();
    assert_eq!((member(&eve).await, in_dev(&eve).await), (json!("team_guest"), json!("channel_guest")));
    let refused = (403, PERMISSIONS.to_owned());
    assert_eq!(eve.get(&format!("/channels/{}/posts", id(&hall))).await.error(), refused);
    assert_eq!(eve.post(&format!("/channels/{}/members", id(&hall)), json!({"user_id": eve.id})).await.error(), refused);
    eve.say(&dev, "still here").await;

    root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_user"})).await.ok();
    eve.log_in().await;
    assert_eq!((member(&eve).await, in_dev(&eve).await), (json!("team_user"), json!("channel_user")));
    eve.get(&format!("/channels/{}/posts", id(&hall))).await.ok();
}

#[tokio::test]
async fn guests_hear_of_nobody_whom_they_do_not_meet() {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    let (ada, bob, mut eve) = (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    guest(&root, &mut eve).await;
    let team = ada.team("one").await;
    ada.bring_to_team(&team, &bob).await;
    ada.bring_to_team(&team, &eve).await;
    let dev = ada.channel(&team, "dev", "P").await;
    ada.bring_to_channel(&dev, &eve).await;
    let (mut guests, mut members) = (eve.listen().await, ada.listen().await);
    server.person("newcomer").await;
    bob.put("/users/me/patch", json!({"nickname": "hidden"})).await.ok();
    ada.put("/users/me/patch", json!({"nickname": "near"})).await.ok();
    assert_eq!(members.next("new_user").await["event"], "new_user");
    assert_eq!(members.next("user_updated").await["data"]["user"]["nickname"], "hidden");
    let heard = guests.so_far();
    assert!(heard.iter().all(|event| event["event"] != "new_user"), "{heard:?}");
    let updated: Vec<&Value> = heard.iter().filter(|event| event["event"] == "user_updated").collect();
    assert_eq!(updated.iter().map(|event| &event["data"]["user"]["nickname"]).collect::<Vec<_>>(), ["near"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_in_while_their_role_changes_is_what_their_account_is() {
    let server = TestServer::start().await;
    let (root, eve) = (server.person("root").await, server.person("eve").await);
    let team = root.team("one").await;
    root.bring_to_team(&team, &eve).await;
    let mut channels = Vec::new();
    for name in ["a0", "b1", "c2", "d3", "e4", "f5"] {
        channels.push(root.channel(&team, name, "O").await);
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
