//! Mails about log-ins at new places.

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
        let request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").header("user-agent", FIREFOX);
        let request = request.header("cookie", format!("GUILDHALLBROWSER={cookie}"));
        let body = json!({"login_id": "ada", "password": password}).to_string();
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
