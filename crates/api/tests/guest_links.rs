//! Links for guests of one channel: making, coming by them, codes and passwords, their end, and bad input.

use futures::future::join_all;
use guildhall_model::Clock;
use guildhall_testkit::{Dialect, PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const INVALID: &str = "api.guest_link.invalid.app_error";
const EXPIRED: &str = "api.guest_link.expired.app_error";
const PASSWORD_WRONG: &str = "api.guest_link.password.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// An administrator, Ada with a team and a private channel, and mail.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    team: Value,
    channel: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let root = server.create_user("root").await;
        let ada = server.create_user("ada").await;
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
        root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
        let team = ada.create_team("studio").await;
        let channel = ada.create_channel(&team, "client", "P").await;
        Self { server, root, ada, team, channel }
    }

    fn path(&self) -> String {
        format!("/channels/{}/guest_links", id(&self.channel))
    }

    /// The token, and the answer.
    async fn create(&self, body: Value) -> (String, Value) {
        let created = self.ada.post(&self.path(), body).await.ok();
        let (address, token) = created["link"].as_str().unwrap().split_once("?t=").unwrap();
        assert_eq!(address, "https://chat.example.com/guest_link");
        (token.to_owned(), created)
    }

    async fn join(&self, token: &str, name: &str, password: &str) -> TestResponse {
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        self.join_with(json!({"token": token, "name": name, "email": email, "password": password})).await
    }

    async fn join_with(&self, body: Value) -> TestResponse {
        self.server.anonymous().post("/guest_links/join", body).await
    }

    /// The guest of the answer of a log-in.
    fn guest(&self, answer: &TestResponse) -> TestUser {
        let mut guest = self.server.anonymous().with_token(answer.header("token"));
        guest.id = answer.ok()["id"].as_str().unwrap().parse().unwrap();
        guest
    }

    async fn is_in_channel(&self, who: &TestUser) -> bool {
        self.ada.get(&format!("/channels/{}/members/{}", id(&self.channel), who.id)).await.status == 200
    }

    async fn audits(&self, action: &str) -> usize {
        let audits = self.root.get("/audits?per_page=200").await.ok();
        audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).count()
    }
}

#[tokio::test]
async fn a_guest_comes_by_a_link_without_a_password() {
    let fixture = Fixture::new().await;
    let (token, created) = fixture.create(json!({"max_people": 2})).await;
    assert!(fixture.server.columns_containing_text(&token).await.is_empty(), "the token is stored hashed");
    assert!(created["qr_code"].as_str().unwrap().starts_with("iVBOR"), "a PNG in base64");
    let info = fixture.server.anonymous().post("/guest_links/info", json!({"token": token})).await.ok();
    assert_eq!(info, json!({"team_name": "studio", "channel_name": "client", "takes_password": false, "takes_code": false}));

    let mut events = fixture.ada.subscribe().await;
    let answer = fixture.join(&token, "Eve van Dyke", "").await;
    let account = answer.ok();
    let of_account = ["username", "first_name", "last_name", "email", "roles"].map(|name| account[name].as_str().unwrap());
    assert_eq!(of_account, ["eve.van.dyke", "Eve", "van Dyke", "eve.van.dyke@example.org", "system_guest"]);
    assert_ne!(account["email_verified"], true);
    let eve = fixture.guest(&answer);
    assert!(fixture.is_in_channel(&eve).await);
    assert_eq!(events.wait_for("user_added").await["data"]["user_id"], json!(eve.id));
    let channels = eve.get(&format!("/users/me/teams/{}/channels", id(&fixture.team))).await.ok();
    assert_eq!(channels.as_array().unwrap().iter().map(|channel| channel["name"].clone()).collect::<Vec<_>>(), [json!("client")]);
    // Opened again, it leads to the channel, and is not used up.
    let destination = eve.post("/guest_links/accept", json!({"token": token})).await.ok();
    assert_eq!((&destination["team_name"], &destination["channel_name"]), (&json!("studio"), &json!("client")));

    // The second one of the same name, and no third one.
    let second = fixture.join_with(json!({"token": token, "name": "Eve van Dyke", "email": "other@example.org"})).await.ok();
    assert_eq!(second["username"], "eve.van.dyke2");
    fixture.join(&token, "Fay", "").await.assert_error(400, INVALID);
    let listed = fixture.ada.get(&fixture.path()).await.ok();
    assert_eq!((&listed[0]["people_left"], listed[0]["people"].as_array().unwrap().len()), (&json!(0), 2));
    assert!(listed[0]["people"].as_array().unwrap().iter().any(|person| person["username"] == "eve.van.dyke"));
    assert_eq!((fixture.audits("guest_links.create").await, fixture.audits("users.create").await), (1, 4));

    // No password is right, and the guest comes back by a mail.
    let by_password = json!({"login_id": "eve.van.dyke", "password": PASSWORD});
    assert_eq!(fixture.server.anonymous().post("/users/login", by_password).await.status, 401);
    let kind = fixture.server.anonymous().post("/users/login/type", json!({"login_id": "eve.van.dyke"})).await.ok();
    assert_eq!(kind, json!({"auth_service": "magic_link"}));
}

#[tokio::test]
async fn a_link_may_take_a_password() {
    let server = TestServer::start_with_settings(|settings| settings.limits.enabled = true).await;
    let fixture = Fixture::on(server).await;
    for bad in ["short", &"x".repeat(129)] {
        let rejected = fixture.ada.post(&fixture.path(), json!({"password": bad})).await;
        rejected.assert_error(400, "api.guest_link.password_length.app_error");
    }
    let (token, created) = fixture.create(json!({"max_people": 5, "password": "open sesame"})).await;
    assert_eq!((&created["takes_password"], created.get("password")), (&json!(true), None));
    assert!(fixture.server.columns_containing_text("open sesame").await.is_empty());
    fixture.join(&token, "Eve", "").await.assert_error(403, PASSWORD_WRONG);
    fixture.join(&token, "Eve", "Open Sesame").await.assert_error(403, PASSWORD_WRONG);
    let answer = fixture.join(&token, "Eve", "open sesame").await;
    assert!(fixture.is_in_channel(&fixture.guest(&answer)).await);
    // The other ways of invitations do not go around it.
    let sign_up = json!({"username": "fay", "email": "fay@example.org", "password": PASSWORD});
    fixture
        .server
        .anonymous()
        .post(&format!("/users?t={token}"), sign_up)
        .await
        .assert_error(400, "api.user.create_user.signup_link_invalid.app_error");
    assert_eq!(fixture.root.post(&format!("/teams/members/invite?token={token}"), json!({})).await.status, 400);

    // Guesses wait.
    let elsewhere = fixture.server.anonymous().connected_from("203.0.113.9");
    let guess = json!({"token": token, "name": "Fay", "email": "fay@example.org", "password": "guess"});
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(elsewhere.post("/guest_links/join", guess.clone()).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (403, 429), "{statuses:?}");
    assert!(fixture.audits("guest_links.wrong_password").await >= 3);
}

#[tokio::test]
async fn a_link_may_take_a_code_by_mail() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.create(json!({"max_people": 5, "takes_code": true})).await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    fixture.server.mailer.take_sent();
    let answer = fixture.join(&token, "Eve", "").await;
    let page = answer.ok()["request_token"].as_str().unwrap().to_owned();
    assert!(answer.headers.get("token").is_none(), "nobody is logged in");
    let account = fixture.root.get("/users/username/eve").await.ok();
    let members = format!("/channels/{}/members/{}", id(&fixture.channel), id(&account));
    assert_eq!(fixture.ada.get(&members).await.status, 404, "the address is not proven yet");
    assert_eq!(fixture.ada.get(&fixture.path()).await.ok()[0]["people_left"], 5);

    let mail = fixture.server.mailer.next().await;
    assert_eq!((mail.subject.as_str(), mail.to.address.as_str()), ("Your link to log in", "eve@example.org"));
    let code = mail.text.split_once("within 10 minutes: ").unwrap().1[..6].to_owned();
    let logged_in = fixture.server.anonymous().post("/users/login/magic_link/code", json!({"request_token": page, "code": code})).await;
    let eve = fixture.guest(&logged_in);
    eve.post("/guest_links/accept", json!({"token": token})).await.ok();
    assert!(fixture.is_in_channel(&eve).await);
    assert_eq!(fixture.ada.get(&fixture.path()).await.ok()[0]["people_left"], 4);

    // Somebody whose address is not verified does not come by it with another account.
    let (plain, _) = fixture.create(json!({"max_people": 5})).await;
    let fay = fixture.guest(&fixture.join(&plain, "Fay", "").await);
    fay.post("/guest_links/accept", json!({"token": token})).await.assert_error(403, "api.guest_link.not_verified.app_error");
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"LogInByLink": "none"}})).await.ok();
    let no_code = fixture.ada.post(&fixture.path(), json!({"takes_code": true})).await;
    no_code.assert_error(400, "api.guest_link.no_code.app_error");
    fixture.join(&token, "Gus", "").await.assert_error(400, "api.guest_link.no_code.app_error");
}

#[tokio::test]
async fn who_may_invite_guests_and_add_people_makes_links() {
    let fixture = Fixture::new().await;
    let bob = fixture.server.create_user("bob").await;
    fixture.ada.add_to_team(&fixture.team, &bob).await;
    fixture.ada.add_to_channel(&fixture.channel, &bob).await;
    let (token, created) = fixture.create(json!({"max_people": 5})).await;
    let one = format!("{}/{}", fixture.path(), id(&created));
    bob.post(&fixture.path(), json!({})).await.assert_error(403, PERMISSIONS);
    bob.get(&fixture.path()).await.assert_error(403, PERMISSIONS);
    bob.delete(&one).await.assert_error(403, PERMISSIONS);
    let direct = fixture.ada.post("/channels/direct", json!([fixture.ada.id, bob.id])).await.ok();
    fixture.ada.post(&format!("/channels/{}/guest_links", id(&direct)), json!({})).await.assert_error(403, PERMISSIONS);

    // Of another channel.
    let lab = fixture.ada.create_channel(&fixture.team, "lab", "O").await;
    let foreign = format!("/channels/{}/guest_links/{}", id(&lab), id(&created));
    fixture.ada.delete(&foreign).await.assert_error(404, "api.guest_link.missing.app_error");

    // A member of the team joins with the account, others do not.
    let (member, stranger) = (fixture.server.create_user("cid").await, fixture.server.create_user("dan").await);
    fixture.ada.add_to_team(&fixture.team, &member).await;
    member.post("/guest_links/accept", json!({"token": token})).await.ok();
    assert!(fixture.is_in_channel(&member).await);
    stranger.post("/guest_links/accept", json!({"token": token})).await.assert_error(403, "api.guest_link.not_in_team.app_error");

    // What the maker may not do any more ends; so does what is revoked.
    let team_roles = format!("/teams/{}/members/{}/roles", id(&fixture.team), fixture.ada.id);
    fixture.root.put(&team_roles, json!({"roles": "team_user"})).await.ok();
    fixture.join(&token, "Eve", "").await.assert_error(400, INVALID);
    fixture.root.put(&team_roles, json!({"roles": "team_user team_admin"})).await.ok();
    let eve = fixture.guest(&fixture.join(&token, "Eve", "").await);
    fixture.ada.delete(&one).await.ok();
    fixture.join(&token, "Fay", "").await.assert_error(400, INVALID);
    fixture.ada.delete(&one).await.assert_error(404, "api.guest_link.missing.app_error");
    assert!(fixture.is_in_channel(&eve).await, "who has come stays");
    assert_eq!(fixture.audits("guest_links.revoke").await, 1);
    fixture.root.put("/config/patch", json!({"GuestAccountsSettings": {"Enable": false}})).await.ok();
    let disabled = fixture.ada.post(&fixture.path(), json!({})).await;
    disabled.assert_error(403, "api.team.invate_guests_to_channels.disabled.error");
    fixture.ada.get(&fixture.path()).await.ok();
}

#[tokio::test]
async fn bad_input_changes_nothing() {
    let fixture = Fixture::new().await;
    let now = fixture.server.clock.now().0;
    for bad in
        [json!({"max_people": 0}), json!({"max_people": 10_001}), json!({"expires_at": now - 1}), json!({"expires_at": now + 400 * DAY_MS})]
    {
        assert_eq!(fixture.ada.post(&fixture.path(), bad).await.status, 400);
    }
    let (token, _) = fixture.create(json!({"max_people": 5, "expires_at": now + DAY_MS, "guest_expires_at": now + 2 * DAY_MS})).await;
    for bad in ["", "x", &token[..25], "ybndrfg8ejkmcpqxot1uwisza3", &"y".repeat(10_000)] {
        fixture.server.anonymous().post("/guest_links/info", json!({"token": bad})).await.assert_error(400, INVALID);
        fixture.join(bad, "Eve", "").await.assert_error(400, INVALID);
        fixture.ada.post("/guest_links/accept", json!({"token": bad})).await.assert_error(400, INVALID);
    }
    for (name, email, error) in [
        ("", "eve@example.org", "api.guest_link.name.app_error"),
        (" \t ", "eve@example.org", "api.guest_link.name.app_error"),
        (&"x".repeat(65), "eve@example.org", "api.guest_link.name.app_error"),
        ("Eve", "", "model.user.is_valid.email.app_error"),
        ("Eve", "eve@example.org\r\nBcc: all@example.org", "model.user.is_valid.email.app_error"),
        ("Eve", "ada@example.com", "app.user.save.email_exists.app_error"),
    ] {
        let rejected = fixture.join_with(json!({"token": token, "name": name, "email": email})).await;
        rejected.assert_error(400, error);
    }
    assert_eq!(fixture.ada.get(&fixture.path()).await.ok()[0]["people_left"], 5);
    // Names that are no usernames, and reserved ones.
    for (name, username) in [("李明", "guest"), ("all", "all2")] {
        let body = json!({"token": token, "name": name, "email": format!("{username}@example.org")});
        assert_eq!(fixture.join_with(body).await.ok()["username"], username);
    }
    let guest = fixture.root.get("/users/username/guest").await.ok();
    let expiry = fixture.root.get(&format!("/users/{}/guest_expiry", id(&guest))).await.ok();
    assert_eq!(expiry, json!({"expires_at": now + 2 * DAY_MS}));

    fixture.server.clock.advance_ms(DAY_MS);
    fixture.join(&token, "Eve", "").await.assert_error(400, EXPIRED);
    fixture.server.anonymous().post("/guest_links/info", json!({"token": token})).await.assert_error(400, EXPIRED);
}

#[tokio::test]
async fn who_was_removed_does_not_come_back() {
    let fixture = Fixture::new().await;
    let (used, _) = fixture.create(json!({"max_people": 5})).await;
    let (unused, _) = fixture.create(json!({"max_people": 5})).await;
    let eve = fixture.guest(&fixture.join(&used, "Eve", "").await);
    fixture.ada.delete(&format!("/channels/{}/members/{}", id(&fixture.channel), eve.id)).await.ok();
    for token in [&used, &unused] {
        eve.post("/guest_links/accept", json!({"token": token})).await.ok();
        assert!(!fixture.is_in_channel(&eve).await);
    }
    let people = fixture.ada.get(&fixture.path()).await.ok();
    let came: Vec<usize> = people.as_array().unwrap().iter().map(|link| link["people"].as_array().unwrap().len()).collect();
    assert_eq!(came, [0, 1], "nobody has come by the link that was not used");
}

async fn the_last_use_is_won_by_one(server: TestServer) {
    let fixture = Fixture::on(server).await;
    let (token, _) = fixture.create(json!({"max_people": 1})).await;
    let names: Vec<String> = (0..4).map(|n| format!("guest{n}")).collect();
    let answers = join_all(names.iter().map(|name| fixture.join(&token, name, ""))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == (400, INVALID.to_owned())));
    let mut accounts = 0;
    for name in &names {
        accounts += usize::from(fixture.root.get(&format!("/users/username/{name}")).await.status == 200);
    }
    assert_eq!(accounts, 1, "whoever comes too late has no account");
}

#[tokio::test]
async fn the_last_use_is_won_by_one_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            the_last_use_is_won_by_one(server).await;
        }
    }
}
