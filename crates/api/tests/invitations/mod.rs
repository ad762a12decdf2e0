//! Invitations by mail and by links.

mod guests;
mod links;
mod log_in;
mod mail;

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const INVALID: &str = "api.user.create_user.signup_link_invalid.app_error";
const EXPIRED: &str = "api.user.create_user.signup_link_expired.app_error";
const OTHER_KIND: &str = "api.user.create_user.invalid_invitation_type.app_error";
const OTHER_ADDRESS: &str = "api.team.add_user_to_team_from_invite.other_address.app_error";
const REMOVED: &str = "api.team.add_user_to_team_from_invite.removed.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";
const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
const TABLES: [&str; 3] =
    ["SELECT COUNT(*) FROM invitations", "SELECT COUNT(*) FROM invitation_tokens", "SELECT COUNT(*) FROM invitation_uses"];

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// A server that sends mail, its administrator, and Ada with a team.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    team: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let root = server.create_user("root").await;
        let ada = server.create_user("ada").await;
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
        let service = json!({"SiteURL": "https://chat.example.com"});
        let teams = json!({"EnableOpenServer": false});
        root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": service, "TeamSettings": teams})).await.ok();
        let team = ada.create_team("studio").await;
        Self { server, root, ada, team }
    }

    fn path(&self, rest: &str) -> String {
        format!("/teams/{}{rest}", id(&self.team))
    }

    /// The error of each address; empty for none.
    async fn invite(&self, body: Value) -> Vec<(String, String)> {
        let answer = self.ada.post(&self.path("/invite/email?graceful=true"), body).await.ok();
        let error = |row: &Value| row["error"]["id"].as_str().unwrap_or_default().to_owned();
        answer.as_array().unwrap().iter().map(|row| (row["email"].as_str().unwrap().to_owned(), error(row))).collect()
    }

    /// Invites one address, and returns the token of the mail.
    async fn token_for(&self, email: &str) -> String {
        assert_eq!(self.invite(json!([email])).await, [(email.to_owned(), String::new())]);
        token_in(&self.server.mailer.next().await)
    }

    /// By the administrator, as sign-up is closed.
    async fn create_user(&self, name: &str) -> TestUser {
        let account = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD});
        self.root.post("/users", account).await.ok();
        self.discard_mail().await;
        self.log_in(name).await
    }

    /// All mails so far, also those that wait.
    async fn discard_mail(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
        self.server.mailer.take_sent();
    }

    async fn sign_up(&self, token: &str, name: &str, email: &str) -> TestResponse {
        let account = json!({"username": name, "email": email, "password": PASSWORD});
        self.server.anonymous().post(&format!("/users?d=%7B%7D&t={token}"), account).await
    }

    async fn log_in(&self, name: &str) -> TestUser {
        let mut user = self.server.anonymous();
        user.username = name.to_owned();
        user.log_in().await;
        user.id = user.get("/users/me").await.ok()["id"].as_str().unwrap().parse().unwrap();
        user
    }

    async fn create_link(&self, body: Value) -> (String, Value) {
        let created = self.ada.post(&self.path("/invitations"), body).await.ok();
        let (address, token) = created["link"].as_str().unwrap().split_once("?t=").unwrap();
        assert_eq!(address, "https://chat.example.com/signup_user_complete/");
        (token.to_owned(), created)
    }

    async fn audits(&self, action: &str) -> Vec<Value> {
        let audits = self.root.get("/audits?per_page=200").await.ok();
        audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).cloned().collect()
    }

    /// How many invitations, tokens and uses are stored.
    async fn counts(&self) -> [i64; 3] {
        let mut counts = [0; 3];
        for (count, sql) in counts.iter_mut().zip(TABLES) {
            *count = self.server.count(sql).await;
        }
        counts
    }
}

/// The token of the link in a mail.
fn token_in(mail: &OutgoingMail) -> String {
    let (_, rest) = mail.text.split_once("&t=").unwrap_or_else(|| panic!("no link: {}", mail.text));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}
