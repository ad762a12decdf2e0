//! Mail: links for new passwords and to verify addresses, notices about accounts, the test mail, and failing mail servers.

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{Dialect, PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const INVALID_LINK: &str = "api.user.reset_password.invalid_link.app_error";
const EXPIRED_LINK: &str = "api.user.reset_password.link_expired.app_error";
const BAD_VERIFICATION: &str = "api.user.verify_email.bad_link.app_error";
const NEW_PASSWORD: &str = "An0ther!longer";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const QUEUED: &str = "SELECT COUNT(*) FROM deliveries";
const LEASED_OR_UNTRIED: &str = "SELECT COUNT(*) FROM deliveries WHERE lease_owner IS NOT NULL OR attempts = 0";
const TOKENS: &str = "SELECT COUNT(*) FROM account_tokens";

/// With an administrator, whose address is verified, and mail.
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
        root.put("/config/patch", mail_config()).await.ok();
        Self { server, root }
    }

    async fn next(&self) -> OutgoingMail {
        self.server.mailer.next().await
    }

    /// A person who has verified the address.
    async fn create_user(&self, name: &str) -> TestUser {
        let user = self.server.create_user(name).await;
        let token = token_in(&self.next().await);
        self.server.anonymous().post("/users/email/verify", json!({"token": token})).await.ok();
        user
    }

    async fn ask_for_reset(&self, email: &str) {
        assert_eq!(self.server.anonymous().post("/users/password/reset/send", json!({"email": email})).await.ok(), json!({"status": "OK"}));
    }

    async fn reset(&self, token: &str, password: &str) -> guildhall_testkit::TestResponse {
        self.server.anonymous().post("/users/password/reset", json!({"token": token, "new_password": password})).await
    }

    async fn may_log_in(&self, name: &str, password: &str) -> bool {
        self.server.anonymous().post("/users/login", json!({"login_id": name, "password": password})).await.status == 200
    }

    async fn audits(&self, action: &str) -> Vec<Value> {
        let audits = self.root.get("/audits?per_page=200").await.ok();
        audits.as_array().unwrap().iter().filter(|audit| audit["action"] == action).cloned().collect()
    }

    /// No mail was sent, and none waits.
    async fn assert_no_mail(&self) {
        self.server.until_count(QUEUED, 0).await;
        assert_eq!(self.server.mailer.take_sent(), Vec::<OutgoingMail>::new());
    }
}

fn mail_config() -> Value {
    json!({
        "EmailSettings": {"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"},
        "ServiceSettings": {"SiteURL": "https://chat.example.com"},
    })
}

/// The token of the link in a mail.
fn token_in(mail: &OutgoingMail) -> String {
    let (_, rest) = mail.text.split_once("?token=").unwrap_or_else(|| panic!("no link: {}", mail.text));
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    assert!(mail.html.contains(&format!("?token={token}")));
    token
}

#[tokio::test]
async fn a_password_is_reset_by_a_link() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    fixture.ask_for_reset(" Ada@Example.com").await;
    let mail = fixture.next().await;
    assert_eq!((mail.to.address.as_str(), mail.from.address.as_str()), ("ada@example.com", "chat@example.com"));
    assert!(mail.text.contains("https://chat.example.com/reset_password_complete?token="), "{}", mail.text);
    let token = token_in(&mail);
    assert!(fixture.server.columns_containing_text(&token).await.is_empty(), "the token is stored hashed");

    fixture.reset(&token, "short").await.assert_error(400, "api.user.check_user_password.invalid.app_error");
    fixture.reset(&token, NEW_PASSWORD).await.ok();
    assert!(fixture.may_log_in("ada", NEW_PASSWORD).await && !fixture.may_log_in("ada", PASSWORD).await);
    ada.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    assert_eq!(fixture.next().await.subject, "Your password was changed");
    fixture.reset(&token, PASSWORD).await.assert_error(400, INVALID_LINK);
    assert_eq!((fixture.audits("users.request_password_reset").await.len(), fixture.audits("users.reset_password").await.len()), (1, 1));
}

async fn one_of_concurrent_resets_wins(server: TestServer) {
    let fixture = Fixture::on(server).await;
    fixture.create_user("ada").await;
    fixture.ask_for_reset("ada@example.com").await;
    let token = token_in(&fixture.next().await);
    let answers = futures::future::join_all((0..4).map(|_| fixture.reset(&token, NEW_PASSWORD))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == (400, INVALID_LINK.to_owned())));
}

#[tokio::test]
async fn one_of_concurrent_resets_wins_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            one_of_concurrent_resets_wins(server).await;
        }
    }
}

#[tokio::test]
async fn links_end_with_time_a_new_password_and_another_address() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    let new_link = async |email: &str| {
        fixture.ask_for_reset(email).await;
        token_in(&fixture.next().await)
    };
    for bad in ["", "x", "ybndrfg8ejkmcpqxot1uwisza", "ybndrfg8ejkmcpqxot1uwisza345"] {
        fixture.reset(bad, NEW_PASSWORD).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    fixture.reset("ybndrfg8ejkmcpqxot1uwisza3", NEW_PASSWORD).await.assert_error(400, INVALID_LINK);

    let expired = new_link("ada@example.com").await;
    fixture.server.clock.advance_ms(DAY_MS);
    fixture.reset(&expired, NEW_PASSWORD).await.assert_error(400, EXPIRED_LINK);
    fixture.server.clock.advance_ms(2 * DAY_MS);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(fixture.server.count(TOKENS).await, 0);

    let (one, two) = (new_link("ada@example.com").await, new_link("ada@example.com").await);
    ada.put("/users/me/password", json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD})).await.ok();
    fixture.next().await;
    for token in [one, two] {
        fixture.reset(&token, PASSWORD).await.assert_error(400, INVALID_LINK);
    }

    let old_address = new_link("ada@example.com").await;
    for email in ["ada@example.org", "ada@example.com"] {
        ada.put("/users/me/patch", json!({"email": email, "password": NEW_PASSWORD})).await.ok();
        fixture.reset(&old_address, PASSWORD).await.assert_error(400, INVALID_LINK);
    }
    for _ in 0..4 {
        fixture.next().await;
    }
    let deactivated = new_link("ada@example.com").await;
    fixture.root.delete(&format!("/users/{}", ada.id)).await.ok();
    fixture.reset(&deactivated, PASSWORD).await.assert_error(400, INVALID_LINK);
}

#[tokio::test]
async fn nobody_learns_from_the_answer_who_has_an_account() {
    let fixture = Fixture::new().await;
    let gone = fixture.create_user("gone").await;
    fixture.root.delete(&format!("/users/{}", gone.id)).await.ok();
    assert_eq!(fixture.next().await.subject, "Your account was deactivated");
    for email in ["nobody@example.com", "gone@example.com"] {
        fixture.ask_for_reset(email).await;
        fixture.server.anonymous().post("/users/email/verify/send", json!({"email": email})).await.ok();
    }
    fixture.assert_no_mail().await;
    assert_eq!(fixture.audits("users.request_password_reset").await.len(), 2);
    for body in [json!({}), json!({"email": ""}), json!({"email": "no address"}), json!({"email": "a@b\r\nBcc: c@d"})] {
        for path in ["/users/password/reset/send", "/users/email/verify/send"] {
            fixture.server.anonymous().post(path, body.clone()).await.assert_error(400, "api.context.invalid_body_param.app_error");
        }
    }
}

#[tokio::test]
async fn an_account_gets_few_links_and_an_address_asks_for_few() {
    let fixture = Fixture::new().await;
    fixture.create_user("ada").await;
    for _ in 0..8 {
        fixture.ask_for_reset("ada@example.com").await;
    }
    fixture.server.until_count(QUEUED, 0).await;
    assert_eq!(fixture.server.mailer.take_sent().len(), 5);
    fixture.root.put("/config/patch", json!({"RateLimitSettings": {"Enable": true}})).await.ok();
    let somebody = fixture.server.anonymous().connected_from("10.0.0.7");
    let mut limited = 0;
    for n in 0..60 {
        let answer = somebody.post("/users/password/reset/send", json!({"email": format!("n{n}@example.com")})).await;
        limited += usize::from(answer.status == 429);
    }
    assert_eq!(limited, 10);
}

#[tokio::test]
async fn an_address_is_verified_by_a_link() {
    let fixture = Fixture::new().await;
    let ada = fixture.server.create_user("ada").await;
    let first = fixture.next().await;
    assert_eq!(first.subject, "Verify your email address");
    assert!(first.text.contains("https://chat.example.com/do_verify_email?token="));
    let verify = async |token: &str| fixture.server.anonymous().post("/users/email/verify", json!({"token": token})).await;
    let is_verified = async || ada.get("/users/me").await.ok()["email_verified"] == true;
    verify("ybndrfg8ejkmcpqxot1uwisza3").await.assert_error(400, BAD_VERIFICATION);

    ada.put("/users/me/patch", json!({"email": "ada@example.org", "password": PASSWORD})).await.ok();
    let (mut to_new, mut to_old) = (fixture.next().await, fixture.next().await);
    if to_new.to.address == "ada@example.com" {
        std::mem::swap(&mut to_new, &mut to_old);
    }
    assert_eq!((to_old.to.address.as_str(), to_old.subject.as_str()), ("ada@example.com", "Your email address was changed"));
    assert_eq!((to_new.to.address.as_str(), to_new.subject.as_str()), ("ada@example.org", "Verify your email address"));
    verify(&token_in(&first)).await.assert_error(400, BAD_VERIFICATION);
    assert!(!is_verified().await);
    verify(&token_in(&to_new)).await.ok();
    assert!(is_verified().await);
    verify(&token_in(&to_new)).await.assert_error(400, BAD_VERIFICATION);

    fixture.server.anonymous().post("/users/email/verify/send", json!({"email": "ada@example.org"})).await.ok();
    fixture.assert_no_mail().await;
}

#[tokio::test]
async fn unverified_people_log_in_if_the_setting_allows_it() {
    let fixture = Fixture::new().await;
    let account = json!({"email": "ada@example.com", "username": "ada", "password": PASSWORD});
    fixture.server.anonymous().post("/users", account).await.ok();
    let token = token_in(&fixture.next().await);
    assert!(fixture.may_log_in("ada", PASSWORD).await);
    fixture.root.put("/config/patch", json!({"EmailSettings": {"RequireEmailVerification": true}})).await.ok();
    let login = json!({"login_id": "ada", "password": PASSWORD});
    fixture.server.anonymous().post("/users/login", login).await.assert_error(401, "api.user.login.not_verified.app_error");
    let wrong = json!({"login_id": "ada", "password": "wrong"});
    fixture.server.anonymous().post("/users/login", wrong).await.assert_error(401, "api.user.login.invalid_credentials_email_username");
    assert!(fixture.may_log_in("root", PASSWORD).await, "administrators are not locked out");
    fixture.server.anonymous().post("/users/email/verify", json!({"token": token})).await.ok();
    assert!(fixture.may_log_in("ada", PASSWORD).await);
}

#[tokio::test]
async fn accounts_are_told_what_happens_to_them_in_their_language() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    ada.put("/users/me/patch", json!({"locale": "de"})).await.ok();
    let path = format!("/users/{}", ada.id);
    fixture.root.put(&format!("{path}/roles"), json!({"roles": "system_user system_admin"})).await.ok();
    assert_eq!(fixture.next().await.subject, "Sie sind jetzt Administrator");
    fixture.root.put(&format!("{path}/roles"), json!({"roles": "system_user"})).await.ok();
    fixture.root.post(&format!("{path}/tokens"), json!({"description": "<b>CI</b>"})).await.ok();
    let mail = fixture.next().await;
    assert_eq!(mail.subject, "Ein persönliches Zugriffstoken wurde erstellt");
    assert!(mail.text.contains("„<b>CI</b>“") && mail.html.contains("&lt;b&gt;CI&lt;/b&gt;") && mail.html.contains("lang=\"de\""));
    fixture.root.put(&format!("{path}/password"), json!({"new_password": NEW_PASSWORD})).await.ok();
    assert_eq!(fixture.next().await.subject, "Ihr Passwort wurde geändert");
    fixture.root.put(&format!("{path}/active"), json!({"active": false})).await.ok();
    assert_eq!(fixture.next().await.subject, "Ihr Konto wurde deaktiviert");
    fixture.assert_no_mail().await;
}

#[tokio::test]
async fn a_failed_mail_is_tried_again_with_the_same_id_and_a_rejected_one_is_not() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    let change = async |current: &str, new: &str| {
        ada.put("/users/me/password", json!({"current_password": current, "new_password": new})).await.ok();
    };
    for reason in
        ["The mail server smtp.example.com:587 could not be reached.", "The mail server smtp.example.com:587 did not take the mail: 451."]
    {
        fixture.server.mailer.fail_next(false, reason);
    }
    let before = fixture.server.mailer.attempts().len();
    change(PASSWORD, NEW_PASSWORD).await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    let error = "SELECT COUNT(*) FROM deliveries WHERE last_error LIKE 'The mail server%reached.'";
    assert_eq!(fixture.server.count(error).await, 1);
    let make_due = async || fixture.server.app().services.make_due_deliveries().await.unwrap();
    assert_eq!(make_due().await, 0);
    fixture.server.clock.advance_ms(20_000);
    assert_eq!(make_due().await, 1);
    fixture.server.clock.advance_ms(100_000);
    assert_eq!(make_due().await, 1);
    fixture.next().await;
    fixture.server.until_count(QUEUED, 0).await;
    let attempts = fixture.server.mailer.attempts();
    let ids: Vec<&str> = attempts[before..].iter().map(|(_, mail)| mail.message_id.as_str()).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0] && id.ends_with("@chat.example.com")), "{ids:?}");

    fixture.server.mailer.fail_next(true, "The mail server smtp.example.com:587 did not take the mail: 550 no such user.");
    change(NEW_PASSWORD, PASSWORD).await;
    fixture.server.until_count(QUEUED, 0).await;
    fixture.server.clock.advance_ms(DAY_MS);
    assert_eq!(make_due().await, 0);
    let audits = fixture.audits("mail.reject").await;
    assert!(audits.len() == 1 && audits[0]["extra_info"].to_string().contains("550 no such user"), "{audits:?}");
}

#[tokio::test]
async fn a_link_that_could_not_be_sent_for_an_hour_is_given_up() {
    let fixture = Fixture::new().await;
    fixture.create_user("ada").await;
    fixture.server.mailer.fail_next(false, "The mail server smtp.example.com:587 could not be reached.");
    fixture.ask_for_reset("ada@example.com").await;
    fixture.server.until_count(LEASED_OR_UNTRIED, 0).await;
    fixture.server.clock.advance_ms(61 * 60 * 1000);
    fixture.server.app().services.make_due_deliveries().await.unwrap();
    fixture.assert_no_mail().await;
}

#[tokio::test]
async fn without_mail_everything_says_so_and_an_administrator_makes_the_link() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let ada = server.create_user("ada").await;
    let email = json!({"email": "ada@example.com"});
    let send_error = "api.user.send_password_reset.send.app_error";
    server.anonymous().post("/users/password/reset/send", email.clone()).await.assert_error(400, send_error);
    let verify_error = "api.user.send_verify_email_and_forget.failed.error";
    server.anonymous().post("/users/email/verify/send", email).await.assert_error(400, verify_error);
    let path = format!("/users/{}/password/reset/link", ada.id);
    root.post(&path, json!({})).await.assert_error(400, "api.user.reset_password.site_url.app_error");
    root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
    ada.post(&path, json!({})).await.assert_error(403, "api.context.permissions.app_error");
    let link = root.post(&path, json!({})).await.ok()["link"].as_str().unwrap().to_owned();
    let token = link.strip_prefix("https://chat.example.com/reset_password_complete?token=").unwrap();
    server.anonymous().post("/users/password/reset", json!({"code": token, "new_password": NEW_PASSWORD})).await.ok();
    let login = json!({"login_id": "ada", "password": NEW_PASSWORD});
    server.anonymous().post("/users/login", login).await.ok();
    assert_eq!((server.count(QUEUED).await, server.mailer.attempts().len()), (0, 0));
}

#[tokio::test]
async fn the_test_mail_uses_the_sent_configuration_and_stores_nothing() {
    let fixture = Fixture::new().await;
    let test = async |email: Value| fixture.root.post("/email/test", json!({"EmailSettings": email})).await;
    fixture.root.post("/email/test", json!({})).await.ok();
    let mail = fixture.next().await;
    assert_eq!((mail.to.address.as_str(), mail.subject.as_str()), ("root@example.com", "Mail works"));
    test(json!({"SMTPServer": "other.example.com", "SMTPPort": "25", "ConnectionSecurity": ""})).await.ok();
    let (server, _) = fixture.server.mailer.attempts().pop().unwrap();
    assert_eq!((server.host.as_str(), server.port), ("other.example.com", 25));
    assert_eq!(fixture.server.app().services.settings().mail.server, "smtp.example.com");

    test(json!({"SMTPServer": ""})).await.assert_error(400, "api.admin.test_email.missing_server");
    fixture.server.mailer.fail_next(false, "The mail server smtp.example.com:587 did not accept the log-in: 535 no.");
    let answer = test(json!({})).await;
    answer.assert_error(400, "app.admin.test_email.failure");
    assert!(answer.json()["message"].as_str().unwrap().contains("535 no"), "{}", answer.text());
    let member = fixture.server.create_user("ada").await;
    member.post("/email/test", json!({})).await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn the_stored_password_is_shown_to_nobody_and_sent_to_no_other_server() {
    let fixture = Fixture::new().await;
    fixture.root.put("/config/patch", json!({"EmailSettings": {"SMTPUsername": "chat", "SMTPPassword": "hunter2hunter2"}})).await.ok();
    let shown = fixture.root.get("/config").await.ok();
    assert!(!shown.to_string().contains("hunter2hunter2"));
    assert!(!fixture.root.get("/audits?per_page=200").await.text().contains("hunter2hunter2"));
    let mask = shown["EmailSettings"]["SMTPPassword"].clone();
    let test = async |email: Value| fixture.root.post("/email/test", json!({"EmailSettings": email})).await;
    test(json!({"SMTPPassword": mask})).await.ok();
    let reenter = "api.admin.test_email.reenter_password";
    for change in [
        json!({"SMTPServer": "evil.example.com"}),
        json!({"SMTPServer": "evil.example.com", "SMTPPassword": mask}),
        json!({"SMTPPort": "26"}),
    ] {
        test(change).await.assert_error(400, reenter);
    }
    test(json!({"SMTPServer": "evil.example.com", "SMTPPassword": "typed"})).await.ok();
    let (server, _) = fixture.server.mailer.attempts().pop().unwrap();
    assert_eq!(server.credentials.unwrap().password.expose(), "typed");
}
