//! Lists of channels and memberships as clients load them: the switcher's search, and all memberships at once.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

fn names(channels: &Value) -> Vec<&str> {
    channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap()).collect()
}

async fn switch_to(person: &TestUser, term: &str) -> Value {
    person.post("/channels/search?system_console=false", json!({"term": term})).await.ok()
}

#[tokio::test]
async fn the_switcher_finds_public_channels_of_all_teams_and_own_private_ones() {
    let server = TestServer::start().await;
    let (root, ada, bob) = (server.create_user("root").await, server.create_user("ada").await, server.create_user("bob").await);
    let mut guest = server.create_user("guest").await;
    root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
    guest.log_in().await;
    let (crew, office, other) = (ada.create_team("crew").await, ada.create_team("office").await, ada.create_team("other").await);
    for team in [&crew, &office] {
        ada.add_to_team(team, &bob).await;
    }
    ada.add_to_team(&crew, &guest).await;
    let with_purpose = json!({"team_id": crew["id"], "name": "alpha", "display_name": "Alpha", "type": "O", "purpose": "film of the year"});
    ada.post("/channels", with_purpose).await.ok();
    let in_crew = ada.create_channel(&crew, "new-film", "O").await;
    ada.create_channel(&office, "film", "O").await;
    let secret = ada.create_channel(&crew, "film-secret", "P").await;
    ada.create_channel(&crew, "film-of-others", "P").await;
    ada.create_channel(&other, "film-elsewhere", "O").await;
    ada.add_to_channel(&secret, &bob).await;
    ada.add_to_channel(&in_crew, &guest).await;
    let archived = ada.create_channel(&crew, "film-of-then", "O").await;
    ada.delete(&format!("/channels/{}", archived["id"].as_str().unwrap())).await.ok();

    // Names that begin with the term, then those with it, then purposes.
    let found = switch_to(&bob, "FILM").await;
    assert_eq!(names(&found), ["film", "film-secret", "new-film", "alpha"]);
    assert_eq!((&found[0]["team_name"], &found[0]["team_display_name"]), (&json!("office"), &office["display_name"]));
    assert_eq!(names(&switch_to(&guest, "film").await), ["new-film"]);
    assert_eq!(names(&switch_to(&root, "film").await), Vec::<&str>::new());
    let in_team = format!("/teams/{}/channels", crew["id"].as_str().unwrap());
    assert_eq!(names(&bob.get(&format!("{in_team}/autocomplete?name=film")).await.ok()), ["film-secret", "new-film", "alpha"]);
    // Who may list no channels of a team sees only their own.
    bob.delete(&format!("/teams/{}/members/{}", office["id"].as_str().unwrap(), bob.id)).await.ok();
    assert_eq!(names(&switch_to(&bob, "film").await), ["film-secret", "new-film", "alpha"]);
}

#[tokio::test]
async fn all_memberships_come_as_lines() {
    let server = TestServer::start().await;
    let (root, ada, bob) = (server.create_user("root").await, server.create_user("ada").await, server.create_user("bob").await);
    let team = ada.create_team("crew").await;
    for number in 0..210 {
        ada.create_channel(&team, &format!("c{number}"), "O").await;
    }
    ada.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    let answer = ada.get("/users/me/channel_members?page=-1").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // With the team's two own channels.
    assert_eq!(lines.len(), 213);
    assert!(lines.iter().all(|member| member["user_id"] == ada.id.to_string()));
    assert_eq!(lines.iter().filter(|member| member["team_name"] == "crew").count(), 212);
    assert_eq!(ada.get("/users/me/channel_members?page=0").await.ok().as_array().unwrap().len(), 60);
    let by_root = root.get(&format!("/users/{}/channel_members?page=-1", ada.id)).await;
    assert_eq!(by_root.text().lines().count(), 212);
    bob.get(&format!("/users/{}/channel_members?page=-1", ada.id)).await.assert_error(403, "api.context.permissions.app_error");
}

/// Nobody learns from a list of members when somebody else has read the channel.
#[tokio::test]
async fn when_others_have_read_a_channel_is_not_told() {
    let server = TestServer::start().await;
    let (root, ada, bob) = (server.create_user("root").await, server.create_user("ada").await, server.create_user("bob").await);
    let team = ada.create_team("crew").await;
    ada.add_to_team(&team, &bob).await;
    let channel = ada.create_channel(&team, "film", "O").await;
    let id = channel["id"].as_str().unwrap();
    let added = ada.post(&format!("/channels/{id}/members"), json!({"user_id": bob.id})).await.ok();
    bob.post("/channels/members/me/view", json!({"channel_id": id})).await.ok();
    let mut of_others = vec![added];
    let mut own = Vec::new();
    for reader in [&ada, &bob, &root] {
        let lists = [
            reader.get(&format!("/channels/{id}/members")).await.ok(),
            reader.post(&format!("/channels/{id}/members/ids"), json!([ada.id, bob.id])).await.ok(),
            json!([reader.get(&format!("/channels/{id}/members/{}", bob.id)).await.ok()]),
        ];
        for member in lists.iter().flat_map(|list| list.as_array().unwrap()) {
            let is_own = member["user_id"] == json!(reader.id);
            if is_own { own.push(member.clone()) } else { of_others.push(member.clone()) }
        }
    }
    for path in ["channel_members".to_owned(), format!("teams/{}/channels/members", team["id"].as_str().unwrap())] {
        own.extend(bob.get(&format!("/users/me/{path}")).await.ok().as_array().unwrap().clone());
        of_others.extend(root.get(&format!("/users/{}/{path}", bob.id)).await.ok().as_array().unwrap().clone());
    }
    assert!(own.len() >= 5 && of_others.len() >= 10, "{own:?} {of_others:?}");
    for member in own {
        assert!(member["last_viewed_at"].as_i64() >= Some(0) && member["last_update_at"].as_i64() > Some(0), "{member}");
    }
    for member in of_others {
        assert_eq!((&member["last_viewed_at"], &member["last_update_at"]), (&json!(-1), &json!(-1)), "{member}");
    }
}
