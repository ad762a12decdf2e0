//! Every kind of access against every way in which access ends: a table of what is left. It is the counterpart of the table in
//! `crates/services/src/sessions/end_access.rs`.

use guildhall_api::live::recheck_connections;
use guildhall_testkit::{DroppedConnection, EventStream, PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::oauth::{OAuthClient, Tokens, tokens_of};

/// A kind of access of the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Session,
    SessionSocket,
    /// A connection of the session without a socket, which a client resumes.
    Resumption,
    Token,
    TokenSocket,
    /// The access token of an app that the member has authorized.
    App,
    AppSocket,
    /// That the app gets the next one.
    AppRefresh,
    /// Reading the private channel.
    Channel,
    PublicLink,
    Hook,
    BotToken,
    Upload,
    /// Others come by a link that the member has made.
    Invitation,
}

use Access::*;

const ALL: [Access; 14] = [
    Session,
    SessionSocket,
    Resumption,
    Token,
    TokenSocket,
    AppSocket,
    App,
    AppRefresh,
    Channel,
    PublicLink,
    Hook,
    BotToken,
    Upload,
    Invitation,
];

/// A way in which access ends.
#[derive(Debug, Clone, Copy)]
enum End {
    LoggedOut,
    PasswordChanged,
    PasswordSet,
    Revoked,
    RevokedOthers,
    RevokedAll,
    RevokedOnServer,
    TokenRevoked,
    TokenDisabled,
    TokenRightLost,
    TokenRightLostByRole,
    ConvertedToBot,
    Deactivated,
    Offboarded,
    RemovedFromTeam,
    LeftTeam,
    RemovedFromChannel,
    BecameGuest,
    TeamArchived,
}

/// What each ends. Everything else goes on.
const TABLE: [(End, &[Access]); 19] = [
    (End::LoggedOut, &[Session, SessionSocket, Resumption]),
    (End::PasswordChanged, &[Session, SessionSocket, Resumption, App, AppSocket, AppRefresh]),
    (End::PasswordSet, &[Session, SessionSocket, Resumption, Token, TokenSocket, App, AppSocket, AppRefresh, PublicLink, Upload]),
    (End::Revoked, &[Session, SessionSocket, Resumption]),
    (End::RevokedOthers, &[Session, SessionSocket, Resumption, App, AppSocket, AppRefresh]),
    (End::RevokedAll, &[Session, SessionSocket, Resumption, Token, TokenSocket, App, AppSocket, AppRefresh, PublicLink, Upload]),
    (End::RevokedOnServer, &[Session, SessionSocket, Resumption, Token, TokenSocket, App, AppSocket, AppRefresh, BotToken]),
    (End::TokenRevoked, &[Token, TokenSocket]),
    (End::TokenDisabled, &[Token, TokenSocket]),
    (End::TokenRightLost, &[Token, TokenSocket]),
    (End::TokenRightLostByRole, &[Token, TokenSocket]),
    (
        End::ConvertedToBot,
        &[Session, SessionSocket, Resumption, Token, TokenSocket, App, AppSocket, AppRefresh, PublicLink, BotToken, Upload, Invitation],
    ),
    (
        End::Deactivated,
        &[
            Session,
            SessionSocket,
            Resumption,
            Token,
            TokenSocket,
            App,
            AppSocket,
            AppRefresh,
            PublicLink,
            Hook,
            BotToken,
            Upload,
            Invitation,
        ],
    ),
    (End::Offboarded, &ALL),
    (End::RemovedFromTeam, &[Channel, PublicLink, Hook, Upload, Invitation]),
    (End::LeftTeam, &[Channel, PublicLink, Hook, Upload, Invitation]),
    (End::RemovedFromChannel, &[Channel, PublicLink, Hook, Upload]),
    // Connections are made anew, because guests receive other events.
    (End::BecameGuest, &[SessionSocket, Token, TokenSocket, AppSocket, PublicLink, Hook, BotToken, Invitation]),
    (End::TeamArchived, &[Hook, Invitation]),
];

struct Fixture {
    server: TestServer,
    root: TestUser,
    owner: TestUser,
    /// With the session and, in `scripted`, with the access token.
    member: TestUser,
    scripted: TestUser,
    token_id: String,
    bot: TestUser,
    team: Value,
    channel: Value,
    link: String,
    invitation_token: String,
    hook: Value,
    app: OAuthClient,
    app_tokens: Tokens,
    socket: EventStream,
    token_socket: EventStream,
    app_socket: EventStream,
    dropped: Option<DroppedConnection>,
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

const UPLOADS: &str = "SELECT COUNT(*) FROM uploads WHERE create_at > 0";
const TOKEN_ROLE: &str = "system_user system_user_access_token";

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start_with_settings(|settings| {
            settings.files.public_links = true;
            settings.site.url = "https://chat.example.com".to_owned();
        })
        .await;
        let root = server.create_user("root").await;
        let (owner, member) = (server.create_user("owner").await, server.create_user("member").await);
        let team = owner.create_team("builders").await;
        owner.add_to_team(&team, &member).await;
        owner
            .put(&format!("/teams/{}/members/{}/schemeRoles", id(&team), member.id), json!({"scheme_user": true, "scheme_admin": true}))
            .await
            .ok();
        let channel = owner.create_channel(&team, "secret", "P").await;
        owner.add_to_channel(&channel, &member).await;
        root.put(&format!("/users/{}/roles", member.id), json!({ "roles": TOKEN_ROLE })).await.ok();

        let token = member.post(&format!("/users/{}/tokens", member.id), json!({"description": "t"})).await.ok();
        let scripted = member.with_token(token["token"].as_str().unwrap());
        let bot = root.post("/bots", json!({"username": "beeper"})).await.ok()["user_id"].as_str().unwrap().to_owned();
        root.post(&format!("/bots/{bot}/assign/{}", member.id), json!({})).await.ok();
        let bot_token = root.post(&format!("/users/{bot}/tokens"), json!({"description": "t"})).await.ok();
        let hook = member.post("/hooks/incoming", json!({"channel_id": channel["id"], "display_name": "CI"})).await.ok();
        let parts = [("channel_id", None, id(&channel).as_bytes()), ("files", Some("a.txt"), &b"text"[..])];
        let file = member.upload("/files", &parts).await.ok()["file_infos"][0]["id"].as_str().unwrap().to_owned();
        member.post("/posts", json!({"channel_id": channel["id"], "message": "see", "file_ids": [file]})).await.ok();
        let link = member.get(&format!("/files/{file}/link")).await.ok()["link"].as_str().unwrap().to_owned();
        let upload = json!({"channel_id": channel["id"], "filename": "big.bin", "file_size": 100});
        member.post("/uploads", upload).await.ok();

        let invitation = member.post(&format!("/teams/{}/invitations", id(&team)), json!({"max_uses": 5})).await.ok();
        let (_, invitation_token) = invitation["link"].as_str().unwrap().split_once("?t=").unwrap();

        let app = OAuthClient::create(&server, &root, json!({})).await;
        let app_tokens = app.tokens(&member).await;

        Self {
            app_socket: member.with_token(&app_tokens.access).subscribe().await,
            app,
            app_tokens,
            invitation_token: invitation_token.to_owned(),
            link: link.find("/files/").map(|at| format!("/{}", &link[at..])).unwrap(),
            bot: root.with_token(bot_token["token"].as_str().unwrap()),
            socket: member.subscribe().await,
            token_socket: scripted.subscribe().await,
            dropped: Some(member.subscribe().await.drop_connection()),
            token_id: id(&token).to_owned(),
            server,
            root,
            owner,
            member,
            scripted,
            team,
            channel,
            hook,
        }
    }

    async fn end(&self, end: End) {
        let (root, owner, member) = (&self.root, &self.owner, self.member.id);
        let other_session = async || {
            let mut other = self.member.clone();
            other.log_in().await;
            other
        };
        let in_team = format!("/teams/{}/members/{member}", id(&self.team));
        match end {
            End::LoggedOut => self.member.post("/users/logout", json!({})).await,
            End::PasswordChanged => {
                let change = json!({"current_password": PASSWORD, "new_password": "An0ther!longer"});
                other_session().await.put("/users/me/password", change).await
            }
            End::PasswordSet => root.put(&format!("/users/{member}/password"), json!({"new_password": "An0ther!longer"})).await,
            End::Revoked => {
                let sessions = self.member.get("/users/me/sessions").await.ok();
                let session = sessions.as_array().unwrap().iter().find(|session| session["is_oauth"] == false).unwrap();
                other_session().await.post("/users/me/sessions/revoke", json!({"session_id": session["id"]})).await
            }
            End::RevokedOthers => other_session().await.post("/users/me/sessions/revoke/others", json!({})).await,
            End::RevokedAll => root.post(&format!("/users/{member}/sessions/revoke/all"), json!({})).await,
            End::RevokedOnServer => root.post("/users/sessions/revoke/all", json!({})).await,
            End::TokenRevoked => self.member.post("/users/tokens/revoke", json!({"token_id": self.token_id})).await,
            End::TokenDisabled => self.member.post("/users/tokens/disable", json!({"token_id": self.token_id})).await,
            End::TokenRightLost => root.put(&format!("/users/{member}/roles"), json!({"roles": "system_user"})).await,
            End::TokenRightLostByRole => {
                let role = root.get("/roles/name/system_user_access_token").await.ok();
                root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": ["read_user_access_token"]})).await
            }
            End::ConvertedToBot => root.post(&format!("/users/{member}/convert_to_bot"), json!({})).await,
            End::Deactivated => root.delete(&format!("/users/{member}")).await,
            End::Offboarded => root.post(&format!("/users/{member}/offboard"), json!({})).await,
            End::RemovedFromTeam => owner.delete(&in_team).await,
            End::LeftTeam => self.member.delete(&in_team).await,
            End::RemovedFromChannel => owner.delete(&format!("/channels/{}/members/{member}", id(&self.channel))).await,
            End::BecameGuest => root.put(&format!("/users/{member}/roles"), json!({"roles": "system_guest"})).await,
            End::TeamArchived => owner.delete(&format!("/teams/{}", id(&self.team))).await,
        }
        .ok();
    }

    async fn has(&mut self, access: Access) -> bool {
        match access {
            Session => self.member.get("/users/me").await.status == 200,
            SessionSocket => !self.socket.is_closed(),
            Resumption => self.dropped.take().unwrap().resume(self.member.token.as_deref().unwrap()).await.is_some(),
            Token => self.scripted.get("/users/me").await.status == 200,
            TokenSocket => !self.token_socket.is_closed(),
            App => self.member.with_token(&self.app_tokens.access).get("/users/me").await.status == 200,
            AppSocket => !self.app_socket.is_closed(),
            AppRefresh => {
                let answer = self.app.refresh(&self.app_tokens.refresh).await;
                if answer.status == 200 {
                    self.app_tokens = tokens_of(&answer);
                    self.app_socket = self.member.with_token(&self.app_tokens.access).subscribe().await;
                }
                answer.status == 200
            }
            // An administrator of the machine sees the membership, also when no credential of the member is left.
            Channel => {
                let path = format!("/channels/{}/members/{}", id(&self.channel), self.member.id);
                self.server.local_administrator().get(&path).await.status == 200
            }
            PublicLink => self.server.anonymous().get(&self.link).await.status == 200,
            Hook => self.server.anonymous().post(&format!("//hooks/{}", id(&self.hook)), json!({"text": "x"})).await.status == 200,
            BotToken => self.bot.get("/users/me").await.status == 200,
            Upload => self.server.count(UPLOADS).await == 1,
            Invitation => {
                let name = format!("newcomer{}", self.server.count("SELECT COUNT(*) FROM users").await);
                let account = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
                self.server.anonymous().post(&format!("/users?t={}", self.invitation_token), account).await.status == 201
            }
        }
    }
}

#[tokio::test]
async fn every_way_of_ending_ends_what_the_table_says() {
    let mut wrong = Vec::new();
    for (end, ended) in TABLE {
        let mut fixture = Fixture::new().await;
        for access in ALL.into_iter().filter(|access| *access != Resumption) {
            assert!(fixture.has(access).await, "{access:?} does not work at first");
        }
        fixture.end(end).await;
        for access in ALL {
            let (has, expected) = (fixture.has(access).await, !ended.contains(&access));
            if has != expected {
                wrong.push(format!("{end:?}: {access:?} is {}", if has { "left" } else { "gone" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same without events: as if another node or the command line had written, or an event was lost.
#[tokio::test]
async fn a_change_without_an_event_takes_effect_at_the_next_check() {
    const OF_MEMBER: &str = "user_id = (SELECT id FROM users WHERE username = 'member')";
    let deleted: &'static str = format!("DELETE FROM sessions WHERE {OF_MEMBER}").leak();
    let inactive: &'static str = format!("UPDATE access_tokens SET is_active = 0 WHERE {OF_MEMBER}").leak();
    let rows: [(&'static str, &[Access]); 6] = [
        (deleted, &[Session, SessionSocket]),
        (inactive, &[Token, TokenSocket]),
        ("UPDATE users SET delete_at = 1 WHERE username = 'member'", &[Session, SessionSocket, Token, TokenSocket, BotToken]),
        ("UPDATE users SET roles = 'system_guest' WHERE username = 'member'", &[SessionSocket, TokenSocket]),
        ("UPDATE sessions SET expires_at = 1 WHERE expires_at > 0", &[Session, SessionSocket]),
        ("DELETE FROM access_tokens", &[Token, TokenSocket, BotToken]),
    ];
    for (statement, ended) in rows {
        let mut fixture = Fixture::new().await;
        let mut bot_socket = fixture.bot.subscribe().await;
        fixture.server.execute(statement).await;
        let queries = fixture.server.queries();
        recheck_connections(fixture.server.app()).await.unwrap();
        assert_eq!(fixture.server.queries() - queries, 1, "one query for all connections");
        for access in [Session, SessionSocket, Token, TokenSocket] {
            assert_eq!(fixture.has(access).await, !ended.contains(&access), "{statement}: {access:?}");
        }
        assert_eq!(bot_socket.is_closed(), ended.contains(&BotToken), "{statement}");
        assert_eq!(fixture.has(BotToken).await, !ended.contains(&BotToken), "{statement}");
    }
}

#[tokio::test]
async fn the_check_refreshes_roles_and_closes_nothing_that_is_valid() {
    let mut fixture = Fixture::new().await;
    recheck_connections(fixture.server.app()).await.unwrap();
    assert!(!fixture.socket.is_closed() && !fixture.token_socket.is_closed());
    fixture.member.get("/users/me").await.ok();
    fixture.server.execute("UPDATE users SET roles = 'system_user system_admin' WHERE username = 'member'").await;
    fixture.member.get("/config").await.assert_error(403, "api.context.permissions.app_error");
    recheck_connections(fixture.server.app()).await.unwrap();
    fixture.member.get("/config").await.ok();
    assert!(!fixture.socket.is_closed());
}

#[tokio::test]
async fn a_connection_does_not_outlive_its_session() {
    let mut fixture = Fixture::new().await;
    fixture.server.clock.advance_ms(31 * 24 * 60 * 60 * 1000);
    recheck_connections(fixture.server.app()).await.unwrap();
    assert!(fixture.socket.is_closed());
    assert!(!fixture.token_socket.is_closed(), "access tokens do not expire");
}
