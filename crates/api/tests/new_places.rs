//! Mails about log-ins at new places, and codes that they take.

use axum::body::Body;
use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::json;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

struct Fixture {
    server: TestServer,
    root: TestUser,
}

impl Fixture {
    /// With mail, and Ada, who has never logged in from a known address.
    async fn new() -> Self {
        let server = TestServer::start().await;
        let root = server.create_user("root").await;
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
        root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
        server.create_user("ada").await;
        let fixture = Self { server, root };
        fixture.mails().await;
        fixture
    }

    async fn log_in(&self, address: &str, password: &str, cookie: &str) -> TestResponse {
        self.attempt(address, password, cookie, "").await
    }

    async fn attempt(&self, address: &str, password: &str, cookie: &str, code: &str) -> TestResponse {
        let request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").header("user-agent", FIREFOX);
        let request = request.header("cookie", format!("GUILDHALLBROWSER={cookie}"));
        let body = json!({"login_id": "ada", "password": password, "token": code}).to_string();
        self.server.anonymous().connected_from(address).send(request.body(Body::from(body)).unwrap()).await
    }

    /// All mails so far.
    async fn mails(&self) -> Vec<OutgoingMail> {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
        self.server.mailer.take_sent()
    }

    async fn are_told(&self, address: &str, cookie: &str) -> bool {
        self.log_in(address, PASSWORD, cookie).await.ok();
        !self.mails().await.is_empty()
    }
}

#[tokio::test]
async fn a_log_in_at_a_new_place_is_told_by_mail() {
    let fixture = Fixture::new().await;
    assert!(!fixture.are_told("203.0.113.7", "home").await, "there is nothing to compare the first place with");
    assert!(!fixture.are_told("203.0.113.7", "other-browser").await, "the same network");
    assert!(!fixture.are_told("198.51.100.7", "home").await, "the same browser");

    fixture.log_in("192.0.2.7", "wrong", "foreign").await.assert_error(401, "api.user.login.invalid_credentials_email_username");
    assert_eq!(fixture.mails().await, Vec::<OutgoingMail>::new());
    fixture.log_in("192.0.2.7", PASSWORD, "foreign").await.ok();
    let mails = fixture.mails().await;
    assert_eq!(
        (mails.len(), mails[0].subject.as_str(), mails[0].to.address.as_str()),
        (1, "New log-in to your account", "ada@example.com")
    );
    for part in ["Device: Firefox/128.0, Linux\n", "Address: 192.0.2.7\n", "Time: 20", " UTC"] {
        assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
    }
    assert!(!fixture.are_told("192.0.2.7", "foreign").await, "it is known from now on");

    fixture.server.clock.advance_ms(91 * DAY_MS);
    assert!(fixture.are_told("203.0.113.7", "home").await, "a place is forgotten after 90 days");
}

#[tokio::test]
async fn the_mail_is_in_the_readers_language_and_can_be_switched_off() {
    let fixture = Fixture::new().await;
    let ada = fixture.root.get("/users/username/ada").await.ok();
    fixture.root.put(&format!("/users/{}/patch", ada["id"].as_str().unwrap()), json!({"locale": "de"})).await.ok();
    fixture.are_told("203.0.113.7", "home").await;
    fixture.log_in("192.0.2.7", PASSWORD, "foreign").await.ok();
    let mails = fixture.mails().await;
    assert_eq!(mails[0].subject, "Neue Anmeldung bei Ihrem Konto");
    assert!(mails[0].text.contains("Adresse: 192.0.2.7"));
    fixture.root.put("/config/patch", json!({"EmailSettings": {"SendNewPlaceMails": false}})).await.ok();
    assert!(!fixture.are_told("198.51.100.7", "another").await);
}

const CODE_SENT: &str = "mfa.validate_token.authenticate.app_error";
const CODE_WRONG: &str = "api.user.check_user_mfa.bad_code.app_error";

impl Fixture {
    /// Codes are required, Ada's address is verified, and she has logged in at home.
    async fn with_codes() -> Self {
        let fixture = Self::new().await;
        fixture.root.put("/config/patch", json!({"EmailSettings": {"RequireNewPlaceCodes": true}})).await.ok();
        fixture.server.execute("UPDATE users SET email_verified = TRUE").await;
        fixture.log_in("203.0.113.7", PASSWORD, "home").await.ok();
        fixture.mails().await;
        fixture
    }

    async fn log_in_with_code(&self, address: &str, cookie: &str, code: &str) -> TestResponse {
        self.attempt(address, PASSWORD, cookie, code).await
    }

    /// The code of the only mail that a log-in without one has caused.
    async fn code_for(&self, address: &str, cookie: &str) -> String {
        self.log_in(address, PASSWORD, cookie).await.assert_error(401, CODE_SENT);
        let mails = self.mails().await;
        assert_eq!((mails.len(), mails[0].subject.as_str(), mails[0].to.address.as_str()), (1, "Your code to log in", "ada@example.com"));
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        let text = mails[0].text.clone();
        text.split(|c: char| !c.is_ascii_alphanumeric()).find(digits).unwrap_or_else(|| panic!("no code: {text}")).to_owned()
    }
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_log_in_at_a_new_place_takes_the_code_of_a_mail() {
    let fixture = Fixture::with_codes().await;
    fixture.log_in("203.0.113.7", PASSWORD, "other-browser").await.ok();
    fixture.log_in("198.51.100.7", PASSWORD, "home").await.ok();
    assert_eq!(fixture.mails().await, Vec::<OutgoingMail>::new(), "places that are known");

    fixture.log_in("192.0.2.7", "wrong", "away").await.assert_error(401, "api.user.login.invalid_credentials_email_username");
    assert_eq!(fixture.mails().await, Vec::<OutgoingMail>::new(), "only the right password sends a mail");
    let code = fixture.code_for("192.0.2.7", "away").await;
    fixture.log_in_with_code("192.0.2.7", "away", wrong(&code)).await.assert_error(401, CODE_WRONG);
    fixture.log_in_with_code("192.0.2.7", "foreign", &code).await.assert_error(401, CODE_SENT);
    fixture.mails().await;
    fixture.log_in_with_code("192.0.2.7", "away", &code).await.ok();
    assert_eq!(fixture.mails().await, Vec::<OutgoingMail>::new(), "whoever has entered the code knows of the log-in");
    fixture.log_in("192.0.2.7", PASSWORD, "away").await.ok();
}

#[tokio::test]
async fn a_code_for_a_new_place_has_five_tries_and_an_end_and_only_the_latest_counts() {
    let fixture = Fixture::with_codes().await;
    let first = fixture.code_for("192.0.2.7", "away").await;
    let second = fixture.code_for("192.0.2.7", "away").await;
    if first != second {
        fixture.log_in_with_code("192.0.2.7", "away", &first).await.assert_error(401, CODE_WRONG);
    }
    for _ in 0..5 {
        fixture.log_in_with_code("192.0.2.7", "away", wrong(&second)).await.assert_error(401, CODE_WRONG);
    }
    fixture.log_in_with_code("192.0.2.7", "away", &second).await.assert_error(401, CODE_WRONG);

    let third = fixture.code_for("192.0.2.7", "away").await;
    fixture.server.clock.advance_ms(11 * 60 * 1000);
    fixture.log_in_with_code("192.0.2.7", "away", &third).await.assert_error(401, CODE_WRONG);

    let fourth = fixture.code_for("192.0.2.7", "away").await;
    fixture.log_in_with_code("192.0.2.7", "away", &fourth).await.ok();
}

#[tokio::test]
async fn who_is_not_asked_for_a_code() {
    let fixture = Fixture::with_codes().await;
    // An account that is new, and then one that was not used for so long that all its places are forgotten.
    fixture.server.create_user("bob").await;
    fixture.server.execute("UPDATE users SET email_verified = TRUE").await;
    let log_in = async |address: &str| {
        let body = json!({"login_id": "bob", "password": PASSWORD}).to_string();
        let request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").body(Body::from(body)).unwrap();
        fixture.server.anonymous().connected_from(address).send(request).await
    };
    log_in("192.0.2.9").await.ok();
    fixture.server.execute("DELETE FROM known_places").await;
    fixture.server.clock.advance_ms(91 * DAY_MS);
    log_in("192.0.2.9").await.assert_error(401, CODE_SENT);

    // An address that nobody has proven, and a server that sends no mail.
    fixture.server.execute("UPDATE users SET email_verified = FALSE").await;
    log_in("192.0.2.9").await.ok();
    fixture.server.execute("UPDATE users SET email_verified = TRUE").await;
    let local = fixture.server.local_administrator();
    local.put("/config/patch", json!({"EmailSettings": {"SMTPServer": ""}})).await.ok();
    log_in("198.51.100.9").await.ok();
}
