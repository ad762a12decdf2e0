//! Logging in by a link or a code that comes by mail.

mod codes;
mod links;
mod proven;

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const LINK_INVALID: &str = "api.user.login_by_link.invalid.app_error";
const LINK_EXPIRED: &str = "api.user.login_by_link.expired.app_error";
const CODE_WRONG: &str = "api.user.login_by_link.wrong_code.app_error";
const CODE_MISSING: &str = "mfa.validate_token.authenticate.app_error";
const MINUTE_MS: i64 = 60 * 1000;

/// With an administrator, mail, and log-ins by a link for everybody.
struct Fixture {
    server: TestServer,
    root: TestUser,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let root = server.create_user("root").await;
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
        let service = json!({"SiteURL": "https://chat.example.com", "LogInByLink": "everybody"});
        root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": service})).await.ok();
        Self { server, root }
    }

    /// A person with a verified address, and no mail on the way.
    async fn create_user(&self, name: &str) -> TestUser {
        let user = self.server.create_user(name).await;
        self.root.post(&format!("/users/{}/email/verify/member", user.id), json!({})).await.ok();
        self.discard_mail().await;
        user
    }

    async fn discard_mail(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
        self.server.mailer.take_sent();
    }

    /// What the page keeps.
    async fn ask(&self, email: &str) -> String {
        let answer = self.server.anonymous().post("/users/login/magic_link/send", json!({"email": email})).await.ok();
        assert_eq!((&answer["status"], answer.as_object().unwrap().len()), (&json!("OK"), 2));
        answer["request_token"].as_str().unwrap().to_owned()
    }

    /// The token of the page, that of the link, and the code.
    async fn mailed(&self, email: &str) -> (String, String, String) {
        let page = self.ask(email).await;
        let mail = self.server.mailer.next().await;
        assert_eq!(mail.to.address, email);
        (page, token_in(&mail), code_in(&mail))
    }

    async fn log_in(&self, token: &str, second_factor: &str) -> TestResponse {
        self.server.anonymous().post("/users/login/one_time_link", json!({"token": token, "second_factor": second_factor})).await
    }

    async fn log_in_by_code(&self, page: &str, code: &str, second_factor: &str) -> TestResponse {
        let body = json!({"request_token": page, "code": code, "second_factor": second_factor});
        self.server.anonymous().post("/users/login/magic_link/code", body).await
    }

    async fn audits(&self, action: &str) -> Vec<Value> {
        let audits = self.root.get("/audits?per_page=200").await.ok();
        audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).cloned().collect()
    }

    async fn set(&self, section: &str, name: &str, value: Value) {
        self.root.put("/config/patch", json!({section: {name: value}})).await.ok();
    }

    /// No mail was sent, and none waits.
    async fn assert_no_mail(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
        assert_eq!(self.server.mailer.take_sent(), Vec::<OutgoingMail>::new());
    }
}

fn token_in(mail: &OutgoingMail) -> String {
    let (_, rest) = mail.text.split_once("https://chat.example.com/login/one_time_link?t=").unwrap_or_else(|| panic!("{}", mail.text));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn code_in(mail: &OutgoingMail) -> String {
    let (_, rest) = mail.text.split_once("within 10 minutes: ").unwrap_or_else(|| panic!("{}", mail.text));
    let code = rest[..6].to_owned();
    assert!(code.bytes().all(|byte| byte.is_ascii_digit()) && mail.html.contains(&code), "{}", mail.text);
    code
}

/// Another one of the same form.
fn other_code(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}
