//! Revoked access ends immediately: for the next request, on open connections, on resumed ones, and for files.

use crate::proof::fixture::{Fixture, Role, Target};
use guildhall_testkit::{DroppedConnection, EventStream, PASSWORD, TestUser};
use serde_json::json;

const SECRET: &str = "quokkasecret";

/// The client of a member, with an open and an interrupted connection.
struct Client {
    person: TestUser,
    events: EventStream,
    broken_off: DroppedConnection,
}

impl Client {
    async fn connect(fixture: &Fixture, person: TestUser) -> Self {
        let events = person.subscribe().await;
        let broken_off = person.subscribe().await.drop_connection();
        let client = Self { person, events, broken_off };
        client.assert_can_read(fixture).await;
        client
    }

    fn paths(&self, fixture: &Fixture) -> [String; 4] {
        let channel = fixture.channel(Target::Private)["id"].as_str().unwrap();
        let post = fixture.post(Target::Private)["id"].as_str().unwrap();
        let file = fixture.file(Target::Private);
        [format!("/channels/{channel}"), format!("/channels/{channel}/posts"), format!("/posts/{post}"), format!("/files/{file}")]
    }

    /// Requests are rejected, the connection is closed, and the interrupted one cannot be resumed.
    async fn assert_session_ended(mut self, fixture: &Fixture) {
        for path in self.paths(fixture) {
            self.person.get(&path).await.assert_error(401, "api.context.session_expired.app_error");
        }
        self.person
            .post("/posts", json!({"channel_id": fixture.channel(Target::Private)["id"], "message": "still here"}))
            .await
            .assert_error(401, "api.context.session_expired.app_error");
        post_secret(fixture).await;
        self.events.wait_until_closed().await;
        assert_no_secret_received(&mut self.events);
        let token = self.person.token.clone().unwrap();
        assert!(self.broken_off.resume(&token).await.is_none(), "an ended session was resumed");
    }

    /// The session is valid, and has no access to the channel.
    async fn assert_channel_lost(mut self, fixture: &Fixture) {
        self.person.get("/users/me").await.ok();
        for path in self.paths(fixture) {
            self.person.get(&path).await.assert_error(403, "api.context.permissions.app_error");
        }
        self.person
            .post("/posts", json!({"channel_id": fixture.channel(Target::Private)["id"], "message": "still here"}))
            .await
            .assert_error(403, "api.context.permissions.app_error");
        post_secret(fixture).await;
        assert_no_secret_received(&mut self.events);
        let token = self.person.token.clone().unwrap();
        let (mut back, _) = self.broken_off.resume(&token).await.expect("the session is valid");
        post_secret(fixture).await;
        assert_no_secret_received(&mut back);
    }

    async fn assert_can_read(&self, fixture: &Fixture) {
        for path in self.paths(fixture) {
            assert_eq!(self.person.get(&path).await.status, 200, "{path}");
        }
    }

    async fn assert_unaffected(mut self, fixture: &Fixture) {
        self.assert_can_read(fixture).await;
        post_secret(fixture).await;
        self.events.wait_for("posted").await;
    }
}

async fn post_secret(fixture: &Fixture) {
    fixture.person(Role::Owner).create_post(fixture.channel(Target::Private), SECRET).await;
}

fn assert_no_secret_received(events: &mut EventStream) {
    for event in events.received_events() {
        assert!(!event.to_string().contains(SECRET), "{event}");
    }
}

async fn member(fixture: &Fixture) -> Client {
    Client::connect(fixture, fixture.person(Role::Member).clone()).await
}

/// The member with a new session.
async fn log_in_again(fixture: &Fixture) -> TestUser {
    let mut person = fixture.person(Role::Member).clone();
    person.log_in().await;
    person
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let fixture = Fixture::new().await;
    let other = Client::connect(&fixture, log_in_again(&fixture).await).await;
    let client = member(&fixture).await;
    client.person.post("/users/logout", json!({})).await.ok();
    client.assert_session_ended(&fixture).await;
    other.assert_unaffected(&fixture).await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let change = json!({"current_password": PASSWORD, "new_password": "An0ther!longer"});
    log_in_again(&fixture).await.put("/users/me/password", change).await.ok();
    client.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn a_password_set_by_an_administrator_ends_all_sessions() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let path = format!("/users/{}/password", client.person.id);
    fixture.person(Role::Admin).put(&path, json!({"new_password": "An0ther!longer"})).await.ok();
    client.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn deactivation_ends_everything() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let token = access_token(&fixture).await;
    let scripted = Client::connect(&fixture, client.person.with_token(&token.0)).await;
    fixture.person(Role::Admin).delete(&format!("/users/{}", client.person.id)).await.ok();
    client.assert_session_ended(&fixture).await;
    scripted.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn deactivation_by_the_active_operation_ends_everything() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    fixture.person(Role::Admin).put(&format!("/users/{}/active", client.person.id), json!({"active": false})).await.ok();
    client.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn a_revoked_session_ends() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let sessions = client.person.get("/users/me/sessions").await.ok();
    let other = log_in_again(&fixture).await;
    for session in sessions.as_array().unwrap() {
        other.post("/users/me/sessions/revoke", json!({"session_id": session["id"]})).await.ok();
    }
    other.get("/users/me").await.ok();
    client.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn revoking_all_sessions_of_a_user_ends_them() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    fixture.person(Role::Admin).post(&format!("/users/{}/sessions/revoke/all", client.person.id), json!({})).await.ok();
    client.assert_session_ended(&fixture).await;
}

#[tokio::test]
async fn revoking_the_sessions_of_all_users_ends_them() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    fixture.person(Role::Admin).post("/users/sessions/revoke/all", json!({})).await.ok();
    for path in client.paths(&fixture) {
        client.person.get(&path).await.assert_error(401, "api.context.session_expired.app_error");
    }
    let Client { person, mut events, broken_off } = client;
    events.wait_until_closed().await;
    assert!(broken_off.resume(&person.token.unwrap()).await.is_none());
}

/// An access token of the member, and its id.
async fn access_token(fixture: &Fixture) -> (String, String) {
    let member = fixture.person(Role::Member);
    let admin = fixture.person(Role::Admin);
    let roles = json!({"roles": "system_user system_user_access_token"});
    admin.put(&format!("/users/{}/roles", member.id), roles).await.ok();
    let token = member.post(&format!("/users/{}/tokens", member.id), json!({"description": "script"})).await.ok();
    (token["token"].as_str().unwrap().to_owned(), token["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn revoked_and_disabled_access_tokens_are_rejected() {
    for operation in ["revoke", "disable"] {
        let fixture = Fixture::new().await;
        let (token, id) = access_token(&fixture).await;
        let client = Client::connect(&fixture, fixture.person(Role::Member).with_token(&token)).await;
        fixture.person(Role::Member).post(&format!("/users/tokens/{operation}"), json!({"token_id": id})).await.ok();
        client.assert_session_ended(&fixture).await;
    }
}

#[tokio::test]
async fn a_removed_channel_member_loses_access_and_events() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let channel = fixture.channel(Target::Private)["id"].as_str().unwrap();
    fixture.person(Role::Owner).delete(&format!("/channels/{channel}/members/{}", client.person.id)).await.ok();
    client.assert_channel_lost(&fixture).await;
}

#[tokio::test]
async fn a_member_who_leaves_a_channel_loses_access_and_events() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let channel = fixture.channel(Target::Private)["id"].as_str().unwrap();
    client.person.delete(&format!("/channels/{channel}/members/{}", client.person.id)).await.ok();
    client.assert_channel_lost(&fixture).await;
}

#[tokio::test]
async fn a_removed_team_member_loses_access_to_its_channels() {
    let fixture = Fixture::new().await;
    let client = member(&fixture).await;
    let team = fixture.team["id"].as_str().unwrap();
    fixture.person(Role::Owner).delete(&format!("/teams/{team}/members/{}", client.person.id)).await.ok();
    client.person.get(&format!("/teams/{team}")).await.assert_error(403, "api.context.permissions.app_error");
    client.assert_channel_lost(&fixture).await;
}

#[tokio::test]
async fn a_revoked_role_grants_nothing() {
    let fixture = Fixture::new().await;
    let (admin, member) = (fixture.person(Role::Admin), fixture.person(Role::Member));
    let path = format!("/users/{}/roles", member.id);
    let privileged = format!("/channels/{}", fixture.channel(Target::Public)["id"].as_str().unwrap());
    admin.put(&path, json!({"roles": "system_user system_admin"})).await.ok();
    member.get("/channels").await.ok();
    member.put(&format!("{privileged}/privacy"), json!({"privacy": "P"})).await.ok();
    admin.put(&path, json!({"roles": "system_user"})).await.ok();
    member.get("/channels").await.assert_error(403, "api.context.permissions.app_error");
    member.get(&privileged).await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn a_demoted_team_administrator_cannot_administrate() {
    let fixture = Fixture::new().await;
    let (owner, member) = (fixture.person(Role::Owner), fixture.person(Role::Member));
    let team = fixture.team["id"].as_str().unwrap();
    let path = format!("/teams/{team}/members/{}/schemeRoles", member.id);
    owner.put(&path, json!({"scheme_user": true, "scheme_admin": true})).await.ok();
    member.put(&format!("/teams/{team}/patch"), json!({"description": "mine"})).await.ok();
    owner.put(&path, json!({"scheme_user": true, "scheme_admin": false})).await.ok();
    member
        .put(&format!("/teams/{team}/patch"), json!({"description": "mine"}))
        .await
        .assert_error(403, "api.context.permissions.app_error");
}

/// Sends a request and drops it after so many polls, like a client that disconnects.
async fn drop_after_polls(polls: usize, call: impl Future) {
    let mut call = std::pin::pin!(call);
    for _ in 0..polls {
        if futures::poll!(call.as_mut()).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_removal_completes_when_the_client_disconnects() {
    for polls in 1..=6 {
        let fixture = Fixture::new().await;
        let mut client = member(&fixture).await;
        let channel = fixture.channel(Target::Private)["id"].as_str().unwrap().to_owned();
        let path = format!("/channels/{channel}/members/{}", client.person.id);
        drop_after_polls(polls, fixture.person(Role::Owner).delete(&path)).await;
        client.events.wait_for("user_removed").await;
        client.assert_channel_lost(&fixture).await;
    }
}

#[tokio::test]
async fn sessions_end_when_the_client_disconnects() {
    for polls in 1..=4 {
        let fixture = Fixture::new().await;
        let admin = fixture.person(Role::Admin);

        let client = member(&fixture).await;
        drop_after_polls(polls, client.person.post("/users/logout", json!({}))).await;
        assert_disconnected(client, &fixture).await;

        let client = Client::connect(&fixture, log_in_again(&fixture).await).await;
        let path = format!("/users/{}/password", client.person.id);
        drop_after_polls(polls, admin.put(&path, json!({"new_password": PASSWORD}))).await;
        assert_disconnected(client, &fixture).await;

        let client = Client::connect(&fixture, log_in_again(&fixture).await).await;
        let path = format!("/users/{}/active", client.person.id);
        drop_after_polls(polls, admin.put(&path, json!({"active": false}))).await;
        assert_disconnected(client, &fixture).await;
    }
}

/// The connection is closed, and then the session has ended.
async fn assert_disconnected(mut client: Client, fixture: &Fixture) {
    client.events.wait_until_closed().await;
    client.assert_session_ended(fixture).await;
}

#[tokio::test]
async fn an_open_connection_uses_the_current_roles() {
    let fixture = Fixture::new().await;
    let (admin, member) = (fixture.person(Role::Admin), fixture.person(Role::Member));
    let app = fixture.server.app();
    let actor = async || app.services.sessions().actor_for_token(member.token.as_deref().unwrap()).await;
    assert!(!actor().await.unwrap().roles.contains("system_admin"));
    admin.put(&format!("/users/{}/roles", member.id), json!({"roles": "system_user system_admin"})).await.ok();
    assert!(actor().await.unwrap().roles.contains("system_admin"));
}
